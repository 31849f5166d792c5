package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.event.Events;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import ai.thinkheads.phoenix.engine.plan.PlannedChange;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.progress.Activity.State;
import ai.thinkheads.phoenix.engine.progress.LiveProgress;
import ai.thinkheads.phoenix.engine.progress.Progress;
import ai.thinkheads.phoenix.engine.queue.WorkQueue;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreException;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which resources need attention and takes each through its reconciler. Everything it does is set off by an event: a
 * change in the store, a delay that ended, a lock that came free, a call of its methods. It makes no threads and waits for
 * nothing; tasks run where the {@link Scheduler} says.
 */
public final class Engine implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(Engine.class);

    /** Why a resource is looked at; of several reasons the first in this order counts. */
    private enum Cause {
        CHANGED(3),
        ASKED(3),
        DEPENDENCY(2),
        LOCK(3),
        RETRY(2),
        TIME(1);

        private final int rank;

        Cause(int rank) {
            this.rank = rank;
        }
    }

    private final Store store;
    private final Map<String, Reconciler<?, ?>> reconcilers = new HashMap<>();
    private final Scheduler scheduler;
    private final EngineConfig config;
    private final WorkQueue<ResourceKey> queue;
    private final Urgency urgency;
    private final SummingUp sums = new SummingUp(reconcilers);
    private final Parts parts;
    private final Map<ResourceKey, Cause> causes = new ConcurrentHashMap<>();
    private final Set<ResourceKey> running = ConcurrentHashMap.newKeySet();
    private final List<Runnable> freshPassHooks = new CopyOnWriteArrayList<>();
    private final AtomicLong passes = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Object wakeLock = new Object();
    /** Guards the number of a pass against its being asked for and ending at once. */
    private final Object passLock = new Object();
    /** Running passes that began before somebody asked for one, and so do not count as it. */
    private final Set<ResourceKey> tooEarly = new HashSet<>();

    private Scheduler.@Nullable Cancellable wake;
    private long wakeAt = Long.MAX_VALUE;
    private final Clock clock;
    private volatile boolean open;
    private Store.@Nullable Subscription subscription;

    public Engine(
            Store store,
            Collection<? extends Reconciler<?, ?>> reconcilers,
            Events events,
            Clock clock,
            Scheduler scheduler,
            RandomGenerator random,
            EngineConfig config) {
        this.store = store;
        this.scheduler = scheduler;
        this.config = config;
        this.clock = clock;
        this.queue = new WorkQueue<>(() -> clock.elapsed().toNanos(), random, config.backoff());
        reconcilers.forEach(each -> this.reconcilers.put(each.kind().name(), each));
        DependencyGraph graph = new DependencyGraph();
        this.urgency = new Urgency(graph, clock);
        this.parts = new Parts(
                store,
                graph,
                new StoreResources(store, graph),
                events,
                clock,
                new LiveProgress(clock),
                new LockTable());
        for (Resource<?, ?> each : store.list(null).items()) {
            graph.put(each);
        }
    }

    /** Begins: everything that is stored is looked at, and from then on whatever happens. */
    public void start() {
        open = true;
        follow();
        scheduler.schedule("resync", resyncInterval(), this::resync);
        pump();
    }

    private void follow() {
        Store.Listing listing = store.list(null);
        Set<ResourceKey> present = new HashSet<>();
        for (Resource<?, ?> each : listing.items()) {
            present.add(each.key());
            parts.graph.put(each);
        }
        parts.graph.all().keySet().stream()
                .filter(key -> !present.contains(key))
                .forEach(this::gone);
        urgency.outdated();
        listing.items().forEach(each -> enqueue(each.key(), Cause.ASKED));
        subscription = store.watch(listing.revision(), key -> true, new Store.Listener() {
            @Override
            public void changed(Store.Change change) {
                Engine.this.changed(change);
            }

            @Override
            public void expired() {
                if (open) {
                    follow();
                    pump();
                }
            }
        });
    }

    /** Takes no new work; what runs goes on to its end, which the scheduler's shutdown waits for. */
    @Override
    public void close() {
        open = false;
        if (subscription != null) {
            subscription.close();
        }
    }

    /** Runs whenever everything that was cached of the hosts has to be read again. */
    public void onFreshPass(Runnable hook) {
        freshPassHooks.add(hook);
    }

    /**
     * Looks at those resources now.
     *
     * @param fresh whether the hosts are read anew for it, once for all of them
     * @return for each resource the number of passes after which it has been looked at
     */
    public Map<ResourceKey, Long> reconcileNow(Collection<ResourceKey> keys, boolean fresh) {
        if (fresh) {
            freshPassHooks.forEach(Runnable::run);
        }
        Map<ResourceKey, Long> awaited = new LinkedHashMap<>();
        for (ResourceKey key : keys) {
            if (!reconcilers.containsKey(key.kind())) {
                awaited.put(key, parts.progress.passes(key));
                continue;
            }
            synchronized (passLock) {
                awaited.put(key, parts.progress.passes(key) + 1);
                // A pass that is under way may have looked before this call.
                if (running.contains(key)) {
                    tooEarly.add(key);
                } else {
                    parts.progress.enter(key, State.QUEUED, null, List.of());
                }
            }
            enqueue(key, Cause.TIME, Cause.ASKED.rank);
        }
        pump();
        return awaited;
    }

    /**
     * What would happen if those resources were stored and those others deleted: the very plans that passes would run.
     *
     * @param overlay resources as they would be stored, with the stored status where there is one
     * @param pruned keys of stored resources that would be deleted
     */
    public List<PlannedChange> plan(List<Resource<?, ?>> overlay, Set<ResourceKey> pruned) {
        freshPassHooks.forEach(Runnable::run);
        return new Preview(store, reconcilers).of(overlay, pruned);
    }

    public Progress progress() {
        return parts.progress;
    }

    public Resources resources() {
        return parts.resources;
    }

    /** Who refers to whom. */
    public DependencyGraph graph() {
        return parts.graph;
    }

    /**
     * What the engine has done.
     *
     * @param steps steps that were run on hosts
     */
    public record Stats(WorkQueue.Stats queue, long passes, long failures, long steps, int running) {}

    public Stats stats() {
        return new Stats(queue.stats(), passes.get(), failures.get(), parts.steps.get(), running.size());
    }

    private Duration resyncInterval() {
        Duration shortest = config.resync();
        for (Resource<HypervisorSpec, ?> host : parts.resources.list(Kinds.HYPERVISOR)) {
            var interval = host.spec().resyncInterval();
            if (interval != null
                    && interval.duration().compareTo(shortest) < 0
                    && !interval.duration().isZero()) {
                shortest = interval.duration();
            }
        }
        return shortest;
    }

    private void resync() {
        if (!open) {
            return;
        }
        freshPassHooks.forEach(Runnable::run);
        store.list(null).items().forEach(each -> enqueue(each.key(), Cause.TIME));
        scheduler.schedule("resync", resyncInterval(), this::resync);
        pump();
    }

    private void changed(Store.Change change) {
        Resource<?, ?> now = change.resource();
        ResourceKey key = now.key();
        Resource<?, ?> before = change.previous();
        if (change.type() == Store.Change.Type.DELETED) {
            gone(key);
        } else {
            boolean respecified = before == null || before.generation() != now.generation();
            if (respecified) {
                List<Reference> released = parts.graph.references(key);
                parts.graph.put(now);
                urgency.outdated();
                released.forEach(each -> wakeIfDeleting(each.target()));
            }
            if (before == null || respecified || !sameButForStatus(before, now)) {
                enqueue(key, Cause.CHANGED);
            }
            for (ResourceKey dependent : parts.graph.dependents(key)) {
                if (concerns(dependent, before, now)) {
                    enqueue(dependent, Cause.DEPENDENCY);
                }
            }
        }
        pump();
    }

    private void gone(ResourceKey key) {
        List<Reference> released = parts.graph.references(key);
        List<ResourceKey> dependents = parts.graph.dependents(key);
        parts.graph.remove(key);
        urgency.outdated();
        causes.remove(key);
        queue.forget(key);
        parts.progress.endPass(key, State.GONE, null, List.of());
        // Whoever waited for this one to let go may go now.
        released.forEach(each -> wakeIfDeleting(each.target()));
        dependents.forEach(each -> enqueue(each, Cause.DEPENDENCY));
    }

    /** Whether a change of a resource can make a difference to one that refers to it: what it sees of it, or waits for. */
    private boolean concerns(ResourceKey dependent, @Nullable Resource<?, ?> before, Resource<?, ?> now) {
        if (before == null || sums.differ(before, now)) {
            return true;
        }
        return parts.graph.references(dependent).stream()
                .filter(each -> each.target().equals(now.key()))
                .anyMatch(each -> before.has(each.condition()) != now.has(each.condition()));
    }

    private void wakeIfDeleting(ResourceKey key) {
        if (store.get(key).map(Resource::isDeleting).orElse(false)) {
            enqueue(key, Cause.CHANGED);
        }
    }

    private static boolean sameButForStatus(Resource<?, ?> before, Resource<?, ?> now) {
        return Objects.equals(before.metadata().getAnnotations(), now.metadata().getAnnotations())
                && Objects.equals(
                        before.metadata().getDeletionTimestamp(), now.metadata().getDeletionTimestamp())
                && Objects.equals(
                        before.metadata().getFinalizers(), now.metadata().getFinalizers());
    }

    private void enqueue(ResourceKey key, Cause cause) {
        enqueue(key, cause, cause.rank);
    }

    private void enqueue(ResourceKey key, Cause cause, int rank) {
        if (reconcilers.containsKey(key.kind())) {
            causes.merge(key, cause, (a, b) -> a.compareTo(b) <= 0 ? a : b);
            queue.add(key, priority(key, rank));
        }
    }

    private int priority(ResourceKey key, int rank) {
        return rank * 100_000 + Math.min(99_999, urgency.of(key));
    }

    /** Begins as many passes as may run, and sees to being woken when the next delay ends. */
    private void pump() {
        long pause;
        do {
            while (open && running.size() < config.parallelism()) {
                Optional<ResourceKey> key = queue.poll();
                if (key.isEmpty()) {
                    break;
                }
                running.add(key.get());
                scheduler.execute("pass " + key.get(), () -> run(key.get()));
            }
            pause = queue.nextReadyAt();
            // A delay may have ended between the two questions.
        } while (pause == 0 && open && running.size() < config.parallelism());
        if (open && pause > 0) {
            wakeIn(pause);
        }
    }

    private void wakeIn(long nanos) {
        synchronized (wakeLock) {
            long at = clock.elapsed().toNanos() + nanos;
            if (at >= wakeAt) {
                return;
            }
            if (wake != null) {
                wake.cancel();
            }
            wakeAt = at;
            wake = scheduler.schedule("wake", Duration.ofNanos(nanos), () -> {
                synchronized (wakeLock) {
                    wakeAt = Long.MAX_VALUE;
                }
                pump();
            });
        }
    }

    private void run(ResourceKey key) {
        Cause cause = causes.remove(key);
        long id = passes.incrementAndGet();
        Outcome outcome = new Outcome.Superseded();
        try (var _ = CloseableThreadContext.put("kind", key.kind())
                .put("name", key.name())
                .put("reconcileId", Long.toString(id, 36))) {
            outcome = pass(key, cause == Cause.TIME);
        } catch (RuntimeException | Error e) {
            // The store failed: nothing could be written, so nothing is known. Try again later.
            LOG.atError().log("{} could not be worked on: {}", key, e.getMessage());
            outcome = new Outcome.RetryAfter(String.valueOf(e.getMessage()));
        } finally {
            // Who waits for a lock stays in line for it, and may have been given it meanwhile.
            if (!(outcome instanceof Outcome.Contended)) {
                wakeHolders(parts.locks.release(key));
            }
            synchronized (passLock) {
                if (running.size() == 1 && queue.stats().depth() == 0) {
                    sumUp();
                }
                settle(key, outcome);
                running.remove(key);
            }
            queue.done(key);
            pump();
        }
    }

    /** Sees to the sums before anybody learns that the last resource is Ready, so that they are waited for too. */
    private void sumUp() {
        List<ResourceKey> due = sums.due(parts.steps.get(), parts.progress);
        if (!due.isEmpty()) {
            freshPassHooks.forEach(Runnable::run);
        }
        for (ResourceKey key : due) {
            parts.progress.enter(key, State.QUEUED, null, List.of());
            enqueue(key, Cause.DEPENDENCY);
        }
    }

    private Outcome pass(ResourceKey key, boolean recheck) {
        Optional<Resource<?, ?>> resource = store.get(key);
        return resource.isEmpty() ? new Outcome.Gone() : pass(resource.get(), recheck);
    }

    @SuppressWarnings("unchecked") // a reconciler is registered under the kind whose types it has
    private <S extends Spec, F extends Facts> Outcome pass(Resource<S, F> resource, boolean recheck) {
        Reconciler<S, F> reconciler = (Reconciler<S, F>)
                Objects.requireNonNull(reconcilers.get(resource.kind().name()));
        Pass<S, F> pass = new Pass<>(parts, reconciler, resource, recheck);
        try {
            return pass.run();
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            return pass.defect(e);
        }
    }

    private void settle(ResourceKey key, Outcome outcome) {
        boolean early = tooEarly.remove(key);
        switch (outcome) {
            case Outcome.Settled settled -> {
                queue.forget(key);
                if (settled.recheckAfter() != null) {
                    causes.putIfAbsent(key, Cause.TIME);
                    queue.addAfter(key, settled.recheckAfter(), priority(key, Cause.TIME.rank));
                }
                end(
                        early,
                        key,
                        settled.ready() ? State.READY : State.NOT_READY,
                        settled.ready() ? null : settled.message(),
                        List.of());
            }
            case Outcome.Waiting waiting -> {
                queue.forget(key);
                end(early, key, State.WAITING, waiting.message(), waiting.on());
            }
            case Outcome.Contended contended -> {
                parts.progress.enter(key, State.QUEUED, "waits for the host's lock " + contended.lock(), List.of());
                // The lock may have come free between the asking and now; then the key holds it and nobody will wake
                // it.
                causes.putIfAbsent(key, Cause.LOCK);
            }
            case Outcome.RetryAfter retry -> {
                failures.incrementAndGet();
                causes.putIfAbsent(key, Cause.RETRY);
                Duration pause = queue.retry(key, priority(key, Cause.RETRY.rank));
                end(early, key, State.RETRYING, retry.reason() + " (again in " + pause.toSeconds() + "s)", List.of());
            }
            case Outcome.Failed failed -> {
                failures.incrementAndGet();
                queue.forget(key);
                end(early, key, State.FAILED, failed.reason(), List.of());
            }
            case Outcome.Superseded superseded -> enqueue(key, Cause.CHANGED);
            case Outcome.Gone gone -> {
                queue.forget(key);
                end(early, key, State.GONE, null, List.of());
            }
        }
    }

    private void end(
            boolean tooEarly, ResourceKey key, State state, @Nullable String detail, List<ResourceKey> waitsFor) {
        if (tooEarly) {
            parts.progress.enter(key, state, detail, waitsFor);
        } else {
            parts.progress.endPass(key, state, detail, waitsFor);
        }
    }

    private void wakeHolders(List<ResourceKey> woken) {
        woken.forEach(each -> enqueue(each, Cause.LOCK));
    }

    /** What passes work with. */
    final class Parts {
        private final Store store;
        private final DependencyGraph graph;
        private final Resources resources;
        private final Events events;
        private final Clock clock;
        private final LiveProgress progress;
        private final LockTable locks;
        private final AtomicLong steps = new AtomicLong();

        private Parts(
                Store store,
                DependencyGraph graph,
                Resources resources,
                Events events,
                Clock clock,
                LiveProgress progress,
                LockTable locks) {
            this.store = store;
            this.graph = graph;
            this.resources = resources;
            this.events = events;
            this.clock = clock;
            this.progress = progress;
            this.locks = locks;
        }

        Store store() {
            return store;
        }

        DependencyGraph graph() {
            return graph;
        }

        Resources resources() {
            return resources;
        }

        Events events() {
            return events;
        }

        Clock clock() {
            return clock;
        }

        LiveProgress progress() {
            return progress;
        }

        LockTable locks() {
            return locks;
        }

        /** The step's own locks and a slot of its host. */
        List<Step.Lock> locksOf(Step step, Resource<?, ?> resource) {
            List<Step.Lock> all = new ArrayList<>(step.locks());
            host(resource).ifPresent(host -> {
                Integer most = host.spec().maxParallel();
                all.add(new Step.Lock(host.name() + "/slots", most == null ? config.slots() : most));
            });
            return all;
        }

        private Optional<Resource<HypervisorSpec, ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts>> host(
                Resource<?, ?> resource) {
            String named = resource.kind() == Kinds.HYPERVISOR
                    ? resource.name()
                    : resource.spec().hypervisor();
            if (named != null) {
                return store.get(Kinds.HYPERVISOR, named);
            }
            if (!DependencyGraph.livesOnHost(resource)) {
                return Optional.empty();
            }
            return graph.references(resource.key()).stream()
                    .filter(each -> each.target().kind().equals(Kinds.HYPERVISOR.name()))
                    .findFirst()
                    .flatMap(each -> store.get(Kinds.HYPERVISOR, each.target().name()));
        }

        /** Takes locks for a key, or remembers that it waits for them. */
        boolean hold(ResourceKey key, List<Step.Lock> wanted) {
            if (locks.holdsOthers(key, wanted)) {
                wakeHolders(locks.release(key));
                pump();
            }
            return locks.acquire(key, wanted, urgency.of(key));
        }

        /** A step has run: its locks are free for others. */
        void stepDone(ResourceKey key) {
            steps.incrementAndGet();
            wakeHolders(locks.release(key));
            pump();
        }
    }
}
