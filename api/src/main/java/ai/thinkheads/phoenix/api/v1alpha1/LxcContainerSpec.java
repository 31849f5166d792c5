package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An LXC container. */
public record LxcContainerSpec(
        @JsonPropertyDescription("Hypervisor the container is on. Default: the only one.") @Nullable
        String hypervisor,

        @JsonPropertyDescription("Number on the host. Default: the lowest free one, then kept.")
        @Min(100)
        @Max(999999999)
        @Nullable
        Integer vmid,

        @JsonProperty("class") @JsonPropertyDescription("GuestClass with defaults for this container.") @Nullable
        String guestClass,

        @JsonPropertyDescription("Host name of the container. Default: the resource's name.")
        @Pattern(regexp = Names.HOSTNAME, message = Names.HOSTNAME_MESSAGE)
        @Nullable
        String hostname,

        @JsonPropertyDescription("LxcTemplate that the container is created from.") @Nullable
        String template,

        @JsonPropertyDescription("Container that this one is a clone of.") @Valid @Nullable
        CloneFrom cloneFrom,

        @JsonPropertyDescription(
                "Whether the container becomes a template once it is provisioned: clones are made of it and it never runs. Cannot be undone. Default: false.")
        @Nullable
        Boolean isTemplate,

        @JsonPropertyDescription("CPU cores it may use. Default: 1.") @Min(1) @Max(8192) @Nullable
        Integer cores,

        @JsonPropertyDescription("Share of CPU time in cores, for example 0.5; unlimited without it.")
        @DecimalMin(value = "0.1", message = "must be at least {value}")
        @Nullable
        Double cpuLimit,

        @JsonPropertyDescription("Memory. Default: 512Mi.") @Nullable
        ByteSize memory,

        @JsonPropertyDescription("Swap space. Default: 0.") @Nullable
        ByteSize swap,

        @JsonPropertyDescription("The root file system's volume.") @Valid @Nullable
        RootDisk rootDisk,

        @JsonPropertyDescription("Network cards.") @Valid @Nullable
        GuestNetwork network,

        @JsonPropertyDescription("Name resolution.") @Valid @Nullable
        GuestDns dns,

        @JsonPropertyDescription(
                "Whether root in the container is an ordinary user on the host. Fixed at creation. Default: true.")
        @Nullable
        Boolean unprivileged,

        @JsonPropertyDescription("Own mapping of user and group numbers instead of 100000 and up.")
        List<@NotNull @Valid IdMap> idMaps,

        @JsonPropertyDescription("What the container may do beyond the ordinary.") @Valid @Nullable
        Features features,

        @JsonPropertyDescription("AppArmor profile: Default, Unconfined, or the name of a profile on the host.")
        @Nullable
        String apparmor,

        @JsonPropertyDescription("Graphics cards of the host that the container shares.") @Valid @Nullable
        Gpu gpu,

        @JsonPropertyDescription("Directories of the host and volumes of their own, mounted in the container.")
        List<@NotNull @Valid Mount> mounts,

        @JsonPropertyDescription("Other devices of the host.")
        List<@NotNull @Valid Device> devices,

        @JsonPropertyDescription(
                "Lines for the container's LXC configuration that no field covers, for example lxc.cap.drop: sys_time.")
        List<
                        @NotNull
                        @Pattern(
                                regexp = "lxc\\.[a-z0-9_.]+\\s*[:=]\\s*[^\\r\\n\\x00]*",
                                message = "must be a line such as 'lxc.cap.drop: sys_time'")
                        String>
                rawConfig,

        @JsonPropertyDescription("What happens when the host boots and shuts down.") @Valid @Nullable
        Startup startup,

        @JsonPropertyDescription("Whether it runs. Default: Running.") @Nullable
        RunPolicy runPolicy,

        @JsonPropertyDescription("Snapshots that it has to have.")
        List<@NotNull @Valid Snapshot> snapshots,

        @JsonPropertyDescription("The software inside.") @Valid @Nullable
        Provision provision,

        @JsonPropertyDescription("Probes that have to pass for it to be Ready.")
        List<@NotNull @Valid HealthCheck> healthChecks,

        @JsonPropertyDescription("Tags on the host, beside Phoenix's own.")
        List<
                        @NotNull
                        @Pattern(
                                regexp = "[a-z0-9_][a-z0-9_.+-]*",
                                message = "must be lower-case letters, digits and _ . + -")
                        String>
                tags,

        @JsonPropertyDescription("Notes for people, shown by the host.") @Nullable
        String description,

        @JsonPropertyDescription("Orderings beyond the references of the spec.")
        List<@NotNull @Valid DependsOn> dependsOn,

        @JsonPropertyDescription("What deleting the resource does to the container and its volumes. Default: Retain.")
        @Nullable
        DeletionPolicy deletionPolicy)
        implements GuestSpec {

    public LxcContainerSpec {
        idMaps = Lists.copy(idMaps);
        mounts = Lists.copy(mounts);
        devices = Lists.copy(devices);
        rawConfig = Lists.copy(rawConfig);
        snapshots = Lists.copy(snapshots);
        healthChecks = Lists.copy(healthChecks);
        tags = Lists.copy(tags);
        dependsOn = Lists.copy(dependsOn);
    }

    /** The volume of a root file system. */
    public record RootDisk(
            @NotNull
            @JsonPropertyDescription(
                    "StoragePool resource with content rootdir. Another one moves the root disk there, of a running container at its next restart; what was moved stays on the old one as an unused volume until you agree to its destruction.")
            String storage,

            @JsonPropertyDescription(
                    "Size; it can grow, never shrink. Default: 8Gi, or the size of the clone's source.")
            @Nullable
            ByteSize size) {}

    /** A range of user or group numbers. */
    public record IdMap(
            @NotNull @JsonPropertyDescription("uid or gid.") Type type,

            @NotNull @Min(0) @Max(4294967294L) @JsonPropertyDescription("First number in the container.")
            Long containerId,

            @NotNull @Min(0) @Max(4294967294L) @JsonPropertyDescription("First number on the host.")
            Long hostId,

            @NotNull @Min(1) @Max(4294967295L) @JsonPropertyDescription("How many numbers.")
            Long size) {

        /** What is mapped. */
        public enum Type {
            @JsonProperty("uid")
            UID,
            @JsonProperty("gid")
            GID
        }
    }

    /** What a container may do beyond the ordinary. */
    public record Features(
            @JsonPropertyDescription("Containers within the container. Default: false.") @Nullable
            Boolean nesting,

            @JsonPropertyDescription(
                    "The keyctl system call, which Docker wants in unprivileged containers. Default: false.")
            @Nullable
            Boolean keyctl,

            @JsonPropertyDescription("FUSE file systems. Default: false.") @Nullable
            Boolean fuse,

            @JsonPropertyDescription("Making device nodes. Default: false.") @Nullable
            Boolean mknod,

            @JsonPropertyDescription("File systems that may be mounted, for example nfs.")
            List<@NotNull @Pattern(regexp = "[a-z0-9]+", message = "must be a file system type such as nfs") String>
                    mount) {

        public Features {
            mount = Lists.copy(mount);
        }
    }

    /** Graphics cards. */
    public record Gpu(
            @NotNull @JsonPropertyDescription("GpuDriver resource in mode Container.")
            String driver,

            @JsonPropertyDescription("The cards by index or UUID. Default: all.")
            List<
                            @NotNull
                            @Pattern(
                                    regexp = "\\d{1,2}|GPU-[0-9a-f-]+",
                                    message = "must be an index such as \"0\" or a UUID such as GPU-1d2c…")
                            String>
                    devices) {

        public Gpu {
            devices = Lists.copy(devices);
        }
    }

    /** A directory of the host ({@code source}) or a volume of its own ({@code storage} and {@code size}). */
    public record Mount(
            @NotNull
            @Pattern(regexp = Names.LABEL, message = Names.LABEL_MESSAGE)
            @JsonPropertyDescription(
                    "Name of the mount, which stays with its volume when the order in the list changes.")
            String name,

            @NotNull
            @Pattern(regexp = Names.ABSOLUTE_PATH, message = Names.ABSOLUTE_PATH_MESSAGE)
            @JsonPropertyDescription("Where it is mounted in the container.")
            String path,

            @JsonPropertyDescription("Directory of the host to mount; made if it is missing.")
            @Pattern(regexp = Names.ABSOLUTE_PATH, message = Names.ABSOLUTE_PATH_MESSAGE)
            @Nullable
            String source,

            @JsonPropertyDescription("ZfsDataset resource whose directory is mounted.") @Nullable
            String dataset,

            @JsonPropertyDescription(
                    "StoragePool resource that holds the volume. Another one moves the volume there, of a running container at its next restart.")
            @Nullable
            String storage,

            @JsonPropertyDescription("Size of the volume; it can grow, never shrink.") @Nullable
            ByteSize size,

            @JsonPropertyDescription("Whether the container may only read it. Default: false.") @Nullable
            Boolean readOnly,

            @JsonPropertyDescription("Whether backups hold the volume. Default: true for volumes.") @Nullable
            Boolean backup,

            @JsonPropertyDescription("Owner within the container; translated through its id map and set on the host.")
            @Valid
            ZfsDatasetSpec.@Nullable Owner owner) {

        /** Whether the mount has a volume of its own, which holds data. */
        public boolean isVolume() {
            return storage != null;
        }
    }

    /** A device of the host. */
    public record Device(
            @NotNull
            @Pattern(regexp = "/dev/[^\\s,]+", message = "must be a path below /dev")
            @JsonPropertyDescription("Path on the host and in the container.")
            String path,

            @JsonPropertyDescription("Mode in octal. Default: \"0660\".")
            @Pattern(regexp = "0?[0-7]{3}", message = "must be three octal digits in quotes")
            @Nullable
            String mode,

            @JsonPropertyDescription("Owner within the container.") @Min(0) @Nullable
            Long uid,

            @JsonPropertyDescription("Group within the container.") @Min(0) @Nullable
            Long gid) {}

    @Override
    public List<Reference> references() {
        List<Reference> references = new ArrayList<>();
        if (guestClass != null) {
            references.add(Reference.ready("spec.class", "GuestClass", guestClass));
        }
        if (template != null) {
            references.add(Reference.ready("spec.template", "LxcTemplate", template));
        }
        if (cloneFrom != null && cloneFrom.name() != null) {
            references.add(Reference.ready("spec.cloneFrom.name", "LxcContainer", cloneFrom.name()));
        }
        if (rootDisk != null && rootDisk.storage() != null) {
            references.add(Reference.ready("spec.rootDisk.storage", "StoragePool", rootDisk.storage()));
        }
        GuestNetwork.references(network, references);
        if (gpu != null && gpu.driver() != null) {
            references.add(Reference.ready("spec.gpu.driver", "GpuDriver", gpu.driver()));
        }
        for (int i = 0; i < mounts.size(); i++) {
            Mount mount = mounts.get(i);
            if (mount != null && mount.storage() != null) {
                references.add(Reference.ready("spec.mounts[" + i + "].storage", "StoragePool", mount.storage()));
            }
            if (mount != null && mount.dataset() != null) {
                references.add(Reference.ready("spec.mounts[" + i + "].dataset", "ZfsDataset", mount.dataset()));
            }
        }
        if (provision != null) {
            FeatureUse.references("spec.provision.features", provision.features(), references);
            if (provision.application() != null) {
                FeatureUse.references("spec.provision.application", List.of(provision.application()), references);
            }
        }
        return references;
    }

    @Override
    public void check(Problems problems) {
        if (template != null && cloneFrom != null) {
            problems.add("spec.cloneFrom", "a container has a template or cloneFrom, not both");
        } else if (template == null && cloneFrom == null && guestClass == null && vmid == null) {
            problems.add(
                    "spec",
                    "a container needs template or cloneFrom; without either only one that exists is adopted, by its vmid");
        }
        if (template != null && rootDisk == null && guestClass == null) {
            problems.add("spec.rootDisk", "a container made from a template needs a root disk with its storage");
        }
        if (servesAsTemplate() && (runPolicy == RunPolicy.RUNNING || runPolicy == RunPolicy.FROZEN)) {
            problems.add("spec.runPolicy", "a template never runs; remove the field");
        }
        if (servesAsTemplate() && !snapshots.isEmpty()) {
            problems.add("spec.snapshots", "a template cannot have snapshots");
        }
        if (servesAsTemplate() && startup != null && Boolean.TRUE.equals(startup.onBoot())) {
            problems.add("spec.startup.onBoot", "a template never runs");
        }
        GuestNetwork.check(network, problems);
        HealthCheck.check("spec.healthChecks", healthChecks, problems);
        checkSecurity(problems);
        checkMounts(problems);
    }

    private void checkSecurity(Problems problems) {
        boolean privileged = Boolean.FALSE.equals(unprivileged);
        if (privileged && !idMaps.isEmpty()) {
            problems.add("spec.idMaps", "a privileged container has no id map; set unprivileged: true or remove them");
        }
        if (apparmor != null && !apparmor.matches("Default|Unconfined|[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")) {
            problems.add("spec.apparmor", "must be Default, Unconfined or the name of a profile");
        }
        boolean ownProfile = apparmor != null && !apparmor.equals("Default");
        if (ownProfile
                && features != null
                && (Boolean.TRUE.equals(features.nesting()) || !features.mount().isEmpty())) {
            problems.add(
                    "spec.apparmor",
                    "LXC refuses to start a container with a profile of its own beside features that generate one; "
                            + "remove features.nesting and features.mount, or use apparmor: Default");
        }
        for (int i = 0; i < rawConfig.size(); i++) {
            String line = rawConfig.get(i);
            if (line == null) {
                continue;
            }
            String key = line.split("[:=\\s]", 2)[0];
            if (key.startsWith("lxc.apparmor.") && apparmor != null) {
                problems.add("spec.rawConfig[" + i + "]", key + " contradicts spec.apparmor; keep one of them");
            }
            if (key.startsWith("lxc.rootfs.")) {
                problems.add(
                        "spec.rawConfig[" + i + "]", "the root file system is spec.rootDisk; Proxmox refuses " + key);
            }
        }
        if (features != null && Boolean.TRUE.equals(features.keyctl()) && privileged) {
            problems.add(
                    "spec.features.keyctl", "keyctl is for unprivileged containers; a privileged one has it already");
        }
    }

    private void checkMounts(Problems problems) {
        Set<String> names = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < mounts.size(); i++) {
            Mount mount = mounts.get(i);
            if (mount == null) {
                continue;
            }
            String at = "spec.mounts[" + i + "]";
            int sources = (mount.source() == null ? 0 : 1)
                    + (mount.dataset() == null ? 0 : 1)
                    + (mount.storage() == null ? 0 : 1);
            if (sources != 1) {
                problems.add(at, "give exactly one of source, dataset and storage, not " + sources);
            }
            if (mount.storage() != null && mount.size() == null) {
                problems.add(at + ".size", "a volume needs a size");
            }
            if (mount.storage() == null && mount.size() != null) {
                problems.add(at + ".size", "only a volume, which has a storage, has a size");
            }
            if (!names.add(mount.name())) {
                problems.add(at + ".name", "another mount is called " + mount.name());
            }
            if (mount.path() != null && (mount.path().equals("/") || Names.climbs(mount.path()))) {
                problems.add(at + ".path", "must be below / without '.' and '..'");
            }
            if (mount.path() != null && !paths.add(mount.path())) {
                problems.add(at + ".path", "another mount is at " + mount.path());
            }
            if (mount.source() != null && (mount.source().equals("/") || Names.climbs(mount.source()))) {
                problems.add(at + ".source", "must be below / without '.' and '..'");
            }
        }
    }
}
