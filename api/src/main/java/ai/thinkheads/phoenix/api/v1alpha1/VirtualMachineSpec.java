package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A virtual machine. */
public record VirtualMachineSpec(
        @JsonPropertyDescription("Hypervisor the machine is on. Default: the only one.") @Nullable
        String hypervisor,

        @JsonPropertyDescription("Number on the host. Default: the lowest free one, then kept.")
        @Min(100)
        @Max(999999999)
        @Nullable
        Integer vmid,

        @JsonProperty("class") @JsonPropertyDescription("GuestClass with defaults for this machine.") @Nullable
        String guestClass,

        @JsonPropertyDescription("Name of the machine on the host. Default: the resource's name.")
        @Pattern(regexp = Names.HOSTNAME, message = Names.HOSTNAME_MESSAGE)
        @Nullable
        String hostname,

        @JsonPropertyDescription("CloudImage that the first disk is made from.") @Nullable
        String image,

        @JsonPropertyDescription("Machine that this one is a clone of.") @Valid @Nullable
        CloneFrom cloneFrom,

        @JsonPropertyDescription(
                "Whether the machine becomes a template once it is provisioned: clones are made of it and it never runs. Cannot be undone. Default: false.")
        @Nullable
        Boolean isTemplate,

        @JsonPropertyDescription("Virtual CPU cores. Default: 1.") @Min(1) @Max(1024) @Nullable
        Integer cores,

        @JsonPropertyDescription("CPU model. Default: x86-64-v2-AES.")
        @Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9_.-]*", message = "must be a CPU model such as host or x86-64-v2-AES")
        @Nullable
        String cpuType,

        @JsonPropertyDescription("Memory. Default: 2Gi.") @Nullable
        ByteSize memory,

        @JsonPropertyDescription("Disks, the first one being the one that it boots from.")
        List<@NotNull @Valid Disk> disks,

        @JsonPropertyDescription("Network cards.") @Valid @Nullable
        GuestNetwork network,

        @JsonPropertyDescription("What cloud-init sets up at the first boot.") @Valid @Nullable
        CloudInit cloudInit,

        @JsonPropertyDescription("Whether the guest agent runs inside. Default: true.") @Nullable
        Boolean agent,

        @JsonPropertyDescription("Graphics cards of the host that are passed to the machine.") @Valid @Nullable
        Gpu gpu,

        @JsonPropertyDescription("What happens when the host boots and shuts down.") @Valid @Nullable
        Startup startup,

        @JsonPropertyDescription("Whether it runs. Default: Running.") @Nullable
        RunPolicy runPolicy,

        @JsonPropertyDescription("Snapshots that it has to have.")
        List<@NotNull @Valid Snapshot> snapshots,

        @JsonPropertyDescription("The software inside; needs the agent.") @Valid @Nullable
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

        @JsonPropertyDescription("What deleting the resource does to the machine and its disks. Default: Retain.")
        @Nullable
        DeletionPolicy deletionPolicy)
        implements GuestSpec {

    public VirtualMachineSpec {
        disks = Lists.copy(disks);
        snapshots = Lists.copy(snapshots);
        healthChecks = Lists.copy(healthChecks);
        tags = Lists.copy(tags);
        dependsOn = Lists.copy(dependsOn);
    }

    /** A disk. */
    public record Disk(
            @NotNull
            @Pattern(regexp = Names.LABEL, message = Names.LABEL_MESSAGE)
            @JsonPropertyDescription(
                    "Name of the disk, which stays with its volume when the order in the list changes.")
            String name,

            @NotNull
            @JsonPropertyDescription(
                    "StoragePool resource with content images. Another one moves the disk there while the machine runs; the old volume stays, unused, until you agree to its destruction.")
            String storage,

            @JsonPropertyDescription(
                    "Size; it can grow, never shrink. Default for the first disk: the image's or the source's.")
            @Nullable
            ByteSize size,

            @JsonPropertyDescription("Whether the host's SSD learns of freed blocks. Default: true.") @Nullable
            Boolean discard,

            @JsonPropertyDescription("Whether backups hold the disk. Default: true.") @Nullable
            Boolean backup) {}

    /** What cloud-init sets up. */
    public record CloudInit(
            @JsonPropertyDescription("User to create.")
            @Pattern(regexp = "[a-z_][a-z0-9_-]{0,31}", message = "must be a user name")
            @Nullable
            String user,

            @JsonPropertyDescription("The user's password.") @Valid @Nullable
            SecretRef password,

            @JsonPropertyDescription("The user's public keys for ssh.")
            List<
                            @NotNull
                            @Pattern(regexp = "(ssh-|ecdsa-|sk-)[^\\r\\n]+", message = "must be a public key line")
                            String>
                    sshKeys,

            @JsonPropertyDescription("Name resolution.") @Valid @Nullable
            GuestDns dns,

            @JsonPropertyDescription("Further user data, a cloud-config document.") @Nullable
            String userData) {

        public CloudInit {
            sshKeys = Lists.copy(sshKeys);
        }
    }

    /** Graphics cards that a machine owns. */
    public record Gpu(
            @NotNull @JsonPropertyDescription("GpuDriver resource in mode Vfio.")
            String driver,

            @JsonPropertyDescription("The cards by PCI address.")
            List<
                            @NotNull
                            @Pattern(
                                    regexp = "[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]",
                                    message = "must be a PCI address such as 0000:01:00.0")
                            String>
                    devices) {

        public Gpu {
            devices = Lists.copy(devices);
        }
    }

    @Override
    public List<Reference> references() {
        List<Reference> references = new ArrayList<>();
        if (guestClass != null) {
            references.add(Reference.ready("spec.class", "GuestClass", guestClass));
        }
        if (image != null) {
            references.add(Reference.ready("spec.image", "CloudImage", image));
        }
        if (cloneFrom != null && cloneFrom.name() != null) {
            references.add(Reference.ready("spec.cloneFrom.name", "VirtualMachine", cloneFrom.name()));
        }
        for (int i = 0; i < disks.size(); i++) {
            Disk disk = disks.get(i);
            if (disk != null && disk.storage() != null) {
                references.add(Reference.ready("spec.disks[" + i + "].storage", "StoragePool", disk.storage()));
            }
        }
        GuestNetwork.references(network, references);
        if (cloudInit != null && cloudInit.password() != null) {
            references.add(Reference.ready(
                    "spec.cloudInit.password", "Secret", cloudInit.password().name()));
        }
        if (gpu != null && gpu.driver() != null) {
            references.add(Reference.ready("spec.gpu.driver", "GpuDriver", gpu.driver()));
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
        if (image != null && cloneFrom != null) {
            problems.add("spec.cloneFrom", "a virtual machine has an image or cloneFrom, not both");
        } else if (image == null && cloneFrom == null && guestClass == null && vmid == null) {
            problems.add(
                    "spec",
                    "a virtual machine needs image or cloneFrom; without either only one that exists is adopted, by its vmid");
        }
        if (image != null && disks.isEmpty() && guestClass == null) {
            problems.add("spec.disks", "a machine made from an image needs a disk to put it on");
        }
        if (servesAsTemplate() && (runPolicy == RunPolicy.RUNNING || runPolicy == RunPolicy.FROZEN)) {
            problems.add("spec.runPolicy", "a template never runs; remove the field");
        }
        if (!servesAsTemplate() && runPolicy == RunPolicy.FROZEN) {
            problems.add("spec.runPolicy", "only containers are frozen; say Stopped");
        }
        if (servesAsTemplate() && !snapshots.isEmpty()) {
            problems.add("spec.snapshots", "a template cannot have snapshots");
        }
        if (servesAsTemplate() && startup != null && Boolean.TRUE.equals(startup.onBoot())) {
            problems.add("spec.startup.onBoot", "a template never runs");
        }
        if (provision != null && !provision.all().isEmpty() && Boolean.FALSE.equals(agent)) {
            problems.add("spec.agent", "provisioning reaches the machine through the agent; set agent: true");
        }
        GuestNetwork.check(network, problems);
        HealthCheck.check("spec.healthChecks", healthChecks, problems);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < disks.size(); i++) {
            Disk disk = disks.get(i);
            if (disk == null) {
                continue;
            }
            if (!names.add(disk.name())) {
                problems.add("spec.disks[" + i + "].name", "another disk is called " + disk.name());
            }
            if (i > 0 && disk.size() == null) {
                problems.add("spec.disks[" + i + "].size", "a further disk needs a size");
            }
        }
    }
}
