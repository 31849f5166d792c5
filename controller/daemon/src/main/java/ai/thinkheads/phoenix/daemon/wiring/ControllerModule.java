package ai.thinkheads.phoenix.daemon.wiring;

import ai.thinkheads.phoenix.daemon.DaemonConfig;
import ai.thinkheads.phoenix.daemon.adopt.Adopter;
import ai.thinkheads.phoenix.daemon.apply.Applier;
import ai.thinkheads.phoenix.daemon.apply.Judgement;
import ai.thinkheads.phoenix.daemon.apply.SecretSealing;
import ai.thinkheads.phoenix.daemon.apply.Writes;
import ai.thinkheads.phoenix.daemon.http.Api;
import ai.thinkheads.phoenix.engine.event.Events;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.reconcile.EngineConfig;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import ai.thinkheads.phoenix.kinds.host.HostsAhead;
import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Binds what every controller has: the foundation, the engine, the writes and the API. */
final class ControllerModule extends AbstractModule {

    private final Foundation foundation;

    ControllerModule(Foundation foundation) {
        this.foundation = foundation;
    }

    @Override
    protected void configure() {
        binder().disableCircularProxies();
        binder().requireExplicitBindings();
        binder().requireExactBindingAnnotations();
        bind(DaemonConfig.class).toInstance(foundation.config());
        bind(Clock.class).toInstance(foundation.clock());
        bind(Scheduler.class).toInstance(foundation.scheduler());
        bind(RandomGenerator.class).toInstance(foundation.random());
        bind(Store.class).toInstance(foundation.store());
        bind(Events.class).toInstance(foundation.events());
        bind(Vault.class).toInstance(foundation.vault());
        bind(EngineConfig.class).toInstance(EngineConfig.DEFAULT);
        bind(Judgement.class).in(Singleton.class);
        bind(SecretSealing.class).in(Singleton.class);
        bind(Writes.class).in(Singleton.class);
        bind(Applier.class).in(Singleton.class);
        bind(Adopter.class).in(Singleton.class);
        bind(HostsAhead.class).in(Singleton.class);
        bind(Api.class).in(Singleton.class);
        bind(EngineProvider.class);
        bind(Engine.class).toProvider(EngineProvider.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {});
    }

    /** Makes the engine of the reconcilers that the kinds brought. */
    static final class EngineProvider implements Provider<Engine> {
        private final Store store;
        private final Set<Reconciler<?, ?>> reconcilers;
        private final Events events;
        private final Clock clock;
        private final Scheduler scheduler;
        private final RandomGenerator random;
        private final EngineConfig config;

        @Inject
        EngineProvider(
                Store store,
                Set<Reconciler<?, ?>> reconcilers,
                Events events,
                Clock clock,
                Scheduler scheduler,
                RandomGenerator random,
                EngineConfig config) {
            this.store = store;
            this.reconcilers = reconcilers;
            this.events = events;
            this.clock = clock;
            this.scheduler = scheduler;
            this.random = random;
            this.config = config;
        }

        @Override
        public Engine get() {
            return new Engine(store, reconcilers, events, clock, scheduler, random, config);
        }
    }
}
