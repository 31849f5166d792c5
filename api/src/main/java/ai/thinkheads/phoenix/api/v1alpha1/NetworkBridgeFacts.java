package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.Cidr;
import com.fasterxml.jackson.annotation.JsonInclude;
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
        @Nullable String interfaceName,
        @Nullable Cidr address,
        List<String> ports,
        boolean active,
        @Nullable Instant revertDeadline)
        implements Facts {

    public NetworkBridgeFacts {
        ports = Lists.copy(ports);
    }
}
