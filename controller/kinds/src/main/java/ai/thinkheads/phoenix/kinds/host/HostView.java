package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostState;

/**
 * A host as one pass over a resource sees it.
 *
 * @param hypervisor the resource that stands for it
 * @param host the open host, for changes
 * @param state the shared snapshot, for planning
 */
public record HostView(Resource<HypervisorSpec, HypervisorFacts> hypervisor, Host host, HostState state) {

    /** The name of the Hypervisor, with which the names of its locks begin. */
    public String name() {
        return hypervisor.name();
    }

    /** Where steps on this host run. */
    public Place place() {
        Integer slots = hypervisor.spec().maxParallel();
        return new Place(
                name(), slots == null ? Place.SLOTS : slots, host.capabilities().storageLock());
    }
}
