package ai.thinkheads.phoenix.kinds.adopt;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.DeviceNode;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A host that somebody has set up by hand over the years: the same one for the same seed. */
final class GrownHost {

    private static final Mark PASSING = new Mark("Nobody/nobody", Map.of());
    private static final List<String> NAMES = List.of(
            "web",
            "Web",
            "db.example.com",
            "build-01",
            "WIN2019",
            "a",
            "proxy",
            "web",
            "nas.home.arpa",
            "x".repeat(63));

    private final SimulatedHost host;
    private final Random random;

    private GrownHost(SimulatedHost host, long seed) {
        this.host = host;
        this.random = new Random(seed);
    }

    static void grow(SimulatedHost host, long seed) {
        new GrownHost(host, seed).grow();
    }

    private void grow() {
        pool("tank", "mirror", List.of("/dev/disk/by-id/a", "/dev/disk/by-id/b"));
        boolean second = random.nextBoolean();
        if (second) {
            pool("Bulk.Store", "stripe", List.of("/dev/disk/by-id/c"));
        }
        dataset("tank/guests", Map.of());
        dataset("tank/library", Map.of("compression", "zstd", "recordsize", "1M"));
        dataset("tank/media", Map.of("quota", "107374182400", "mountpoint", "/srv/media"));
        if (random.nextBoolean()) {
            dataset("tank/media/Music", Map.of("atime", "off"));
            host.zfsDatasets().setOwner("tank/media/Music", 1000L, 1000L, "2770");
        }
        if (second) {
            dataset("Bulk.Store/media", Map.of("reservation", "1G"));
        }
        storage(
                "guests",
                "zfspool",
                Set.of("rootdir", "images"),
                random.nextBoolean() ? Map.of("pool", "tank/guests", "sparse", "1") : Map.of("pool", "tank/guests"));
        storage("Library_1", "dir", Set.of("vztmpl", "import", "rootdir", "images"), Map.of("path", "/tank/library"));
        if (second) {
            storage("bulk", "zfspool", Set.of("images", "rootdir"), Map.of("pool", "Bulk.Store"));
        }
        host.templates().bootstrap("Library_1", "debian-trixie-bootstrap.tar.zst", "debian", "trixie");
        host.templates().bootstrap("Library_1", "old_template_1.2.tar.zst", "debian", "trixie");
        if (random.nextBoolean()) {
            host.templates()
                    .download(
                            "Library_1",
                            Templates.Type.DISK_IMAGE,
                            "noble.img",
                            "https://example.org/noble.img",
                            "0".repeat(64));
        }
        bridge("vmbr0", List.of("enp5s0"), "192.0.2.2/24", "192.0.2.1", true, null, null);
        if (random.nextBoolean()) {
            bridge("vmbr1", List.of(), "10.7.0.1/24", null, false, 1400, random.nextBoolean() ? "vmbr0" : "auto");
        }
        if (random.nextBoolean()) {
            host.gpus()
                    .installDriver(new Gpus.DriverConfig("580.76.05", null, null, random.nextBoolean(), false, true));
            host.node().reboot();
        }
        int guests = random.nextInt(7);
        for (int i = 0; i < guests; i++) {
            guest(100 + i * (1 + random.nextInt(3)));
        }
    }

    private void pool(String name, String type, List<String> devices) {
        host.zfsPools()
                .create(
                        name,
                        List.of(new ZfsPools.Vdev(type, devices)),
                        random.nextBoolean() ? 12 : 13,
                        Map.of("autotrim", random.nextBoolean() ? "on" : "off"),
                        random.nextBoolean() ? Map.of("compression", "lz4") : Map.of(),
                        PASSING,
                        false);
        host.zfsPools().setMark(name, null);
    }

    private void dataset(String name, Map<String, String> properties) {
        host.zfsDatasets().create(name, properties, PASSING);
        host.zfsDatasets().setMark(name, null);
    }

    private void storage(String id, String type, Set<String> content, Map<String, String> options) {
        host.storages().create(new Storages.Definition(id, type, content, options));
    }

    private void bridge(
            String name,
            List<String> ports,
            @Nullable String address,
            @Nullable String gateway,
            boolean vlans,
            @Nullable Integer mtu,
            @Nullable String nat) {
        host.networks().stage(new Networks.BridgeConfig(name, ports, address, gateway, vlans, mtu, nat, null));
        host.networks().apply(Duration.ofSeconds(60));
        host.networks().confirm();
    }

    /** Makes a guest of any kind and does to it what people do; what the host refuses has not happened. */
    private void guest(int vmid) {
        try {
            boolean machine = random.nextInt(3) == 0
                    && host.read().templates().keySet().stream().anyMatch(each -> each.contains("noble"));
            if (machine) {
                machine(vmid);
            } else {
                container(vmid);
            }
            host.person()
                    .edit(
                            vmid,
                            config -> config instanceof ContainerConfig c ? unmarked(c) : unmarked((VmConfig) config));
        } catch (HostException e) {
            // The next one has other ideas.
        }
    }

    private void container(int vmid) {
        List<Integer> templates = host.read().containers().values().stream()
                .filter(each -> each.template())
                .map(each -> each.vmid())
                .sorted()
                .toList();
        if (!templates.isEmpty() && random.nextBoolean()) {
            host.containers().clone(templates.getFirst(), vmid, name(), PASSING, random.nextBoolean(), null, null);
        } else {
            host.containers().create(vmid, containerConfig(), "Library_1:vztmpl/debian-trixie-bootstrap.tar.zst");
        }
        if (random.nextInt(3) == 0) {
            host.containers()
                    .attach(
                            vmid,
                            new MountPoint(
                                    null,
                                    "/var/lib/data",
                                    null,
                                    "guests",
                                    ByteSize.ofGi(3),
                                    null,
                                    random.nextBoolean(),
                                    random.nextBoolean()),
                            null);
        }
        if (random.nextInt(3) == 0) {
            host.containers()
                    .attach(
                            vmid,
                            new MountPoint(
                                    null,
                                    "/srv/data",
                                    random.nextBoolean() ? "/srv/media" : "/tank/library",
                                    null,
                                    null,
                                    null,
                                    random.nextBoolean(),
                                    false),
                            null);
        }
        fate(vmid, true);
    }

    private void fate(int vmid, boolean container) {
        var guests = container ? host.containers() : host.virtualMachines();
        switch (random.nextInt(5)) {
            case 0, 1 -> guests.start(vmid);
            case 2 -> guests.makeTemplate(vmid);
            case 3 -> guests.snapshot(vmid, "before", "by hand");
            default -> {}
        }
    }

    private void machine(int vmid) {
        host.virtualMachines()
                .create(
                        vmid,
                        new VmConfig(
                                name(),
                                1 + random.nextInt(4),
                                random.nextBoolean() ? "host" : "x86-64-v2-AES",
                                ByteSize.ofMi(1024 + 512L * random.nextInt(4)),
                                List.of(new VmConfig.Disk(
                                        null,
                                        "guests",
                                        ByteSize.ofGi(16),
                                        null,
                                        random.nextBoolean(),
                                        random.nextBoolean())),
                                nics(vmid),
                                List.of(),
                                null,
                                cloudInit(),
                                random.nextBoolean(),
                                List.of(),
                                random.nextBoolean(),
                                StartupConfig.UNSET,
                                Set.of(),
                                random.nextBoolean() ? "" : "made by hand\n\nsecond: paragraph # with marks",
                                PASSING),
                        "Library_1:import/noble.img");
        fate(vmid, false);
    }

    private VmConfig.@Nullable CloudInit cloudInit() {
        return switch (random.nextInt(3)) {
            case 0 -> null;
            case 1 -> new VmConfig.CloudInit("admin", null, List.of("ssh-ed25519 AAAAC3Nz me@home"), null);
            default -> new VmConfig.CloudInit("admin", "$6$salt$canaryhash", List.of(), "#cloud-config\ncanary: yes\n");
        };
    }

    private ContainerConfig containerConfig() {
        List<DeviceNode> devices = new ArrayList<>();
        Gpus.Observed gpus = host.gpus().read();
        if (gpus.loadedVersion() != null && random.nextBoolean()) {
            gpus.devices()
                    .forEach(card -> devices.add(new DeviceNode(String.valueOf(card.node()), "0666", null, null)));
            if (random.nextBoolean()) {
                gpus.deviceNodes().forEach(node -> devices.add(new DeviceNode(node, "0666", null, null)));
            }
        }
        if (random.nextInt(4) == 0) {
            devices.add(new DeviceNode("/dev/fuse", "0660", 0L, 10L));
        }
        boolean privileged = random.nextInt(4) == 0;
        return new ContainerConfig(
                name(),
                1 + random.nextInt(4),
                random.nextBoolean() ? 1.5 : null,
                ByteSize.ofMi(512L * (1 + random.nextInt(3))),
                ByteSize.ofMi(random.nextInt(2) * 512L),
                new ContainerConfig.RootDisk("guests", ByteSize.ofGi(4 + random.nextInt(8)), null),
                nics(random.nextInt(50)),
                random.nextBoolean() ? List.of("1.1.1.1", "2606:4700::1111") : List.of(),
                random.nextBoolean() ? "home.arpa" : null,
                !privileged,
                List.of(),
                random.nextBoolean() ? Set.of("nesting", "mount=cifs;nfs") : Set.of("fuse"),
                null,
                List.of(),
                devices,
                random.nextBoolean() ? List.of("lxc.cap.drop: sys_time", "lxc.environment: LANG=C.UTF-8") : List.of(),
                random.nextBoolean(),
                random.nextBoolean()
                        ? StartupConfig.UNSET
                        : new StartupConfig(random.nextInt(9), Duration.ofSeconds(random.nextInt(90)), null),
                random.nextBoolean() ? Set.of("prod", "a.b+c") : Set.of(),
                random.nextBoolean() ? "" : "yes",
                PASSING);
    }

    private List<Nic> nics(int number) {
        List<Nic> nics = new ArrayList<>();
        int count = random.nextInt(3);
        boolean second = host.read().bridges().containsKey("vmbr1");
        for (int i = 0; i < count; i++) {
            boolean inner = second && random.nextBoolean();
            nics.add(new Nic(
                    random.nextInt(4) == 0 ? "lan" + i : "eth" + i,
                    inner ? "vmbr1" : "vmbr0",
                    random.nextBoolean() ? "dhcp" : inner ? null : "192.0.2." + (10 + number + 60 * i) + "/24",
                    null,
                    null,
                    inner ? null : random.nextBoolean() ? 7 : null,
                    null,
                    random.nextBoolean()));
        }
        return nics;
    }

    private String name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    static ContainerConfig unmarked(ContainerConfig c) {
        return new ContainerConfig(
                c.hostname(),
                c.cores(),
                c.cpuLimit(),
                c.memory(),
                c.swap(),
                c.rootDisk(),
                c.nics(),
                c.nameservers(),
                c.searchDomain(),
                c.unprivileged(),
                c.idMaps(),
                c.features(),
                c.apparmor(),
                c.mounts(),
                c.devices(),
                c.raw(),
                c.onBoot(),
                c.startup(),
                c.tags(),
                c.description(),
                null);
    }

    static VmConfig unmarked(VmConfig c) {
        return new VmConfig(
                c.hostname(),
                c.cores(),
                c.cpuType(),
                c.memory(),
                c.disks(),
                c.nics(),
                c.nameservers(),
                c.searchDomain(),
                c.cloudInit(),
                c.agent(),
                c.pciDevices(),
                c.onBoot(),
                c.startup(),
                c.tags(),
                c.description(),
                null);
    }
}
