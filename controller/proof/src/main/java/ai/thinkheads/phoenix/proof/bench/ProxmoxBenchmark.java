package ai.thinkheads.phoenix.proof.bench;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Latency;
import ai.thinkheads.phoenix.engine.event.RecordedEvents;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.reconcile.EngineConfig;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.secret.MemoryVault;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.store.MemoryStore;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.engine.time.VirtualThreadScheduler;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.proxmox.PveNode;
import ai.thinkheads.phoenix.hosts.simulated.Latencies;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The engine, the kinds and the proxmox driver, over https, against the API of a simulated machine: what a pass that changes nothing
 * costs, and how near clones of one source come to the best order that its lock allows.
 */
final class ProxmoxBenchmark implements AutoCloseable {

    private static final int CLONES = 50;
    /** For so long a clone holds the lock of its source. */
    private static final Duration COPYING = Latencies.REALISTIC.of("clone-linked");

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final String GROUND = """
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Hypervisor
            metadata: {name: pve}
            spec: {driver: proxmox, endpoint: "%s", credentials: {name: api}, shell: {type: local}, maxParallel: 64}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Secret
            metadata: {name: api}
            spec: {stringData: {token: "%s", fingerprint: "%s"}}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: StoragePool
            metadata: {name: thin}
            spec: {type: lvmthin, target: {volumeGroup: pve, thinPool: data}, content: [rootdir, images]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: StoragePool
            metadata: {name: more}
            spec: {type: lvmthin, target: {volumeGroup: pve, thinPool: more}, content: [rootdir, images]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: StoragePool
            metadata: {name: library}
            spec: {type: dir, target: {path: /srv/library}, content: [vztmpl]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcTemplate
            metadata: {name: debian}
            spec:
              storage: library
              source:
                url: https://example.org/debian-13.tar.zst
                sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            """;

    private static final String GUEST = """
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcContainer
            metadata: {name: %s}
            spec: {runPolicy: Stopped, %s}
            """;

    private final Clock clock = Clock.system();
    private final VirtualThreadScheduler scheduler = new VirtualThreadScheduler();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final PveNode node;
    private final Store store = new MemoryStore(scheduler, clock, new Random(1));
    private final Hosts hosts;
    private final Engine engine;

    private ProxmoxBenchmark(Latency latency) {
        HostClock time = time();
        this.node = new PveNode(time, latency == Latency.NONE ? Runnable::run : workers, latency);
        MemoryVault vault = new MemoryVault();
        vault.put("api", node.credentials());
        Injector injector = Guice.createInjector(new KindsModule(), new AbstractModule() {
            @Override
            protected void configure() {
                bind(Vault.class).toInstance(vault);
                bind(Clock.class).toInstance(clock);
                MapBinder.newMapBinder(binder(), HypervisorSpec.Driver.class, HostDriver.class)
                        .addBinding(HypervisorSpec.Driver.PROXMOX)
                        .toInstance(node.driver(time));
            }
        });
        this.hosts = injector.getInstance(Hosts.class);
        this.engine = new Engine(
                store,
                injector.getInstance(Key.get(new TypeLiteral<Set<Reconciler<?, ?>>>() {})),
                new RecordedEvents(clock),
                clock,
                scheduler,
                new Random(1),
                EngineConfig.DEFAULT);
        engine.onFreshPass(injector.getInstance(HostViews.class)::freshPass);
        engine.start();
        apply(GROUND.formatted(node.endpoint(), PveNode.TOKEN, node.fingerprint()));
    }

    private HostClock time() {
        return new HostClock() {
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
                pause(duration);
            }
        };
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static List<Figure> run() throws Exception {
        List<Figure> figures = new ArrayList<>();
        for (int guests : new int[] {10, 100, 1_000}) {
            try (ProxmoxBenchmark bench = new ProxmoxBenchmark(Latency.NONE)) {
                figures.addAll(bench.quietPasses(guests));
            }
        }
        try (ProxmoxBenchmark bench = new ProxmoxBenchmark(Latency.REALISTIC)) {
            figures.addAll(bench.clones());
        }
        return figures;
    }

    private List<Figure> quietPasses(int guests) {
        for (int i = 0; i < guests; i++) {
            // A thousand fill one storage.
            String storage = i % 2 == 0 ? "thin" : "more";
            apply(GUEST.formatted("guest-" + i, "template: debian, rootDisk: {storage: " + storage + ", size: 8Gi}"));
        }
        awaitReady();
        pass();
        List<Double> calls = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            int before = node.asked();
            Duration begun = clock.elapsed();
            pass();
            millis.add(clock.elapsed().minus(begun).toNanos() / 1e6);
            calls.add((double) node.asked() - before);
        }
        String name = "proxmox: pass without a change over " + guests + " guests";
        return List.of(
                new Figure(name, "ms", millis, guests == 1_000 ? "less than 2,000" : ""),
                new Figure(name + ", requests and commands", "", calls, "the same for every number of guests"));
    }

    private List<Figure> clones() {
        apply(GUEST.formatted("base", "template: debian, isTemplate: true, rootDisk: {storage: thin, size: 8Gi}"));
        awaitReady();
        int locks = node.lockErrors();
        Duration begun = clock.elapsed();
        for (int i = 0; i < CLONES; i++) {
            apply(GUEST.formatted("copy-" + i, "cloneFrom: {name: base}"));
        }
        awaitReady();
        double took = clock.elapsed().minus(begun).toMillis();
        return List.of(
                Figure.of(
                        "proxmox: " + CLONES + " clones of one source / best order that its lock allows",
                        "",
                        took / (CLONES * COPYING.toMillis()),
                        "at most 1.1"),
                Figure.of("proxmox: lock errors meanwhile", "", node.lockErrors() - locks, "0"));
    }

    /** Looks at everything again and waits until that is done. */
    private void pass() {
        List<ResourceKey> all =
                store.list(null).items().stream().map(Resource::key).toList();
        long goal = engine.stats().passes() + all.size();
        engine.reconcileNow(all, true);
        await(() -> engine.stats().passes() >= goal && engine.stats().running() == 0);
    }

    private void awaitReady() {
        await(() -> store.list(null).items().stream().allMatch(each -> each.has(Conditions.READY)));
    }

    private void await(java.util.function.BooleanSupplier done) {
        Duration end = clock.elapsed().plus(PATIENCE);
        while (!done.getAsBoolean()) {
            if (clock.elapsed().compareTo(end) > 0) {
                throw new IllegalStateException("not done within " + PATIENCE + ": "
                        + store.list(null).items().stream()
                                .filter(each -> !each.has(Conditions.READY))
                                .map(Resource::key)
                                .toList());
            }
            pause(Duration.ofMillis(2));
        }
    }

    private void apply(String yaml) {
        for (Manifest manifest : ManifestReader.read(List.of(new ManifestText("bench.yaml", yaml)))) {
            put(manifest.resource());
        }
    }

    private <S extends Spec, F extends Facts> void put(Resource<S, F> resource) {
        store.create(resource.withMetadata(resource.metadata().toBuilder()
                .addToFinalizers(Annotations.FINALIZER)
                .build()));
    }

    @Override
    public void close() {
        engine.close();
        scheduler.shutdown(Duration.ofSeconds(10));
        hosts.close();
        node.close();
        workers.close();
    }
}
