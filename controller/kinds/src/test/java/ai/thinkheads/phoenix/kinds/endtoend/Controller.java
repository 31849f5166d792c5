package ai.thinkheads.phoenix.kinds.endtoend;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.event.RecordedEvents;
import ai.thinkheads.phoenix.engine.queue.WorkQueue.Backoff;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.reconcile.EngineConfig;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.secret.MemoryVault;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.store.MemoryStore;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.engine.time.SimulationClock;
import ai.thinkheads.phoenix.engine.time.SimulationScheduler;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.kinds.KindsModule;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.Hosts;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/** A whole controller but for its API: store, engine, kinds and one driver, in virtual time. */
final class Controller implements AutoCloseable {

    private static final EngineConfig CONFIG =
            new EngineConfig(64, Duration.ofMinutes(5), 8, new Backoff(Duration.ofMillis(500), Duration.ofMinutes(1)));

    final SimulationClock clock;
    final SimulationScheduler scheduler;
    final Store store;
    private final RecordedEvents events;
    private final Engine engine;
    private final Hosts hosts;

    Controller(SimulationClock clock, Function<HostClock, HostDriver> drivers, Map<String, String> credentials) {
        this.clock = clock;
        this.scheduler = new SimulationScheduler(clock, 7);
        this.store = new MemoryStore(scheduler, clock, new Random(7));
        this.events = new RecordedEvents(clock);
        HostDriver driver = drivers.apply(new Time(clock, scheduler));
        MemoryVault vault = new MemoryVault();
        if (!credentials.isEmpty()) {
            vault.put("api", credentials);
        }
        Injector injector = Guice.createInjector(new KindsModule(), new AbstractModule() {
            @Override
            protected void configure() {
                bind(Vault.class).toInstance(vault);
                bind(Clock.class).toInstance(clock);
                MapBinder.newMapBinder(binder(), HypervisorSpec.Driver.class, HostDriver.class)
                        .addBinding(driver.driver())
                        .toInstance(driver);
            }
        });
        this.hosts = injector.getInstance(Hosts.class);
        this.engine = new Engine(
                store,
                injector.getInstance(Key.get(new TypeLiteral<Set<Reconciler<?, ?>>>() {})),
                events,
                clock,
                scheduler,
                new Random(7),
                CONFIG);
        engine.onFreshPass(injector.getInstance(HostViews.class)::freshPass);
        engine.start();
    }

    /** A driver waits as the engine's tasks do. */
    private record Time(SimulationClock clock, SimulationScheduler scheduler) implements HostClock {
        @Override
        public Instant now() {
            return clock.instant();
        }

        @Override
        public Duration elapsed() {
            return clock.elapsed();
        }

        @Override
        public void sleep(Duration duration) {
            scheduler.sleep(duration);
        }
    }

    void apply(String yaml) {
        for (Manifest manifest : ManifestReader.read(List.of(new ManifestText("test.yaml", yaml)))) {
            put(manifest.resource());
        }
    }

    private <S extends Spec, F extends Facts> void put(Resource<S, F> resource) {
        Resource<S, F> held = resource.withMetadata(resource.metadata().toBuilder()
                .addToFinalizers(Annotations.FINALIZER)
                .build());
        if (store.get(resource.key()).isPresent()) {
            store.replace(held);
        } else {
            store.create(held);
        }
    }

    /** Lets everything happen until all is ready, or that much time has passed. */
    boolean converges(Duration most) {
        Duration end = clock.elapsed().plus(most);
        scheduler.runUntilSettled();
        while (!unready().isEmpty() && clock.elapsed().compareTo(end) < 0) {
            scheduler.advance(Duration.ofSeconds(1));
        }
        return unready().isEmpty();
    }

    /** Looks at everything on the host again and does what that asks for. */
    void again() {
        engine.reconcileNow(store.list(null).items().stream().map(Resource::key).toList(), true);
        scheduler.runUntilSettled();
    }

    /** What is not ready, with the reason. */
    List<String> unready() {
        return store.list(null).items().stream()
                .filter(each -> !each.has(Conditions.READY))
                .map(each -> each.key() + ": "
                        + each.status()
                                .condition(Conditions.READY)
                                .map(condition -> condition.getReason() + ": " + condition.getMessage())
                                .orElse("nothing yet"))
                .toList();
    }

    List<String> warnings() {
        return events.list(null).stream()
                .filter(each -> each.type().equals("Warning"))
                .map(each -> each.reason() + ": " + each.message())
                .toList();
    }

    /** A condition of a resource: its status, reason and message; empty when it has none of that type. */
    String condition(String key, String type) {
        return store.list(null).items().stream()
                .filter(each -> each.key().toString().equals(key))
                .flatMap(each -> each.status().condition(type).stream())
                .map(each -> each.getStatus() + " " + each.getReason() + ": " + each.getMessage())
                .findFirst()
                .orElse("");
    }

    /** What was told about a resource: type, reason and message. */
    List<String> told(String key) {
        return events.list(null).stream()
                .filter(each -> each.about().toString().equals(key))
                .map(each -> each.type() + " " + each.reason() + ": " + each.message())
                .toList();
    }

    Host.Counters counters() {
        return hosts.counters().values().stream().findFirst().orElseThrow();
    }

    @Override
    public void close() {
        engine.close();
        hosts.close();
        scheduler.close();
    }
}
