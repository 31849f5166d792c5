package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A simulated host with the ground that guests stand on, for tests. */
public final class Lab {

    static final String DISK_A = "/dev/disk/by-id/a";
    static final String DISK_B = "/dev/disk/by-id/b";
    static final String DISK_C = "/dev/disk/by-id/c";
    static final String DISK_D = "/dev/disk/by-id/d";
    static final String TEMPLATE = "library:vztmpl/debian.tar.zst";
    static final String IMAGE = "library:import/noble.img";
    static final Mark MARK = new Mark("LxcContainer/test", Map.of());

    private final Path root;
    private final ManualClock clock;
    private SimulatedHostDriver driver;
    private SimulatedHost host;

    public Lab(Path root) {
        this(root, new ManualClock(), machine(Simulated.Latency.NONE, List.of()));
    }

    Lab(Path root, ManualClock clock, HypervisorSpec spec) {
        this.root = root;
        this.clock = clock;
        this.driver = new SimulatedHostDriver(root, clock, new Random(7));
        this.host = driver.open("lab", spec, Map.of());
    }

    public static HypervisorSpec machine(Simulated.Latency latency, List<Simulated.Fault> faults) {
        ByteSize size = ByteSize.ofGi(1024);
        return spec(new Simulated(
                8,
                ByteSize.ofGi(32),
                List.of(
                        new Simulated.Disk(DISK_A, size),
                        new Simulated.Disk(DISK_B, size),
                        new Simulated.Disk(DISK_C, size),
                        new Simulated.Disk(DISK_D, ByteSize.ofGi(512))),
                List.of(
                        new Simulated.Gpu("NVIDIA GeForce RTX 5060 Ti", ByteSize.ofGi(16), null),
                        new Simulated.Gpu("NVIDIA GeForce RTX 5060 Ti", ByteSize.ofGi(16), null)),
                List.of("enp5s0", "enp6s0"),
                latency,
                faults));
    }

    public static HypervisorSpec spec(@Nullable Simulated simulated) {
        return new HypervisorSpec(
                HypervisorSpec.Driver.SIMULATED,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                null,
                null,
                simulated);
    }

    public SimulatedHost host() {
        return host;
    }

    public ManualClock clock() {
        return clock;
    }

    /** Kills the process that holds the machine, and opens the machine from another. */
    SimulatedHost restart() {
        driver.halt();
        driver = new SimulatedHostDriver(root, clock, new Random(11));
        host = driver.open("lab", machine(Simulated.Latency.NONE, List.of()), Map.of());
        return host;
    }

    SimulatedHost reopen(HypervisorSpec spec) {
        host.close();
        host = driver.open("lab", spec, Map.of());
        return host;
    }

    /** A pool, two storages on it, a bridge, a template and an image. */
    public Lab ground() {
        host.zfsPools()
                .create(
                        "tank",
                        List.of(new ZfsPools.Vdev("mirror", List.of(DISK_A, DISK_B))),
                        12,
                        Map.of(),
                        Map.of("compression", "lz4"),
                        MARK,
                        false);
        host.zfsDatasets().create("tank/guests", Map.of(), MARK);
        host.zfsDatasets().create("tank/library", Map.of(), MARK);
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
        bridge("vmbr0");
        return this;
    }

    void bridge(String name) {
        host.networks().stage(new Networks.BridgeConfig(name, List.of(), null, null, false, null, null, MARK));
        host.networks().apply(Duration.ofSeconds(60));
        host.networks().confirm();
    }

    static ContainerConfig container(String hostname) {
        return container(hostname, "guests", List.of());
    }

    static ContainerConfig container(String hostname, String storage, List<ContainerConfig.DeviceNode> devices) {
        return new ContainerConfig(
                hostname,
                2,
                null,
                ByteSize.ofMi(512),
                ByteSize.ofMi(512),
                new ContainerConfig.RootDisk(storage, ByteSize.ofGi(8), null),
                List.of(new Nic("eth0", "vmbr0", "10.0.0.20/24", null, null, null, null, false)),
                List.of(),
                null,
                true,
                List.of(),
                Set.of("nesting"),
                null,
                List.of(),
                devices,
                List.of(),
                false,
                StartupConfig.UNSET,
                Set.of(),
                "",
                MARK);
    }

    static ContainerConfig onBoot(ContainerConfig of, int order) {
        return new ContainerConfig(
                of.hostname(),
                of.cores(),
                of.cpuLimit(),
                of.memory(),
                of.swap(),
                of.rootDisk(),
                of.nics(),
                of.nameservers(),
                of.searchDomain(),
                of.unprivileged(),
                of.idMaps(),
                of.features(),
                of.apparmor(),
                of.mounts(),
                of.devices(),
                of.raw(),
                true,
                new StartupConfig(order, null, null),
                of.tags(),
                of.description(),
                of.mark());
    }

    static VmConfig machineConfig(String hostname, long memoryGi) {
        return new VmConfig(
                hostname,
                2,
                "host",
                ByteSize.ofGi(memoryGi),
                List.of(new VmConfig.Disk(null, "guests", ByteSize.ofGi(16), null, true, true)),
                List.of(new Nic("net0", "vmbr0", "10.0.0.30/24", null, null, null, null, false)),
                List.of(),
                null,
                null,
                true,
                List.of(),
                false,
                StartupConfig.UNSET,
                Set.of(),
                "",
                MARK);
    }

    /** A container that exists. */
    int web(int vmid) {
        host.containers().create(vmid, container("web"), TEMPLATE);
        return vmid;
    }

    /** Runs a script in a container. */
    GuestShell.Result sh(int vmid, String script) {
        return sh(GuestShell.Target.guest(GuestKind.CONTAINER, vmid), script, Map.of());
    }

    GuestShell.Result sh(GuestShell.Target target, String script, Map<String, String> environment) {
        return host.shell()
                .run(new GuestShell.Command(
                        target,
                        List.of("/bin/sh"),
                        environment,
                        script.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        Duration.ofMinutes(10),
                        false,
                        null));
    }
}
