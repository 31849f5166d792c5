package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.v1alpha1.HealthCheck;
import ai.thinkheads.phoenix.hosts.port.Capabilities;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a planner sees of the host.
 *
 * @param vmid the guest's number; null while it has none
 * @param guest null when there is none
 * @param storageTypes by the host's ids
 * @param linkedClones the guests that share blocks with this one, in words
 * @param remedy what an unhealthy guest's check asks for, when it is due
 */
public record Sight<C extends GuestConfig>(
        @Nullable Integer vmid,
        Guests.@Nullable Observed<C> guest,
        Capabilities capabilities,
        Map<String, String> storageTypes,
        List<String> linkedClones,
        HealthCheck.@Nullable OnFailure remedy) {

    public Sight {
        storageTypes = Map.copyOf(storageTypes);
        linkedClones = List.copyOf(linkedClones);
    }

    Sight<C> withRemedy(HealthCheck.OnFailure due) {
        return new Sight<>(vmid, guest, capabilities, storageTypes, linkedClones, due);
    }
}
