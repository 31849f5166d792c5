package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Spec;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A ZFS pool. It has the resource's name unless the spec names it, since pool names may have capitals. */
public record ZfsPoolSpec(
        @JsonPropertyDescription("Hypervisor the pool is on. Default: the only one.") @Nullable
        String hypervisor,

        @JsonPropertyDescription("Name of the pool. Default: the resource's name.")
        @Pattern(regexp = Names.POOL, message = Names.POOL_MESSAGE)
        @Nullable
        String poolName,

        @NotEmpty @JsonPropertyDescription("The groups of disks that the pool consists of.")
        List<@NotNull @Valid Vdev> vdevs,

        @JsonPropertyDescription("Sector size as a power of two, fixed at creation. Default: 12.")
        @Min(9)
        @Max(16)
        @Nullable
        Integer ashift,

        @JsonPropertyDescription("Whether freed blocks are trimmed on SSDs. Default: true.") @Nullable
        Boolean autotrim,

        @JsonPropertyDescription(
                "Properties of the pool's root dataset, inherited by all others, for example compression: lz4.")
        Map<String, @NotNull String> properties,

        @JsonPropertyDescription("What creating the pool may do to disks that hold something. Default: Never.")
        @Nullable
        WipePolicy wipePolicy,

        @JsonPropertyDescription(
                "Whether a pool of this name that exists or can be imported is taken over instead of refused. Default: true.")
        @Nullable
        Boolean adopt,

        @JsonPropertyDescription("Orderings beyond the references of the spec.")
        List<@NotNull @Valid DependsOn> dependsOn,

        @JsonPropertyDescription("What deleting the resource does to the pool. Default: Retain.") @Nullable
        DeletionPolicy deletionPolicy)
        implements Spec {

    public ZfsPoolSpec {
        vdevs = Lists.copy(vdevs);
        properties = Lists.copy(properties);
        dependsOn = Lists.copy(dependsOn);
    }

    /** What creating a pool may do to disks that hold something. */
    public enum WipePolicy {
        /** A disk with any signature on it is refused. */
        @JsonProperty("Never")
        NEVER,
        /** Old signatures of file systems, partition tables and exported pools are cleared, with consent; disks in use never. */
        @JsonProperty("Signatures")
        SIGNATURES
    }

    /** A group of disks. */
    public record Vdev(
            @NotNull @JsonPropertyDescription("How the disks are used.")
            Type type,

            @NotEmpty @JsonPropertyDescription("The disks, best by their stable paths below /dev/disk/by-id.")
            List<@NotNull @Pattern(regexp = Names.ABSOLUTE_PATH, message = Names.ABSOLUTE_PATH_MESSAGE) String>
                    devices) {

        public Vdev {
            devices = Lists.copy(devices);
        }

        /** How disks are used. */
        public enum Type {
            @JsonProperty("stripe")
            STRIPE(1, true),
            @JsonProperty("mirror")
            MIRROR(2, true),
            @JsonProperty("raidz1")
            RAIDZ1(2, true),
            @JsonProperty("raidz2")
            RAIDZ2(3, true),
            @JsonProperty("raidz3")
            RAIDZ3(4, true),
            @JsonProperty("spare")
            SPARE(1, false),
            @JsonProperty("log")
            LOG(1, false),
            @JsonProperty("cache")
            CACHE(1, false);

            private final int minimum;
            private final boolean holdsData;

            Type(int minimum, boolean holdsData) {
                this.minimum = minimum;
                this.holdsData = holdsData;
            }

            /** The fewest disks that such a group can have. */
            public int minimum() {
                return minimum;
            }

            /** Whether the pool's data lie on such a group; false for spares, logs and caches. */
            public boolean holdsData() {
                return holdsData;
            }

            /** The word for it in {@code zpool create} and in manifests. */
            public String word() {
                return name().toLowerCase(java.util.Locale.ROOT);
            }
        }
    }

    @Override
    public void check(Problems problems) {
        Map<String, String> seen = new HashMap<>();
        boolean data = false;
        for (int i = 0; i < vdevs.size(); i++) {
            Vdev vdev = vdevs.get(i);
            if (vdev == null || vdev.type() == null) {
                continue;
            }
            String at = "spec.vdevs[" + i + "].devices";
            data |= vdev.type().holdsData();
            if (vdev.devices().size() < vdev.type().minimum()) {
                problems.add(
                        at,
                        "a " + vdev.type().word() + " needs at least "
                                + vdev.type().minimum() + " devices, not "
                                + vdev.devices().size());
            }
            for (int j = 0; j < vdev.devices().size(); j++) {
                String where = at + "[" + j + "]";
                String device = vdev.devices().get(j);
                String before = device == null ? null : seen.putIfAbsent(device, where);
                if (before != null) {
                    problems.add(where, device + " is already used in " + before);
                }
                if (device != null && Names.climbs(device)) {
                    problems.add(where, "the path must not have '.' or '..' in it");
                }
            }
        }
        if (!data && !vdevs.isEmpty()) {
            problems.add(
                    "spec.vdevs", "a pool needs a stripe, a mirror or a raidz; spares, logs and caches hold no data");
        }
    }
}
