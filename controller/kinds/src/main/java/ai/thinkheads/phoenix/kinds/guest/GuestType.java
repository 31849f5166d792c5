package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestSpec;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.ReadBack;
import java.util.Optional;

/**
 * One kind of guest, as far as what both have in common needs to know it.
 *
 * @param <S> the spec
 * @param <C> the configuration on the host
 * @param <D> a mount point or a disk
 */
public interface GuestType<S extends GuestSpec, C extends GuestConfig, D> {

    Kind<S, GuestFacts> kind();

    GuestShape<C, D> shape();

    /** The guests of this kind by number. */
    GuestTable<C> all(HostState state);

    Guests<C, D> guests(Host host);

    /** Reads a guest again. */
    Optional<Guests.Observed<C>> readBack(ReadBack readBack, int vmid);

    /** The spec with its class's defaults. */
    S effective(Resource<S, GuestFacts> resource, Resources resources);

    /** The manifest in the words of the host. */
    GuestWish<C, D> wish(Resource<S, GuestFacts> resource, S effective, Resources resources, HostView view);
}
