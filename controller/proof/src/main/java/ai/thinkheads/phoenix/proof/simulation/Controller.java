package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.SecretSpec.Generate.Alphabet;
import ai.thinkheads.phoenix.daemon.apply.Applier;
import ai.thinkheads.phoenix.daemon.apply.Judgement;
import ai.thinkheads.phoenix.daemon.apply.SecretSealing;
import ai.thinkheads.phoenix.daemon.apply.Writes;
import ai.thinkheads.phoenix.daemon.gitops.GitRepositoryReconciler;
import ai.thinkheads.phoenix.engine.event.RecordedEvents;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.reconcile.EngineConfig;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.kinds.KindsModule;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.secret.SecretSources;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A controller of the production parts: the engine, the kinds, the apply logic and GitOps, over what a run gives it. */
final class Controller {

    private static final String PASS = "pass ";

    private final Incarnation life;
    private final Store store;
    private final Engine engine;
    private final Applier applier;
    private final Writes writes;

    Controller(World world, Incarnation life, Store probed, Vault vault, Bugs bugs, RandomGenerator random) {
        this.life = life;
        this.store = bugs.store(probed, random);
        Strands strands = world.strands();
        Clock clock = world.time();
        Injector injector = Guice.createInjector(
                new KindsModule(new SeededSources(random, world.invariants().canaries())), new AbstractModule() {
                    @Override
                    protected void configure() {
                        bind(Vault.class).toInstance(vault);
                        bind(Clock.class).toInstance(clock);
                        MapBinder.newMapBinder(binder(), HypervisorSpec.Driver.class, HostDriver.class)
                                .addBinding(HypervisorSpec.Driver.SIMULATED)
                                .toInstance(new HostProbe(world.driver(), world, life, bugs));
                    }
                });
        SecretSealing sealing = new SecretSealing(vault);
        Judgement judgement = new Judgement(store);
        this.writes = new Writes(store, sealing, judgement, clock);
        this.applier = new Applier(store, sealing, judgement, writes);
        GitRepositoryReconciler git = new GitRepositoryReconciler(bugs.git(world.git()), applier, store, vault, clock);
        List<Reconciler<?, ?>> reconcilers = new ArrayList<>();
        injector.getInstance(Key.get(new TypeLiteral<Set<Reconciler<?, ?>>>() {})).stream()
                .sorted(Comparator.comparing(each -> each.kind().name()))
                .forEach(each -> reconcilers.add(watched(each, world, life, bugs)));
        reconcilers.add(watched(git, world, life, bugs));
        Scheduler scheduler = bugs.scheduler(watched(strands.scheduler(life), world.invariants(), life), random);
        RecordedEvents events = new RecordedEvents(clock);
        events.follow(each -> world.invariants().visible("event about " + each.about(), each.message()));
        this.engine = new Engine(store, reconcilers, events, clock, scheduler, random, EngineConfig.DEFAULT);
        engine.onFreshPass(injector.getInstance(HostViews.class)::freshPass);
        engine.onFreshPass(git::freshPass);
    }

    private static <S extends ai.thinkheads.phoenix.api.Spec, F extends ai.thinkheads.phoenix.api.Facts>
            Reconciler<S, F> watched(Reconciler<S, F> reconciler, World world, Incarnation life, Bugs bugs) {
        return bugs.reconciler(new ReconcilerProbe<>(reconciler, world.invariants(), life));
    }

    /** Sees the engine's passes begin and end. */
    private static Scheduler watched(Scheduler scheduler, Invariants invariants, Incarnation life) {
        return new Scheduler() {
            @Override
            public void execute(String name, Runnable task) {
                if (!name.startsWith(PASS)) {
                    scheduler.execute(name, task);
                    return;
                }
                int slash = name.indexOf('/');
                ResourceKey key = new ResourceKey(name.substring(PASS.length(), slash), name.substring(slash + 1));
                scheduler.execute(name, () -> {
                    // What was handed out before the controller died begins in vain.
                    life.live();
                    invariants.passBegins(key);
                    try {
                        task.run();
                    } finally {
                        if (!life.isDead()) {
                            invariants.passEnds(key);
                        }
                    }
                });
            }

            @Override
            public Cancellable schedule(String name, Duration delay, Runnable task) {
                return scheduler.schedule(name, delay, task);
            }

            @Override
            public boolean shutdown(Duration timeout) {
                return scheduler.shutdown(timeout);
            }
        };
    }

    Incarnation life() {
        return life;
    }

    Engine engine() {
        return engine;
    }

    Applier applier() {
        return applier;
    }

    Writes writes() {
        return writes;
    }

    /** The store as this controller's clients see it. */
    Store store() {
        return store;
    }

    /** Values of Secrets that a seed decides on. */
    private record SeededSources(RandomGenerator random, Canaries canaries) implements SecretSources {
        @Override
        public String file(String path) throws IOException {
            throw new IOException(path + " does not exist");
        }

        @Override
        public Optional<String> environment(String name) {
            return Optional.empty();
        }

        @Override
        public String generate(int length, Alphabet alphabet) {
            StringBuilder text = new StringBuilder();
            while (text.length() < length) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            canaries.add(text.toString());
            return text.toString();
        }
    }
}
