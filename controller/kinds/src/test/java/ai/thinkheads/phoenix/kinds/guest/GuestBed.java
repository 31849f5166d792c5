package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateFacts;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.MemoryVault;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.simulated.ManualClock;
import ai.thinkheads.phoenix.hosts.simulated.Person;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.Hosts;
import ai.thinkheads.phoenix.kinds.lxccontainer.LxcContainerReconciler;
import ai.thinkheads.phoenix.kinds.virtualmachine.VirtualMachineReconciler;
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

/** Guests over a simulated host, with what they stand on in place, converged one by one as an engine would do it. */
final class GuestBed implements AutoCloseable {

    private static final int MOST_ROUNDS = 12;
    private static final String GROUND = """
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Hypervisor
            metadata: {name: lab}
            spec:
              driver: simulated
              simulated:
                cpus: 8
                memory: 64Gi
                disks:
                  - {path: /dev/disk/by-id/a, size: 8Ti}
                gpus:
                  - {model: NVIDIA GeForce RTX 5060 Ti, memory: 16Gi}
                  - {model: NVIDIA GeForce RTX 5060 Ti, memory: 16Gi}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: NetworkBridge
            metadata: {name: lan}
            spec: {interfaceName: vmbr0}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: StoragePool
            metadata: {name: fast}
            spec: {storageId: guests, type: zfspool, target: {pool: tank}, content: [rootdir, images]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: StoragePool
            metadata: {name: files}
            spec: {storageId: library, type: dir, target: {path: /tank/library}, content: [rootdir, images, vztmpl]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcTemplate
            metadata: {name: debian}
            spec: {source: {bootstrap: {distribution: debian}}, storage: files}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: CloudImage
            metadata: {name: noble}
            spec: {url: "https://example.org/noble.img", storage: files, sha256: "0000000000000000000000000000000000000000000000000000000000000000"}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: GpuDriver
            metadata: {name: nvidia}
            spec: {vendor: nvidia, version: 580.76.05}
            """;

    final ManualClock clock = new ManualClock();
    final MemoryVault vault = new MemoryVault();
    final CutOffHost driver;
    private final Map<ResourceKey, Resource<?, ?>> stored = new TreeMap<>();
    private final Stored resources = new Stored();
    private final SimulatedHostDriver simulated;
    private Hosts hosts;
    private HostViews views;
    private Map<String, Reconciler<?, ?>> reconcilers;

    GuestBed(Path root) {
        this.simulated = new SimulatedHostDriver(root, clock, new Random(7));
        this.driver = new CutOffHost(simulated);
        apply(GROUND);
        SimulatedHost host = simulated.open("lab", hypervisor().spec(), Map.of());
        ground(host);
        Map<HypervisorSpec.Driver, ai.thinkheads.phoenix.hosts.port.HostDriver> drivers =
                Map.of(HypervisorSpec.Driver.SIMULATED, driver);
        this.hosts = new Hosts(drivers, vault, engineClock());
        this.views = new HostViews(hosts, engineClock());
        this.reconcilers = reconcilers();
        facts(Kinds.LXC_TEMPLATE, "debian", new LxcTemplateFacts("library:vztmpl/debian.tar.zst", null));
        facts(Kinds.CLOUD_IMAGE, "noble", new CloudImageFacts("library:import/noble.img", null, null));
        facts(Kinds.GPU_DRIVER, "nvidia", new GpuDriverFacts("580.76.05", List.of(), Map.of()));
    }

    private static void ground(SimulatedHost host) {
        Mark mark = new Mark("Test/ground", Map.of());
        host.zfsPools()
                .create(
                        "tank",
                        List.of(new ZfsPools.Vdev("stripe", List.of("/dev/disk/by-id/a"))),
                        12,
                        Map.of(),
                        Map.of(),
                        mark,
                        false);
        host.zfsDatasets().create("tank/guests", Map.of(), mark);
        host.zfsDatasets().create("tank/library", Map.of(), mark);
        host.zfsDatasets().create("tank/models", Map.of(), mark);
        host.storages()
                .create(new Storages.Definition(
                        "guests",
                        "zfspool",
                        Set.of("rootdir", "images"),
                        Map.of("pool", "tank/guests", "sparse", "1")));
        host.storages()
                .create(new Storages.Definition(
                        "library",
                        "dir",
                        Set.of("vztmpl", "import", "rootdir", "images"),
                        Map.of("path", "/tank/library")));
        host.templates().bootstrap("library", "debian.tar.zst", "debian", "trixie");
        host.templates()
                .download("library", Templates.Type.DISK_IMAGE, "noble.img", "https://example.org/noble.img", "00");
        host.networks().stage(new Networks.BridgeConfig("vmbr0", List.of(), null, null, false, null, null, mark));
        host.networks().apply(Duration.ofSeconds(60));
        host.networks().confirm();
        host.gpus()
                .installDriver(new ai.thinkheads.phoenix.hosts.port.Gpus.DriverConfig(
                        "580.76.05", null, null, true, false, true));
    }

    private Map<String, Reconciler<?, ?>> reconcilers() {
        VmidAllocator numbers = new VmidAllocator();
        return Map.of(
                "LxcContainer", new LxcContainerReconciler(views, numbers, vault, engineClock()),
                "VirtualMachine", new VirtualMachineReconciler(views, numbers, vault, engineClock()));
    }

    Clock engineClock() {
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

    /** Puts manifests in; what is known of a resource that is there already stays. The API version may be left out. */
    GuestBed apply(String... yaml) {
        for (String text : yaml) {
            String whole = text.startsWith("apiVersion") ? text : "apiVersion: phoenix.thinkheads.ai/v1alpha1\n" + text;
            for (Manifest manifest : ManifestReader.read(List.of(new ManifestText("test.yaml", whole)))) {
                put(manifest.resource());
            }
        }
        return this;
    }

    private <S extends Spec, F extends Facts> void put(Resource<S, F> resource) {
        Resource<S, F> before = resources.get(resource.kind(), resource.name()).orElse(null);
        stored.put(resource.key(), before == null ? resource : resource.withStatus(before.status()));
    }

    private <S extends Spec, F extends Facts> void facts(Kind<S, F> kind, String name, F facts) {
        Resource<S, F> resource = resources.get(kind, name).orElseThrow();
        stored.put(resource.key(), resource.withStatus(resource.status().withFacts(facts)));
    }

    void annotate(String key, String name, String value) {
        Resource<?, ?> resource = resource(key);
        stored.put(
                resource.key(),
                resource.withMetadata(resource.metadata().toBuilder()
                        .addToAnnotations(name, value)
                        .build()));
    }

    GuestBed consent(String key, String... words) {
        annotate(key, Annotations.CONSENT, String.join(",", words));
        return this;
    }

    Resource<?, ?> resource(String key) {
        int slash = key.indexOf('/');
        return resources
                .get(new ResourceKey(key.substring(0, slash), key.substring(slash + 1)))
                .orElseThrow();
    }

    Resources resources() {
        return resources;
    }

    HostViews views() {
        return views;
    }

    GuestFacts factsOf(String key) {
        return (GuestFacts) java.util.Objects.requireNonNull(resource(key).facts());
    }

    /** Everything that the controller knew is gone: facts, snapshots of hosts, reservations. */
    GuestBed loseState() {
        restart();
        stored.replaceAll((key, resource) ->
                key.kind().equals("LxcContainer") || key.kind().equals("VirtualMachine")
                        ? forgotten(resource)
                        : resource);
        return this;
    }

    private static <S extends Spec, F extends Facts> Resource<S, F> forgotten(Resource<S, F> resource) {
        return resource.withStatus(Status.unknown());
    }

    /** The controller's process ends, and another one begins with what was stored. */
    GuestBed restart() {
        views = new HostViews(hosts, engineClock());
        reconcilers = reconcilers();
        return this;
    }

    /** What somebody changed on the host is seen from now on. */
    GuestBed lookAgain() {
        views.freshPass();
        return this;
    }

    ai.thinkheads.phoenix.hosts.simulated.Faults faults() {
        return simulated.open("lab", hypervisor().spec(), Map.of()).faults();
    }

    Person person() {
        return simulated.open("lab", hypervisor().spec(), Map.of()).person();
    }

    private Resource<HypervisorSpec, ?> hypervisor() {
        return resources.get(Kinds.HYPERVISOR, "lab").orElseThrow();
    }

    private Host host() {
        return views.view(resource("Hypervisor/lab"), resources).host();
    }

    Guests.Observed<ContainerConfig> container(String name) {
        return container(
                java.util.Objects.requireNonNull(factsOf("LxcContainer/" + name).vmid()));
    }

    Guests.Observed<ContainerConfig> container(int vmid) {
        return host().containers().read(vmid).orElseThrow();
    }

    Guests.Observed<VmConfig> machine(String name) {
        return host().virtualMachines()
                .read(java.util.Objects.requireNonNull(
                        factsOf("VirtualMachine/" + name).vmid()))
                .orElseThrow();
    }

    int guests() {
        return host().read().containers().size()
                + host().read().virtualMachines().size();
    }

    /** What is planned now, in words. */
    List<String> plan(String key) {
        return assess(key).plan().steps().stream().map(Step::action).toList();
    }

    Assessment<?> assess(String key) {
        return once(resource(key), false, false).assessment();
    }

    List<String> findings(String key) {
        return assess(key).findings().stream().map(Finding::reason).toList();
    }

    /** Brings guests to where they have to be, in that order; answers what was done. */
    List<String> converge(String... keys) {
        List<String> done = new ArrayList<>();
        for (String key : keys) {
            done.addAll(once(resource(key), false, true).done());
        }
        return done;
    }

    List<String> delete(String key) {
        List<String> done = once(resource(key), true, true).done();
        stored.remove(resource(key).key());
        return done;
    }

    private record Run(Assessment<?> assessment, List<String> done) {}

    private <S extends Spec, F extends Facts> Run once(Resource<S, F> first, boolean deletion, boolean execute) {
        @SuppressWarnings("unchecked") // the map is filled by the reconcilers' own kinds
        Reconciler<S, F> reconciler = (Reconciler<S, F>)
                java.util.Objects.requireNonNull(reconcilers.get(first.kind().name()));
        Resource<S, F> resource = first;
        List<String> done = new ArrayList<>();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Assessment<F> assessment =
                    deletion ? reconciler.assessDeletion(resource, resources) : reconciler.assess(resource, resources);
            if (!execute) {
                return new Run(assessment, done);
            }
            Set<String> given =
                    Set.of(resource.annotation(Annotations.CONSENT).orElse("").split(","));
            List<Step> allowed = assessment.plan().steps().stream()
                    .filter(step -> step.consent() == null || given.contains(step.consent()))
                    .toList();
            F facts = allowed.isEmpty() || deletion
                    ? assessment.facts()
                    : reconciler.intend(resource, assessment, resources);
            resource = resource.withStatus(resource.status().withFacts(facts));
            stored.put(resource.key(), resource);
            if (allowed.isEmpty()) {
                return new Run(assessment, done);
            }
            try {
                for (Step step : allowed) {
                    reconciler.execute(step, resource, resources);
                    done.add(step.action());
                }
            } catch (RuntimeException e) {
                reconciler.distrust(resource);
                throw e;
            }
        }
        throw new AssertionError(first.key() + " does not come to rest: " + done);
    }

    @Override
    public void close() {
        hosts.close();
        simulated.halt();
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
            return List.of();
        }
    }

    /** A container's manifest. */
    static String container(String name, String... fields) {
        return guest("LxcContainer", name, fields);
    }

    /** A container made from the template. */
    static String fromTemplate(String name, String... fields) {
        List<String> all = new ArrayList<>(List.of("template: debian", "rootDisk: {storage: fast, size: 8Gi}"));
        all.addAll(List.of(fields));
        return guest("LxcContainer", name, all.toArray(String[]::new));
    }

    static String guest(String kind, String name, String... fields) {
        StringBuilder yaml = new StringBuilder("kind: " + kind + "\nmetadata: {name: " + name + "}\nspec:\n");
        for (String field : fields) {
            field.lines().forEach(line -> yaml.append("  ").append(line).append('\n'));
        }
        return yaml.toString();
    }

    /** A feature whose script leaves a file with its version and parameters. */
    static String feature(String name, String version, String... fields) {
        StringBuilder yaml = new StringBuilder("kind: Feature\nmetadata: {name: " + name
                + "}\nspec:\n  scope: Guest\n  version: \"" + version + "\"\n");
        yaml.append("  check: test \"$(cat /opt/" + name + ")\" = \"$PHOENIX_VERSION\"\n");
        yaml.append("  install: mkdir -p /opt && echo \"$PHOENIX_VERSION\" > /opt/" + name + "\n");
        for (String field : fields) {
            yaml.append("  ").append(field).append('\n');
        }
        return yaml.toString();
    }
}
