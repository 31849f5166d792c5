package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** The machine before Phoenix comes to it, with things of somebody else on it. */
final class Ground {

    private static final String HYPERVISOR = """
            kind: Hypervisor
            metadata: {name: lab}
            spec:
              driver: simulated
              simulated:
                cpus: 16
                memory: 128Gi
                disks:
                  - {path: /dev/disk/by-id/a, size: 4Ti}
                  - {path: /dev/disk/by-id/b, size: 1Ti}
                  - {path: /dev/disk/by-id/old, size: 1Ti}
                  - {path: /dev/disk/by-id/c, size: 1Ti}
                  - {path: /dev/disk/by-id/d, size: 1Ti}
                  - {path: /dev/disk/by-id/e, size: 1Ti}
                  - {path: /dev/disk/by-id/f, size: 1Ti}
                gpus:
                  - {model: NVIDIA GeForce RTX 5060 Ti, memory: 16Gi}
                nics: [enp5s0, enp6s0]
            """;
    private static final SimulatedHostDriver MACHINE = machine();

    private Ground() {}

    static World.Start start() {
        return new World.Start(MACHINE, new Store.Listing(List.of(), 0), Map.of(), Duration.ZERO);
    }

    /** A machine that nobody has opened yet. */
    static World.Start empty() {
        VirtualTime still = new VirtualTime(Duration.ZERO);
        return new World.Start(
                SimulatedHostDriver.inMemory(still.forHosts(new Strands(still, new Random(1), 0, 1)), new Random(1)),
                new Store.Listing(List.of(), 0),
                Map.of(),
                Duration.ZERO);
    }

    static HypervisorSpec spec() {
        return Parsed.resource(HYPERVISOR).as(Kinds.HYPERVISOR).orElseThrow().spec();
    }

    private static SimulatedHostDriver machine() {
        VirtualTime still = new VirtualTime(Duration.ZERO);
        Strands nobody = new Strands(still, new Random(1), 0, 1);
        SimulatedHostDriver driver = SimulatedHostDriver.inMemory(still.forHosts(nobody), new Random(1));
        SimulatedHost host = driver.open(World.HOST, spec(), Map.of());
        Mark somebody = new Mark("Somebody/else", Map.of());
        host.zfsPools()
                .create(
                        "old",
                        List.of(new ZfsPools.Vdev("stripe", List.of("/dev/disk/by-id/old"))),
                        12,
                        Map.of(),
                        Map.of(),
                        somebody,
                        false);
        host.zfsPools().setMark("old", null);
        for (String name : List.of("old/private", "old/files")) {
            host.zfsDatasets().create(name, Map.of(), somebody);
            host.zfsDatasets().setMark(name, null);
        }
        host.zfsDatasets().snapshot("old/private", "before");
        host.storages()
                .create(new Storages.Definition(
                        "theirs", "zfspool", Set.of("rootdir"), Map.of("pool", "old/private", "sparse", "1")));
        host.storages().create(new Storages.Definition("files", "dir", Set.of("vztmpl"), Map.of("path", "/old/files")));
        host.templates().bootstrap("files", "old.tar.zst", "debian", "trixie");
        host.containers().create(100, theirs(), "files:vztmpl/old.tar.zst");
        host.containers().start(100);
        host.close();
        return driver;
    }

    private static ContainerConfig theirs() {
        return new ContainerConfig(
                "theirs",
                1,
                null,
                ByteSize.parse("512Mi"),
                ByteSize.parse("0"),
                new ContainerConfig.RootDisk("theirs", ByteSize.parse("4Gi"), null),
                List.of(),
                List.of(),
                null,
                true,
                List.of(),
                Set.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                true,
                new StartupConfig(null, null, null),
                Set.of(),
                "",
                null);
    }

    /** What of somebody else's is not as it was. */
    static List<String> touched(HostState state) {
        List<String> touched = new ArrayList<>();
        var guest = state.containers().get(100);
        if (guest == null
                || guest.config().mark() != null
                || !guest.config().memory().equals(ByteSize.parse("512Mi"))
                || !guest.config().hostname().equals("theirs")) {
            touched.add("guest 100");
        }
        for (String name : List.of("old", "old/private", "old/files")) {
            var dataset = state.datasets().get(name);
            if (dataset == null
                    || dataset.mark() != null
                    || !Objects.equals(dataset.local().get("quota"), null)) {
                touched.add("dataset " + name);
            }
        }
        var kept = state.datasets().get("old/private");
        if (kept != null && !kept.snapshots().contains("before")) {
            touched.add("snapshot old/private@before");
        }
        for (String id : List.of("theirs", "files")) {
            if (!state.storages().containsKey(id)) {
                touched.add("storage " + id);
            }
        }
        return touched;
    }
}
