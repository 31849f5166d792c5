package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a host said of itself. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record HypervisorFacts(
        @Nullable String version,
        @Nullable String kernel,
        @Nullable String hostname,
        @Nullable Integer cpus,
        @Nullable ByteSize memory,
        List<Gpu> gpus,
        @Nullable Allocated allocated,
        List<InstalledFeature> features,
        @Nullable String bootId)
        implements Facts {

    public HypervisorFacts {
        gpus = Lists.copy(gpus);
        features = Lists.copy(features);
    }

    /** A graphics card on the PCI bus, with or without a driver. */
    public record Gpu(String pci, String model) {}

    /**
     * What the guests of the host are given.
     *
     * @param onBootMemory the memory of guests that start with the host
     * @param cpus the sum of their cores; may exceed the host's
     */
    public record Allocated(ByteSize memory, ByteSize onBootMemory, int cpus, int guests, int running) {}
}
