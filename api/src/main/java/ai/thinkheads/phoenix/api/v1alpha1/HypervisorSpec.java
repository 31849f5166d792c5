package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.type.Interval;
import ai.thinkheads.phoenix.api.type.IpAddress;
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

/** A machine that runs guests, and how to reach it. */
public record HypervisorSpec(
        @NotNull @JsonPropertyDescription("What drives the host: simulated (an embedded model), linux or proxmox.")
        Driver driver,

        @JsonPropertyDescription("URL of the host's API, for the proxmox driver.")
        @Pattern(regexp = "https://.+", message = "must be an https URL")
        @Nullable
        String endpoint,

        @JsonPropertyDescription("Name of the node within its cluster. Default: the resource's name.")
        @Pattern(regexp = Names.LABEL, message = Names.LABEL_MESSAGE)
        @Nullable
        String node,

        @JsonPropertyDescription("Where the credentials for the API are.") @Valid @Nullable
        SecretRef credentials,

        @JsonPropertyDescription("How to run commands on the host. Default: locally.") @Valid @Nullable
        Shell shell,

        @JsonPropertyDescription("Host name to set on the machine.")
        @Pattern(regexp = Names.LABEL, message = Names.LABEL_MESSAGE)
        @Nullable
        String hostname,

        @JsonPropertyDescription("Time zone to set, for example Europe/Berlin.")
        @Pattern(regexp = "[A-Za-z_+-]+(/[A-Za-z0-9_+-]+)*|UTC", message = "must be a time zone such as Europe/Berlin")
        @Nullable
        String timezone,

        @JsonPropertyDescription("DNS search domain of the host and, by default, of its guests.")
        @Pattern(regexp = Names.DOMAIN, message = Names.DOMAIN_MESSAGE)
        @Nullable
        String domain,

        @JsonPropertyDescription("DNS servers of the host and, by default, of its guests.")
        List<@NotNull IpAddress> dns,

        @JsonPropertyDescription("Debian packages that have to be installed on the host.")
        List<@NotNull @Pattern(regexp = Names.PACKAGE, message = Names.PACKAGE_MESSAGE) String> packages,

        @JsonPropertyDescription("Settings of the host's ZFS module.") @Valid @Nullable
        Zfs zfs,

        @JsonPropertyDescription("When Phoenix may reboot the host. Default: Never.") @Nullable
        RebootPolicy rebootPolicy,

        @JsonPropertyDescription("Features of scope Host to install, in order.")
        List<@NotNull @Valid FeatureUse> features,

        @JsonPropertyDescription("How many operations may run on the host at once. Default: 8.")
        @Min(1)
        @Max(256)
        @Nullable
        Integer maxParallel,

        @JsonPropertyDescription("How often everything on the host is compared again. Default: 5m.") @Nullable
        Interval resyncInterval,

        @JsonPropertyDescription("The machine to model, for the simulated driver.") @Valid @Nullable
        Simulated simulated)
        implements Spec {

    public HypervisorSpec {
        dns = Lists.copy(dns);
        packages = Lists.copy(packages);
        features = Lists.copy(features);
    }

    /** What drives a host. */
    public enum Driver {
        @JsonProperty("simulated")
        SIMULATED,
        @JsonProperty("linux")
        LINUX,
        @JsonProperty("proxmox")
        PROXMOX
    }

    /** When Phoenix may reboot a host. */
    public enum RebootPolicy {
        /** Only a person reboots the host; a needed reboot is the condition RebootRequired. */
        @JsonProperty("Never")
        NEVER,
        /** Phoenix shuts the guests down in order, reboots the host and starts them again. */
        @JsonProperty("WhenRequired")
        WHEN_REQUIRED
    }

    /** How commands reach the host. */
    public record Shell(
            @NotNull @JsonPropertyDescription("local or ssh.")
            Type type,

            @JsonPropertyDescription("Host name or address for ssh.") @Nullable
            String address,

            @JsonPropertyDescription("Port for ssh. Default: 22.") @Min(1) @Max(65535) @Nullable
            Integer port,

            @JsonPropertyDescription("User for ssh. Default: root.") @Nullable
            String user,

            @JsonPropertyDescription("Private key for ssh.") @Valid @Nullable
            SecretRef key,

            @JsonPropertyDescription(
                    "The host's public key, as in known_hosts; without it the user's known_hosts decides.")
            @Nullable
            String hostKey) {

        /** The ways to run a command on a host. */
        public enum Type {
            @JsonProperty("local")
            LOCAL,
            @JsonProperty("ssh")
            SSH
        }
    }

    /** Settings of the ZFS module. */
    public record Zfs(
            @JsonPropertyDescription("Upper bound of the ARC, now and after a reboot.") @Nullable
            ByteSize arcMax) {}

    /** The machine that the simulated driver models. Changes to it take effect as if a person had changed the hardware. */
    public record Simulated(
            @JsonPropertyDescription("Number of CPU threads. Default: 12.") @Min(1) @Max(4096) @Nullable
            Integer cpus,

            @JsonPropertyDescription("Size of the memory. Default: 96Gi.") @Nullable
            ByteSize memory,

            @JsonPropertyDescription("Unused disks of the machine.")
            List<@NotNull @Valid Disk> disks,

            @JsonPropertyDescription("Graphics cards of the machine.")
            List<@NotNull @Valid Gpu> gpus,

            @JsonPropertyDescription("Names of the network ports. Default: enp5s0.")
            List<@NotNull @Pattern(regexp = Names.INTERFACE, message = Names.INTERFACE_MESSAGE) String> nics,

            @JsonPropertyDescription(
                    "How long operations take: None, or Realistic as measured on Proxmox hosts. Default: None.")
            @Nullable
            Latency latency,

            @JsonPropertyDescription("Faults to inject, for trying out how a set of manifests behaves in bad times.")
            List<@NotNull @Valid Fault> faults) {

        public Simulated {
            disks = Lists.copy(disks);
            gpus = Lists.copy(gpus);
            nics = Lists.copy(nics);
            faults = Lists.copy(faults);
        }

        /** How long simulated operations take. */
        public enum Latency {
            @JsonProperty("None")
            NONE,
            @JsonProperty("Realistic")
            REALISTIC
        }

        /** A disk. */
        public record Disk(
                @NotNull
                @Pattern(regexp = "/dev/[A-Za-z0-9/_.:-]+", message = "must be a path below /dev")
                @JsonPropertyDescription("Its path, best the stable one below /dev/disk/by-id.")
                String path,

                @NotNull @JsonPropertyDescription("Its size.")
                ByteSize size) {}

        /** A graphics card. */
        public record Gpu(
                @NotNull @JsonPropertyDescription("Model as the driver names it.")
                String model,

                @NotNull @JsonPropertyDescription("Size of its memory.")
                ByteSize memory,

                @JsonPropertyDescription("PCI address. Default: counted up from 0000:01:00.0.")
                @Pattern(regexp = "[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]", message = "must be a PCI address")
                @Nullable
                String pci) {}

        /** One fault. */
        public record Fault(
                @NotNull
                @JsonPropertyDescription(
                        "Operation that fails, as events name it, for example create-container; * for any.")
                String operation,

                @NotNull @JsonPropertyDescription("What goes wrong.")
                Type type,

                @JsonPropertyDescription("How often it happens before it stops. Default: 1.") @Min(1) @Nullable
                Integer times) {

            /** What goes wrong. */
            public enum Type {
                /** Refused before anything was done. */
                @JsonProperty("Refuse")
                REFUSE,
                /** The task starts and fails half way. */
                @JsonProperty("FailTask")
                FAIL_TASK,
                /** Done, but the answer is lost. */
                @JsonProperty("LoseReply")
                LOSE_REPLY,
                /** The answer takes longer than the client waits. */
                @JsonProperty("Stall")
                STALL,
                /** The answer makes no sense. */
                @JsonProperty("Garble")
                GARBLE
            }
        }
    }

    @Override
    public List<Reference> references() {
        List<Reference> references = new ArrayList<>();
        if (credentials != null) {
            references.add(Reference.ready("spec.credentials", "Secret", credentials.name()));
        }
        if (shell != null && shell.key() != null) {
            references.add(
                    Reference.ready("spec.shell.key", "Secret", shell.key().name()));
        }
        FeatureUse.references("spec.features", features, references);
        return references;
    }

    @Override
    public void check(Problems problems) {
        if (driver == Driver.PROXMOX && endpoint == null) {
            problems.add(
                    "spec.endpoint", "the proxmox driver needs the URL of the API, for example https://10.0.0.13:8006");
        }
        if (driver != Driver.PROXMOX && endpoint != null) {
            problems.add("spec.endpoint", "only the proxmox driver has an API; remove the field");
        }
        if (driver == Driver.PROXMOX && credentials == null) {
            problems.add("spec.credentials", "the proxmox driver needs a Secret with an API token or a password");
        }
        if (simulated != null && driver != Driver.SIMULATED) {
            problems.add("spec.simulated", "only the simulated driver models a machine; remove the field");
        }
        if (shell != null && shell.type() == Shell.Type.SSH && shell.address() == null) {
            problems.add("spec.shell.address", "ssh needs the address of the host");
        }
        if (simulated != null) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < simulated.disks().size(); i++) {
                Simulated.Disk disk = simulated.disks().get(i);
                if (disk != null && !seen.add(disk.path())) {
                    problems.add("spec.simulated.disks[" + i + "].path", "another disk has this path");
                }
            }
        }
    }
}
