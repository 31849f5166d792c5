package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a host said of itself. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record HypervisorFacts(
        @JsonPropertyDescription("Version of the hypervisor's software.") @Nullable
        String version,

        @JsonPropertyDescription("Running kernel.") @Nullable
        String kernel,

        @JsonPropertyDescription("Host name.") @Nullable String hostname,

        @JsonPropertyDescription("Number of CPU threads.") @Nullable
        Integer cpus,

        @JsonPropertyDescription("Size of the memory.") @Nullable
        ByteSize memory,

        @JsonPropertyDescription("Graphics cards on the PCI bus, with or without a driver.")
        List<Gpu> gpus,

        @JsonPropertyDescription("What the guests of the host are given.") @Nullable
        Allocated allocated,

        @JsonPropertyDescription("Features of scope Host that are in place.")
        List<InstalledFeature> features,

        @JsonPropertyDescription("Identifier of the present boot.") @Nullable
        String bootId)
        implements Facts {

    public HypervisorFacts {
        gpus = Lists.copy(gpus);
        features = Lists.copy(features);
    }

    /** A graphics card on the PCI bus, with or without a driver. */
    public record Gpu(
            @JsonPropertyDescription("PCI address.") String pci,

            @JsonPropertyDescription("Model by the PCI identifiers.")
            String model) {}

    /**
     * What the guests of the host are given.
     *
     * @param onBootMemory the memory of guests that start with the host
     * @param cpus the sum of their cores; may exceed the host's
     */
    public record Allocated(
            @JsonPropertyDescription("Memory that guests are given.")
            ByteSize memory,

            @JsonPropertyDescription("Memory of the guests that start with the host.")
            ByteSize onBootMemory,

            @JsonPropertyDescription("Sum of their cores; may exceed the host's.")
            int cpus,

            @JsonPropertyDescription("Number of guests.") int guests,

            @JsonPropertyDescription("Number of running guests.")
            int running) {}
}
