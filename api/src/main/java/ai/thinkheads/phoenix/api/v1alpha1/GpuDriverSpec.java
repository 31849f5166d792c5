package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Spec;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The driver of the host's graphics cards, and the one version that host and guests share. */
public record GpuDriverSpec(
        @JsonPropertyDescription("Hypervisor the cards are in. Default: the only one.") @Nullable
        String hypervisor,

        @NotNull @JsonPropertyDescription("Maker of the cards.")
        Vendor vendor,

        @NotNull
        @Pattern(regexp = "\\d+(\\.\\d+){1,3}", message = "must be a driver version such as 580.76.05")
        @JsonPropertyDescription("Version of the driver on the host and in every guest that uses a card.")
        String version,

        @JsonPropertyDescription("Where the driver is downloaded from. Default: the host's package archive.")
        @Valid
        @Nullable
        Source source,

        @JsonPropertyDescription("Which kernel module is used: Open or Proprietary. Default: Open.") @Nullable
        KernelModule kernelModule,

        @JsonPropertyDescription(
                "Who uses the cards: containers that share them, or virtual machines that own one. Default: Container.")
        @Nullable
        Mode mode,

        @JsonPropertyDescription("Whether the driver stays loaded when no process uses a card. Default: true.")
        @Nullable
        Boolean persistence,

        @JsonPropertyDescription("Orderings beyond the references of the spec.")
        List<@NotNull @Valid DependsOn> dependsOn,

        @JsonPropertyDescription("What deleting the resource does to the driver. Default: Retain.") @Nullable
        DeletionPolicy deletionPolicy)
        implements Spec {

    public GpuDriverSpec {
        dependsOn = Lists.copy(dependsOn);
    }

    /** Makers of graphics cards. */
    public enum Vendor {
        @JsonProperty("nvidia")
        NVIDIA
    }

    /** Kernel modules of the NVIDIA driver. */
    public enum KernelModule {
        @JsonProperty("Open")
        OPEN,
        @JsonProperty("Proprietary")
        PROPRIETARY
    }

    /** Who uses the cards. */
    public enum Mode {
        /** The host has the driver loaded and containers share the devices. */
        @JsonProperty("Container")
        CONTAINER,
        /** The cards are bound to vfio-pci and each is passed to one virtual machine. */
        @JsonProperty("Vfio")
        VFIO
    }

    /** A file to download. */
    public record Source(
            @NotNull
            @Pattern(regexp = Names.URL, message = Names.URL_MESSAGE)
            @JsonPropertyDescription("URL of the installer.")
            String url,

            @NotNull
            @Pattern(regexp = Names.SHA256, message = Names.SHA256_MESSAGE)
            @JsonPropertyDescription("Its SHA-256 checksum.")
            String sha256) {}
}
