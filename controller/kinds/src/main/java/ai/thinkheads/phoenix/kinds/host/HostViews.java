package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.type.Interval;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostState;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot of each host's state, shared by all reconcilers, so that a pass over any number of resources reads the host once.
 * Whoever changes something reads that back and patches the snapshot by {@link #readBack}. A snapshot is dropped when somebody
 * distrusts it, when a fresh pass begins, and when it is older than a tenth of the resync interval, at most 30 seconds.
 *
 * <p>However many ask at once, one of them reads and the others wait for it. When the read fails it fails for all of them, and
 * the next one to ask reads again.
 */
public final class HostViews {

    private static final Duration OLDEST = Duration.ofSeconds(30);
    private static final Duration RESYNC = Duration.ofMinutes(5);

    private final Hosts hosts;
    private final Clock clock;
    private final Map<String, Snapshot> snapshots = new ConcurrentHashMap<>();

    @Inject
    public HostViews(Hosts hosts, Clock clock) {
        this.hosts = hosts;
        this.clock = clock;
    }

    /**
     * The host that a resource lives on, with its state as last read.
     *
     * @throws ReconcileException when the resource's Hypervisor is unknown, or the host cannot be opened or read
     */
    public HostView view(Resource<?, ?> resource, Resources resources) {
        Resource<HypervisorSpec, HypervisorFacts> hypervisor = hosts.hypervisor(resource, resources);
        return HostFailures.guard(resource.key(), "read Hypervisor/" + hypervisor.name(), () -> {
            Host host = hosts.open(hypervisor);
            return new HostView(hypervisor, host, snapshot(hypervisor.name()).state(host, oldest(hypervisor.spec())));
        });
    }

    /** Reads a host, so that whoever asks next finds it read, or waits for what is left of it. */
    void ahead(Resource<HypervisorSpec, HypervisorFacts> hypervisor) {
        snapshot(hypervisor.name()).state(hosts.open(hypervisor), oldest(hypervisor.spec()));
    }

    /**
     * The host that a resource lives on, for a step; its state is not read.
     *
     * @throws ReconcileException when the resource's Hypervisor is unknown, or the host cannot be opened
     */
    public OpenHost open(Resource<?, ?> resource, Resources resources) {
        Resource<HypervisorSpec, HypervisorFacts> hypervisor = hosts.hypervisor(resource, resources);
        Host host = HostFailures.guard(
                resource.key(), "open Hypervisor/" + hypervisor.name(), () -> hosts.open(hypervisor));
        return new OpenHost(
                host, new ReadBack(host, patch -> snapshot(hypervisor.name()).patch(patch)));
    }

    /** Reads parts of that host again and patches the snapshot with what they are now. */
    public ReadBack readBack(HostView view) {
        return new ReadBack(view.host(), patch -> snapshot(view.name()).patch(patch));
    }

    /** The next look at the host of that resource reads it anew; every host's, when the resource names none. */
    public void distrust(Resource<?, ?> resource) {
        String name = "Hypervisor".equals(resource.kind().name())
                ? resource.name()
                : resource.spec().hypervisor();
        if (name == null) {
            freshPass();
        } else {
            snapshot(name).drop();
        }
    }

    /** The next look at any host reads it anew. */
    public void freshPass() {
        snapshots.values().forEach(Snapshot::drop);
    }

    private Snapshot snapshot(String hypervisor) {
        return snapshots.computeIfAbsent(hypervisor, name -> new Snapshot());
    }

    private static Duration oldest(HypervisorSpec spec) {
        Interval resync = spec.resyncInterval();
        Duration tenth = (resync == null ? RESYNC : resync.duration()).dividedBy(10);
        return tenth.compareTo(OLDEST) < 0 ? tenth : OLDEST;
    }

    /** A read that is under way or done, and what became known to be otherwise since it began. */
    private static final class Read {
        final Host host;
        final Duration begun;
        final CompletableFuture<HostState> answer = new CompletableFuture<>();
        final List<UnaryOperator<HostState>> since = new ArrayList<>();

        @Nullable
        HostState state;

        Read(Host host, Duration begun) {
            this.host = host;
            this.begun = begun;
        }
    }

    /** The snapshot of one host. */
    private final class Snapshot {

        private final ReentrantLock lock = new ReentrantLock();
        private final Silence silence = new Silence(clock);
        private @Nullable Host asked;
        private @Nullable Read latest;

        HostState state(Host host, Duration oldest) {
            Read read;
            boolean first = false;
            lock.lock();
            try {
                Read known = latest;
                if (known != null && known.host == host && isYoung(known, oldest)) {
                    if (known.state != null) {
                        return known.state;
                    }
                    read = known;
                } else {
                    if (asked != host) {
                        silence.end();
                        asked = host;
                    }
                    read = new Read(host, clock.elapsed());
                    latest = read;
                    first = true;
                }
            } finally {
                lock.unlock();
            }
            if (first) {
                return perform(read);
            }
            try {
                return read.answer.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw e;
            }
        }

        private boolean isYoung(Read read, Duration oldest) {
            return read.state == null || clock.elapsed().minus(read.begun).compareTo(oldest) <= 0;
        }

        private HostState perform(Read read) {
            try {
                HostState fresh = silence.ask(read.host::read);
                HostState patched = finish(read, fresh);
                read.answer.complete(patched);
                return patched;
            } catch (RuntimeException | Error failure) {
                lock.lock();
                try {
                    if (latest == read) {
                        latest = null;
                    }
                } finally {
                    lock.unlock();
                }
                read.answer.completeExceptionally(failure);
                throw failure;
            }
        }

        private HostState finish(Read read, HostState fresh) {
            lock.lock();
            try {
                HostState state = fresh;
                for (UnaryOperator<HostState> patch : read.since) {
                    state = patch.apply(state);
                }
                read.since.clear();
                read.state = state;
                return state;
            } finally {
                lock.unlock();
            }
        }

        /** What was read back is newer than what a read that is under way may have seen, so it is laid over that. */
        void patch(UnaryOperator<HostState> patch) {
            lock.lock();
            try {
                Read read = latest;
                if (read == null) {
                    return;
                }
                if (read.state == null) {
                    read.since.add(patch);
                } else {
                    read.state = patch.apply(read.state);
                }
            } finally {
                lock.unlock();
            }
        }

        /** Those who wait for a read that is under way still get it; whoever asks from now on starts another. */
        void drop() {
            lock.lock();
            try {
                latest = null;
            } finally {
                lock.unlock();
            }
        }
    }
}
