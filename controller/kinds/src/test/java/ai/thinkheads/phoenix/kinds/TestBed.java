package ai.thinkheads.phoenix.kinds;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.MemoryVault;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.simulated.ManualClock;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.Hosts;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The kinds of this build over a simulated host, without an engine: manifests go in, one resource at a time is brought to where it
 * has to be, as an engine would do it.
 */
public final class TestBed implements AutoCloseable {

    /** A machine with four disks of 1 TiB and two cards. */
    public static final String HYPERVISOR = """
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Hypervisor
            metadata: {name: lab}
            spec:
              driver: simulated
              simulated:
                cpus: 8
                memory: 32Gi
                disks:
                  - {path: /dev/disk/by-id/a, size: 1Ti}
                  - {path: /dev/disk/by-id/b, size: 1Ti}
                  - {path: /dev/disk/by-id/c, size: 1Ti}
                  - {path: /dev/disk/by-id/d, size: 1Ti}
                gpus:
                  - {model: NVIDIA GeForce RTX 5060 Ti, memory: 16Gi}
                nics: [enp5s0, enp6s0]
            """;

    private static final int MOST_ROUNDS = 10;

    private final ManualClock clock;
    private final Vault vault = new MemoryVault();
    private final Map<ResourceKey, Resource<?, ?>> stored = new TreeMap<>();
    private final Map<String, Reconciler<?, ?>> reconcilers = new TreeMap<>();
    private final Hosts hosts;
    private final HostViews views;

    public TestBed(Path root) {
        this(new ManualClock(), clock -> new SimulatedHostDriver(root, clock, new Random(7)), HYPERVISOR);
    }

    /**
     * The kinds over another host.
     *
     * @param hypervisor its manifest, named {@code lab}
     */
    public TestBed(ManualClock clock, Function<ManualClock, HostDriver> drivers, String hypervisor) {
        this.clock = clock;
        HostDriver driver = drivers.apply(clock);
        Injector injector = Guice.createInjector(new KindsModule(), new AbstractModule() {
            @Override
            protected void configure() {
                bind(Vault.class).toInstance(vault);
                bind(Clock.class).toInstance(engineClock());
                MapBinder.newMapBinder(binder(), HypervisorSpec.Driver.class, HostDriver.class)
                        .addBinding(driver.driver())
                        .toInstance(driver);
            }
        });
        injector.getInstance(Key.get(new TypeLiteral<Set<Reconciler<?, ?>>>() {}))
                .forEach(each -> reconcilers.put(each.kind().name(), each));
        this.hosts = injector.getInstance(Hosts.class);
        this.views = injector.getInstance(HostViews.class);
        apply(hypervisor);
    }

    private Clock engineClock() {
        return new Clock() {
            @Override
            public Duration elapsed() {
                return clock.elapsed();
            }

            @Override
            public Instant instant() {
                return clock.now();
            }
        };
    }

    /** Puts manifests in; the API version may be left out. */
    public TestBed apply(String... yaml) {
        for (String text : yaml) {
            String whole = text.startsWith("apiVersion") ? text : "apiVersion: phoenix.thinkheads.ai/v1alpha1\n" + text;
            for (Manifest manifest : ManifestReader.read(List.of(new ManifestText("test.yaml", whole)))) {
                Resource<?, ?> resource = manifest.resource();
                stored.put(resource.key(), resource);
            }
        }
        return this;
    }

    /** Gives a resource the consents, in place of those that it had. */
    public TestBed consent(String key, String... words) {
        annotate(key, Annotations.CONSENT, String.join(", ", words));
        return this;
    }

    /** Sets an annotation. */
    public void annotate(String key, String name, String value) {
        Resource<?, ?> resource = resource(key);
        stored.put(
                resource.key(),
                resource.withMetadata(resource.metadata().toBuilder()
                        .addToAnnotations(name, value)
                        .build()));
    }

    /** Takes a resource out without doing anything about its object. */
    public void drop(String key) {
        stored.remove(resource(key).key());
    }

    public Resource<?, ?> resource(String key) {
        int slash = key.indexOf('/');
        Resource<?, ?> resource = stored.get(new ResourceKey(key.substring(0, slash), key.substring(slash + 1)));
        if (resource == null) {
            throw new IllegalArgumentException("no " + key + " was applied");
        }
        return resource;
    }

    public SimulatedHost host() {
        return (SimulatedHost) open();
    }

    /** The host as its driver opens it. */
    public Host open() {
        return hosts.open(resource("Hypervisor/lab")
                .as(ai.thinkheads.phoenix.api.Kinds.HYPERVISOR)
                .orElseThrow());
    }

    /** Everything that was applied, as reconcilers look at it. */
    public Resources resources() {
        return new Stored();
    }

    public HostViews views() {
        return views;
    }

    public Hosts hosts() {
        return hosts;
    }

    public Vault vault() {
        return vault;
    }

    public ManualClock clock() {
        return clock;
    }

    public Host.Counters counters() {
        return hosts.counters().getOrDefault("lab", new Host.Counters(0, 0));
    }

    /** What is planned for a resource now, in words. */
    public List<String> plan(String key) {
        return words(assess(key));
    }

    public Assessment<?> assess(String key) {
        return run(resource(key), false, false).assessment();
    }

    /** Brings a resource to where it has to be; answers what was done, in words. */
    public List<String> converge(String key) {
        return run(resource(key), false, true).done();
    }

    /** Converges everything, in that order. */
    public List<String> converge(String first, String... others) {
        List<String> done = new ArrayList<>(converge(first));
        for (String key : others) {
            done.addAll(converge(key));
        }
        return done;
    }

    /** Does what has to be done before a resource may go, and takes it out. */
    public List<String> delete(String key) {
        List<String> done = run(resource(key), true, true).done();
        drop(key);
        return done;
    }

    /** What somebody has changed on the host is seen from now on. */
    public TestBed lookAgain() {
        views.freshPass();
        return this;
    }

    private static List<String> words(Assessment<?> assessment) {
        return assessment.plan().steps().stream().map(Step::action).toList();
    }

    private record Run(Assessment<?> assessment, List<String> done) {}

    private <S extends Spec, F extends Facts> Run run(Resource<S, F> resource, boolean deletion, boolean execute) {
        Kind<S, F> kind = resource.kind();
        @SuppressWarnings("unchecked") // the map is filled by the reconcilers' own kinds
        Reconciler<S, F> reconciler = (Reconciler<S, F>) reconcilers.get(kind.name());
        Resources resources = new Stored();
        List<String> done = new ArrayList<>();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Assessment<F> assessment =
                    deletion ? reconciler.assessDeletion(resource, resources) : reconciler.assess(resource, resources);
            if (!execute) {
                return new Run(assessment, done);
            }
            Set<String> given =
                    Set.of(resource.annotation(Annotations.CONSENT).orElse("").split(",\\s*"));
            List<Step> allowed = assessment.plan().steps().stream()
                    .filter(step -> step.consent() == null || given.contains(step.consent()))
                    .toList();
            if (allowed.isEmpty()) {
                Resource<S, F> seen = resource.withStatus(Status.<F>unknown().withFacts(assessment.facts()));
                stored.put(seen.key(), seen);
                return new Run(assessment, done);
            }
            for (Step step : allowed) {
                try {
                    reconciler.execute(step, resource, resources);
                } catch (ReconcileException e) {
                    reconciler.distrust(resource);
                    throw e;
                }
                done.add(step.action());
            }
        }
        throw new AssertionError(resource.key() + " does not settle: " + done);
    }

    private final class Stored implements Resources {
        @Override
        public Optional<Resource<?, ?>> get(ResourceKey key) {
            return Optional.ofNullable(stored.get(key));
        }

        @Override
        public <S extends Spec, F extends Facts> List<Resource<S, F>> list(Kind<S, F> kind) {
            return stored.values().stream()
                    .flatMap(each -> each.as(kind).stream())
                    .toList();
        }

        @Override
        public List<ResourceKey> dependents(ResourceKey key) {
            return stored.values().stream()
                    .filter(each -> each.spec().references().stream()
                            .anyMatch(reference -> reference.target().equals(key)))
                    .map(Resource::key)
                    .toList();
        }
    }

    @Override
    public void close() {
        hosts.close();
    }
}
