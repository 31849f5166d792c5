package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.Cidr;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bridge as it is live.
 *
 * @param revertDeadline when a change that was not confirmed is taken back; null when none is pending
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NetworkBridgeFacts(
        @JsonPropertyDescription("Name of the interface.") @Nullable
        String interfaceName,

        @JsonPropertyDescription("Address that is live.") @Nullable
        Cidr address,

        @JsonPropertyDescription("Ports that are attached.") List<String> ports,

        @JsonPropertyDescription("Whether the interface is up.")
        boolean active,

        @JsonPropertyDescription("When a change that was not confirmed is taken back; absent when none is pending.")
        @Nullable
        Instant revertDeadline)
        implements Facts {

    public NetworkBridgeFacts {
        ports = Lists.copy(ports);
    }
}
