package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import ai.thinkheads.phoenix.hosts.port.HostException;
import jakarta.inject.Inject;

/**
 * Opens and reads hosts before they are asked for, so that a controller that has just begun reads manifests and its hosts at the
 * same time.
 */
public final class HostsAhead {

    private final Store store;
    private final HostViews views;
    private final Scheduler scheduler;

    @Inject
    public HostsAhead(Store store, HostViews views, Scheduler scheduler) {
        this.store = store;
        this.views = views;
        this.scheduler = scheduler;
    }

    public void read() {
        store.list(Kinds.HYPERVISOR)
                .items()
                .forEach(each -> each.as(Kinds.HYPERVISOR)
                        .ifPresent(host -> scheduler.execute("read " + host.key(), () -> {
                            try {
                                views.ahead(host);
                            } catch (HostException | ReconcileException e) {
                                // Whoever needs the host is told.
                                return;
                            }
                        })));
    }
}
