package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import ai.thinkheads.phoenix.hosts.port.HostException;
import jakarta.inject.Inject;

/**
 * Opens hosts before they are asked for, so that a controller that has just begun reads manifests and wakes its hosts at the same
 * time. One that is open stays as it is.
 */
public final class HostsAhead {

    private final Store store;
    private final Hosts hosts;
    private final Scheduler scheduler;

    @Inject
    public HostsAhead(Store store, Hosts hosts, Scheduler scheduler) {
        this.store = store;
        this.hosts = hosts;
        this.scheduler = scheduler;
    }

    public void open() {
        store.list(Kinds.HYPERVISOR)
                .items()
                .forEach(each -> each.as(Kinds.HYPERVISOR)
                        .ifPresent(host -> scheduler.execute("open " + host.key(), () -> {
                            try {
                                hosts.open(host);
                            } catch (HostException | ReconcileException e) {
                                // Whoever needs the host is told.
                                return;
                            }
                        })));
    }
}
