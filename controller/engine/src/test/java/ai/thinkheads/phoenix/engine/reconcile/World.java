package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.engine.Samples;
import ai.thinkheads.phoenix.engine.event.Event;
import ai.thinkheads.phoenix.engine.event.RecordedEvents;
import ai.thinkheads.phoenix.engine.queue.WorkQueue.Backoff;
import ai.thinkheads.phoenix.engine.store.MemoryStore;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.SimulationClock;
import ai.thinkheads.phoenix.engine.time.SimulationScheduler;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A whole engine on a virtual clock: a store, a fake host, and one engine after the other. */
final class World {

    static final EngineConfig CONFIG =
            new EngineConfig(16, Duration.ofMinutes(5), 8, new Backoff(Duration.ofMillis(500), Duration.ofMinutes(5)));

    final SimulationClock clock = new SimulationClock();
    final FakeHost host = new FakeHost();
    final long seed;
    final FakeReconciler<ZfsDatasetSpec, ZfsDatasetFacts> datasets = FakeReconciler.datasets(host);
    final SimulationScheduler scheduler;
    RecordedEvents events = new RecordedEvents(clock);
    Store store;
    Engine engine;

    World(long seed) {
        this(seed, CONFIG);
    }

    World(long seed, EngineConfig config) {
        this.seed = seed;
        scheduler = new SimulationScheduler(clock, seed);
        store = new MemoryStore(scheduler, clock, new Random(seed));
        boot(config, store);
    }

    /** A new engine over the same store and host, as after a crash. */
    void boot(EngineConfig config, Store over) {
        host.sleep = scheduler::sleep;
        engine = new Engine(
                over,
                List.of(FakeReconciler.hypervisors(host), FakeReconciler.pools(host), datasets),
                events,
                clock,
                scheduler,
                new Random(seed),
                config);
        engine.start();
    }

    @SafeVarargs
    final void apply(Resource<? extends Spec, ? extends Facts>... resources) {
        for (Resource<?, ?> each : resources) {
            applyOne(each);
        }
    }

    private <S extends Spec, F extends Facts> void applyOne(Resource<S, F> resource) {
        Resource<S, F> held = Samples.held(resource);
        if (store.get(resource.key()).isPresent()) {
            store.replace(held);
        } else {
            store.create(held);
        }
    }

    void run() {
        scheduler.runUntilSettled();
    }

    /** One host, one pool and the engine that has settled on them. */
    World withTank() {
        apply(Samples.hypervisor("alpha"), Samples.pool("tank"));
        run();
        return this;
    }

    Resource<?, ?> get(Resource<?, ?> like) {
        return store.get(like.key()).orElseThrow();
    }

    Condition condition(Resource<?, ?> like, String type) {
        return get(like).status().condition(type).orElseThrow();
    }

    boolean isReady(Resource<?, ?> like) {
        return get(like).has(Conditions.READY);
    }

    String reason(Resource<?, ?> like) {
        return condition(like, Conditions.READY).getReason();
    }

    List<String> events(Resource<?, ?> about) {
        return events.list(about.key()).stream().map(Event::reason).toList();
    }

    static ResourceKey key(String dataset) {
        return new ResourceKey("ZfsDataset", dataset);
    }

    static Map<String, String> props(String... pairs) {
        java.util.TreeMap<String, String> map = new java.util.TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
