package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The driver and the cards as the host sees them.
 *
 * @param hostVersion the version of the loaded module; null when none is loaded
 * @param guestVersions the version seen in each guest that uses a card, by the guest's resource name
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GpuDriverFacts(
        @JsonPropertyDescription("Version of the loaded driver; absent when none is loaded.") @Nullable
        String hostVersion,

        @JsonPropertyDescription("Cards as the driver sees them.")
        List<Device> devices,

        @JsonPropertyDescription("Version seen in each guest that uses a card, by the name of the guest.")
        Map<String, String> guestVersions)
        implements Facts {

    public GpuDriverFacts {
        devices = Lists.copy(devices);
        guestVersions = Lists.copy(guestVersions);
    }

    /**
     * A card.
     *
     * @param index the driver's number of it, which may change when cards are added
     */
    public record Device(
            @JsonPropertyDescription("The driver's number of the card, which may change when cards are added.")
            int index,

            @JsonPropertyDescription("Identifier of the card that never changes.")
            String uuid,

            @JsonPropertyDescription("Model as the driver names it.")
            String model,

            @JsonPropertyDescription("Size of its memory.") ByteSize memory,
            @JsonPropertyDescription("PCI address.") String pci) {}
}
