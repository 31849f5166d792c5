package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file system within a ZFS pool. */
public record ZfsDatasetSpec(
        @JsonPropertyDescription("Hypervisor the dataset is on. Default: the only one.") @Nullable
        String hypervisor,

        @NotNull @JsonPropertyDescription("Name of the ZfsPool resource.")
        String pool,

        @JsonPropertyDescription("Path below the pool; missing parents are created. Default: the resource's name.")
        @Pattern(regexp = Names.DATASET, message = Names.DATASET_MESSAGE)
        @Nullable
        String path,

        @JsonPropertyDescription("Most that the dataset and all below it may take.") @Nullable
        ByteSize quota,

        @JsonPropertyDescription("Space that is kept free for the dataset.") @Nullable
        ByteSize reservation,

        @JsonPropertyDescription(
                "ZFS properties, for example recordsize: 128K. A property that leaves the manifest is inherited again.")
        Map<String, @NotNull String> properties,

        @JsonPropertyDescription("Where it is mounted, or none or legacy. Default: /<pool>/<path>.")
        @Pattern(regexp = "none|legacy|" + Names.ABSOLUTE_PATH, message = "must be an absolute path, none or legacy")
        @Nullable
        String mountpoint,

        @JsonPropertyDescription("Owner of the mounted directory.") @Valid @Nullable
        Owner owner,

        @JsonPropertyDescription("Mode of the mounted directory in octal, for example \"0750\".")
        @Pattern(regexp = "[0-7]{3,4}", message = "must be three or four octal digits in quotes")
        @Nullable
        String mode,

        @JsonPropertyDescription("Orderings beyond the references of the spec.")
        List<@NotNull @Valid DependsOn> dependsOn,

        @JsonPropertyDescription("What deleting the resource does to the dataset. Default: Retain.") @Nullable
        DeletionPolicy deletionPolicy)
        implements Spec {

    public ZfsDatasetSpec {
        properties = Lists.copy(properties);
        dependsOn = Lists.copy(dependsOn);
    }

    /** Owner of a directory, by number. */
    public record Owner(
            @NotNull @Min(0) @Max(4294967294L) @JsonPropertyDescription("User number on the host.")
            Long uid,

            @NotNull @Min(0) @Max(4294967294L) @JsonPropertyDescription("Group number on the host.")
            Long gid) {}

    @Override
    public List<Reference> references() {
        return pool == null ? List.of() : List.of(Reference.ready("spec.pool", "ZfsPool", pool));
    }

    @Override
    public void check(Problems problems) {
        if (quota != null && reservation != null && reservation.compareTo(quota) > 0) {
            problems.add("spec.reservation", reservation + " is more than the quota of " + quota);
        }
        for (String reserved : List.of("quota", "reservation", "mountpoint")) {
            if (properties.containsKey(reserved)) {
                problems.add("spec.properties." + reserved, "use spec." + reserved + " instead");
            }
        }
        if (mountpoint != null && Names.climbs(mountpoint)) {
            problems.add("spec.mountpoint", "the path must not have '.' or '..' in it");
        }
    }
}
