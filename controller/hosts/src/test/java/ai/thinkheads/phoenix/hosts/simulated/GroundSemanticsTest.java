package ai.thinkheads.phoenix.hosts.simulated;

import static ai.thinkheads.phoenix.hosts.simulated.Refusals.assertFails;
import static ai.thinkheads.phoenix.hosts.simulated.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GroundSemanticsTest {

    private static final Mark MARK = new Mark("ZfsPool/tank", Map.of());

    @TempDir
    Path root;

    private Lab lab;
    private SimulatedHost host;

    @BeforeEach
    void open() {
        lab = new Lab(root);
        host = lab.host();
    }

    private void pool(String name, Vdev... vdevs) {
        host.zfsPools()
                .create(name, List.of(vdevs), 12, Map.of("autotrim", "on"), Map.of("compression", "lz4"), MARK, false);
    }

    private static Vdev mirror(String... devices) {
        return new Vdev("mirror", List.of(devices));
    }

    private ZfsPools.Observed tank() {
        return host.zfsPools().read("tank").orElseThrow();
    }

    private ZfsDatasets.Observed dataset(String name) {
        return host.zfsDatasets().read(name).orElseThrow();
    }

    @Test
    void a_pool_needs_enough_disks_that_are_there_and_free() {
        assertRefused("mirror needs at least 2 disks", () -> pool("tank", mirror(Lab.DISK_A)));
        assertFails(
                HostException.Cause.NOT_FOUND, "no such device", () -> pool("tank", mirror(Lab.DISK_A, "/dev/none")));
        pool("tank", mirror(Lab.DISK_A, Lab.DISK_B));
        assertRefused("already in use by pool tank", () -> pool("other", mirror(Lab.DISK_B, Lab.DISK_C)));
        assertRefused("already exists", () -> pool("tank", mirror(Lab.DISK_C, Lab.DISK_D)));
        assertThat(tank().health()).isEqualTo("ONLINE");
        assertThat(tank().properties()).containsEntry("autotrim", "on");
        assertThat(tank().mark()).isEqualTo(MARK);
        assertThat(tank().size()).isEqualTo(ByteSize.ofGi(1024));
        assertThat(host.node().read().disks().get(Lab.DISK_A).usedBy()).isEqualTo("pool tank");
    }

    @Test
    void a_signature_is_overwritten_only_by_force_and_a_mounted_disk_never() {
        host.person().sign(Lab.DISK_A, "ext4");
        assertRefused("contains ext4", () -> pool("tank", mirror(Lab.DISK_A, Lab.DISK_B)));
        host.zfsPools().create("tank", List.of(mirror(Lab.DISK_A, Lab.DISK_B)), 12, Map.of(), Map.of(), MARK, true);
        String system = host.node().read().disks().entrySet().stream()
                .filter(each -> "mounted at /".equals(each.getValue().usedBy()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        assertRefused(
                "mounted at /",
                () -> host.zfsPools()
                        .create("x", List.of(new Vdev("stripe", List.of(system))), 12, Map.of(), Map.of(), MARK, true));
    }

    @Test
    void an_exported_pool_can_be_imported_with_its_data() {
        lab.ground();
        lab.web(101);
        host.person().exportPool("tank");
        assertThat(host.read().importable()).containsExactly("tank");
        assertThat(host.zfsPools().read("tank")).isEmpty();
        assertThat(host.zfsDatasets().read("tank/guests")).isEmpty();
        assertThat(host.storages().read("guests").orElseThrow().active()).isFalse();
        assertRefused("contains exported pool tank", () -> pool("new", mirror(Lab.DISK_A, Lab.DISK_B)));
        assertFails(
                HostException.Cause.FAILED,
                "is not online",
                () -> host.containers().start(101));
        host.zfsPools().importPool("tank");
        host.containers().start(101);
        assertThat(host.read().importable()).isEmpty();
    }

    @Test
    void a_broken_device_degrades_and_a_replacement_mends() {
        pool("tank", mirror(Lab.DISK_A, Lab.DISK_B));
        host.person().breakDevice("tank", Lab.DISK_B, "FAULTED");
        assertThat(tank().health()).isEqualTo("DEGRADED");
        assertThat(tank().deviceHealth()).containsEntry(Lab.DISK_B, "FAULTED");
        assertRefused("too small", () -> host.zfsPools().replaceDevice("tank", Lab.DISK_B, Lab.DISK_D));
        host.zfsPools().replaceDevice("tank", Lab.DISK_B, Lab.DISK_C);
        assertThat(tank().health()).isEqualTo("ONLINE");
        assertThat(tank().scan()).startsWith("resilvered");
        assertThat(host.node().read().disks().get(Lab.DISK_B).usedBy()).isNull();
    }

    @Test
    void a_disk_is_attached_to_a_single_disk_and_to_a_mirror_and_to_nothing_else() {
        pool("tank", new Vdev("stripe", List.of(Lab.DISK_A)));
        assertRefused("too small", () -> host.zfsPools().attachDevice("tank", Lab.DISK_A, Lab.DISK_D, false));
        host.zfsPools().attachDevice("tank", Lab.DISK_A, Lab.DISK_B, false);
        assertThat(tank().vdevs()).containsExactly(new Vdev("mirror", List.of(Lab.DISK_A, Lab.DISK_B)));
        host.zfsPools().attachDevice("tank", Lab.DISK_B, Lab.DISK_C, false);
        assertThat(tank().vdevs()).containsExactly(new Vdev("mirror", List.of(Lab.DISK_A, Lab.DISK_B, Lab.DISK_C)));
        assertThat(tank().scan()).startsWith("resilvered");
        assertThat(host.node().read().disks().get(Lab.DISK_C).usedBy()).isEqualTo("pool tank");
    }

    @Test
    void a_disk_that_is_pulled_out_makes_its_pool_degraded() {
        pool("tank", mirror(Lab.DISK_A, Lab.DISK_B));
        var all = Lab.machine(ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Latency.NONE, List.of());
        var simulated = java.util.Objects.requireNonNull(all.simulated());
        host = lab.reopen(Lab.spec(new ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated(
                16,
                ByteSize.ofGi(64),
                simulated.disks().stream()
                        .filter(disk -> !disk.path().equals(Lab.DISK_B))
                        .toList(),
                simulated.gpus(),
                simulated.nics(),
                null,
                List.of())));
        assertThat(tank().health()).isEqualTo("DEGRADED");
        assertThat(tank().deviceHealth()).containsEntry(Lab.DISK_B, "UNAVAIL");
        assertThat(host.node().read().cpus()).isEqualTo(16);
        assertThat(host.node().read().memory()).isEqualTo(ByteSize.ofGi(64));
    }

    @Test
    void groups_are_added_and_spares_logs_and_caches_removed() {
        pool("tank", mirror(Lab.DISK_A, Lab.DISK_B));
        host.zfsPools().addVdev("tank", new Vdev("spare", List.of(Lab.DISK_C)), false);
        host.zfsPools().addVdev("tank", new Vdev("cache", List.of(Lab.DISK_D)), false);
        assertThat(tank().vdevs()).hasSize(3);
        assertThat(tank().deviceHealth()).containsEntry(Lab.DISK_C, "AVAIL");
        assertRefused("only spares, logs and caches", () -> host.zfsPools().removeDevice("tank", Lab.DISK_A));
        host.zfsPools().removeDevice("tank", Lab.DISK_C);
        host.zfsPools().removeDevice("tank", Lab.DISK_D);
        host.zfsPools().addVdev("tank", mirror(Lab.DISK_C, Lab.DISK_D), false);
        assertThat(tank().size()).isEqualTo(ByteSize.ofGi(1536));
    }

    @Test
    void properties_are_inherited_until_they_are_set() {
        pool("tank", mirror(Lab.DISK_A, Lab.DISK_B));
        host.zfsDatasets().create("tank/a/b", Map.of("recordsize", "16K", "quota", "100G"), MARK);
        assertThat(dataset("tank/a").mark()).isNull();
        assertThat(dataset("tank/a/b").effective())
                .containsEntry("compression", "lz4")
                .containsEntry("recordsize", "16384")
                .containsEntry("mountpoint", "/tank/a/b");
        assertThat(dataset("tank/a/b").local()).containsEntry("quota", String.valueOf(100L << 30));
        host.zfsDatasets().setProperties("tank/a", Map.of("compression", "zstd", "mountpoint", "/srv/a"));
        assertThat(dataset("tank/a/b").effective())
                .containsEntry("compression", "zstd")
                .containsEntry("mountpoint", "/srv/a/b");
        host.zfsDatasets().inherit("tank/a", Set.of("compression"));
        assertThat(dataset("tank/a/b").effective()).containsEntry("compression", "lz4");
        assertRefused(
                "invalid property 'colour'", () -> host.zfsDatasets().setProperties("tank/a", Map.of("colour", "red")));
        assertRefused(
                "must be one of", () -> host.zfsDatasets().setProperties("tank/a", Map.of("compression", "best")));
        assertRefused("power of 2", () -> host.zfsDatasets().setProperties("tank/a", Map.of("recordsize", "100K")));
    }

    @Test
    void owner_and_mode_of_a_mounted_dataset_are_set() {
        pool("tank", mirror(Lab.DISK_A, Lab.DISK_B));
        host.zfsDatasets().create("tank/a", Map.of(), MARK);
        host.zfsDatasets().setOwner("tank/a", 100000L, null, "750");
        assertThat(dataset("tank/a").uid()).isEqualTo(100000);
        assertThat(dataset("tank/a").gid()).isZero();
        assertThat(dataset("tank/a").mode()).isEqualTo("0750");
    }

    @Test
    void what_does_not_fit_under_a_quota_has_no_space() {
        lab.ground();
        host.zfsDatasets().create("tank/small", Map.of("quota", "1G"), MARK);
        host.storages()
                .create(new Storages.Definition(
                        "small", "zfspool", Set.of("rootdir", "images"), Map.of("pool", "tank/small")));
        host.containers().create(101, Lab.container("one", "small", List.of()), Lab.TEMPLATE);
        host.containers().create(102, Lab.container("two", "small", List.of()), Lab.TEMPLATE);
        assertFails(
                HostException.Cause.NO_SPACE,
                "out of space",
                () -> host.containers().create(103, Lab.container("three", "small", List.of()), Lab.TEMPLATE));
        assertThat(host.containers().read(103)).isEmpty();
        assertThat(host.storages().read("small").orElseThrow().available().bytes())
                .isLessThan(300L << 20);
        host.containers().destroy(101);
        host.containers().create(103, Lab.container("three", "small", List.of()), Lab.TEMPLATE);
    }

    @Test
    void reservations_take_from_the_others_and_quotas_are_not_below_what_is_used() {
        pool("tank", mirror(Lab.DISK_A, Lab.DISK_B));
        long before = dataset("tank").available().bytes();
        host.zfsDatasets().create("tank/a", Map.of("reservation", "100G"), MARK);
        assertThat(before - dataset("tank").available().bytes()).isEqualTo(100L << 30);
        assertThat(dataset("tank/a").available().bytes())
                .isGreaterThan(dataset("tank").available().bytes());
        assertFails(
                HostException.Cause.NO_SPACE,
                "greater than available",
                () -> host.zfsDatasets().setProperties("tank/a", Map.of("reservation", "2T")));
        assertRefused(
                "less than current used", () -> host.zfsDatasets().setProperties("tank/a", Map.of("quota", "1G")));
        host.zfsDatasets().inherit("tank/a", Set.of("reservation"));
        assertThat(before - dataset("tank").available().bytes()).isLessThan(1 << 20);
    }

    @Test
    void a_dataset_with_children_clones_or_users_is_not_destroyed() {
        lab.ground();
        assertRefused(
                "operation does not apply to pools", () -> host.zfsDatasets().destroy("tank"));
        lab.web(101);
        assertRefused("has children", () -> host.zfsDatasets().destroy("tank/guests"));
        host.zfsDatasets().create("tank/media", Map.of(), MARK);
        host.containers()
                .attach(
                        101,
                        new ContainerConfig.MountPoint(null, "/media", "/tank/media", null, null, null, false, false),
                        null);
        host.containers().start(101);
        assertRefused("busy", () -> host.zfsDatasets().destroy("tank/media"));
        host.containers().shutdown(101, Duration.ofSeconds(5));
        host.zfsDatasets().snapshot("tank/media", "one");
        assertThat(dataset("tank/media").snapshots()).containsExactly("one");
        host.zfsDatasets().destroy("tank/media");
        assertThat(host.zfsDatasets().read("tank/media")).isEmpty();
    }

    @Test
    void storages_are_activated_fixed_and_leave_their_data() {
        lab.ground();
        assertRefused(
                "could not activate",
                () -> host.storages()
                        .create(new Storages.Definition("x1", "zfspool", Set.of("images"), Map.of("pool", "none/x"))));
        assertRefused(
                "already defined",
                () -> host.storages()
                        .create(new Storages.Definition("guests", "dir", Set.of("images"), Map.of("path", "/x"))));
        assertRefused(
                "cannot keep content 'iso'",
                () -> host.storages()
                        .create(new Storages.Definition("x2", "zfspool", Set.of("iso"), Map.of("pool", "tank"))));
        assertRefused(
                "fixed",
                () -> host.storages()
                        .update(new Storages.Definition(
                                "guests", "zfspool", Set.of("images"), Map.of("pool", "tank"))));
        host.storages()
                .update(new Storages.Definition("guests", "zfspool", Set.of("rootdir"), Map.of("pool", "tank/guests")));
        assertThat(host.storages().read("guests").orElseThrow().definition().content())
                .containsExactly("rootdir");
        lab.web(101);
        host.storages().remove("guests");
        assertThat(host.zfsDatasets().read("tank/guests/subvol-101-disk-0")).isPresent();
    }

    @Test
    void templates_are_found_by_volume_id_and_take_space() {
        lab.ground();
        String id = host.templates().volumeId("library", Templates.Type.ROOTFS, "debian.tar.zst");
        assertThat(id).isEqualTo(Lab.TEMPLATE);
        assertThat(host.templates().read(id).orElseThrow().path())
                .isEqualTo("/tank/library/template/cache/debian.tar.zst");
        assertRefused(
                "does not support content type 'vztmpl'",
                () -> host.templates().bootstrap("guests", "x.tar.zst", "debian", null));
        assertFails(
                HostException.Cause.NOT_FOUND,
                "no such file",
                () -> host.templates().copyFile("library", Templates.Type.ROOTFS, "x.tar.zst", "/nowhere"));
        long used = dataset("tank/library").used().bytes();
        host.templates().delete(id);
        assertThat(used - dataset("tank/library").used().bytes()).isEqualTo(96L << 20);
    }

    private static Networks.BridgeConfig bridge(
            String name, List<String> ports, @Nullable String address, @Nullable String gateway) {
        return new Networks.BridgeConfig(name, ports, address, gateway, false, null, null, MARK);
    }

    @Test
    void bridges_are_staged_applied_together_and_taken_back_without_a_confirmation() {
        host.networks().stage(bridge("vmbr0", List.of("enp5s0"), "10.0.0.2/24", "10.0.0.1"));
        host.networks().stage(bridge("vmbr1", List.of(), null, null));
        assertThat(host.networks().staged()).containsOnlyKeys("vmbr0", "vmbr1");
        assertThat(host.networks().read("vmbr0")).isEmpty();

        host.networks().apply(Duration.ofSeconds(60));
        assertThat(host.networks().read("vmbr0").orElseThrow().active()).isTrue();
        assertThat(host.networks().read("vmbr0").orElseThrow().revertDeadline()).isNotNull();
        lab.clock().sleep(Duration.ofSeconds(61));
        assertThat(host.networks().read("vmbr0")).isEmpty();
        assertRefused("taken back already", () -> host.networks().confirm());

        host.networks().stage(bridge("vmbr0", List.of("enp5s0"), "10.0.0.2/24", "10.0.0.1"));
        host.networks().apply(Duration.ofSeconds(60));
        host.networks().confirm();
        lab.clock().sleep(Duration.ofSeconds(61));
        assertThat(host.networks().read("vmbr0").orElseThrow().revertDeadline()).isNull();
    }

    @Test
    void impossible_bridges_are_refused_when_they_are_staged() {
        host.networks().stage(bridge("vmbr0", List.of("enp5s0"), "10.0.0.2/24", "10.0.0.1"));
        assertRefused(
                "unable to find bridge port",
                () -> host.networks().stage(bridge("vmbr1", List.of("eth9"), null, null)));
        assertRefused("already used", () -> host.networks().stage(bridge("vmbr1", List.of("enp5s0"), null, null)));
        assertRefused(
                "default gateway already exists",
                () -> host.networks().stage(bridge("vmbr1", List.of(), "10.1.0.1/24", "10.1.0.2")));
    }

    @Test
    void what_somebody_else_has_staged_is_seen() {
        host.person().stage(bridge("vmbr7", List.of(), null, null), "anna");
        assertThat(host.networks().staged()).containsEntry("vmbr7", "changed by anna");
        host.networks().discard();
        assertThat(host.networks().staged()).isEmpty();
    }

    private static Gpus.DriverConfig driver(String version, boolean vfio) {
        return new Gpus.DriverConfig(version, null, null, true, vfio, true);
    }

    private ContainerConfig withCard() {
        return Lab.container(
                "gpu",
                "guests",
                List.of(
                        new ContainerConfig.DeviceNode("/dev/nvidia0", null, null, null),
                        new ContainerConfig.DeviceNode("/dev/nvidiactl", null, null, null)));
    }

    @Test
    void cards_are_on_the_bus_and_seen_when_their_driver_is_loaded() {
        assertThat(host.node().read().pciGpus()).containsKeys("0000:01:00.0", "0000:02:00.0");
        assertThat(host.gpus().read().devices()).isEmpty();
        host.gpus().installDriver(driver("580.76.05", false));
        Gpus.Observed seen = host.gpus().read();
        assertThat(seen.loadedVersion()).isEqualTo("580.76.05");
        assertThat(seen.devices()).extracting(Gpus.Device::node).containsExactly("/dev/nvidia0", "/dev/nvidia1");
        assertThat(seen.deviceNodes()).contains("/dev/nvidiactl", "/dev/nvidia-uvm");
        assertThat(lab.restart().gpus().read()).isEqualTo(seen);
    }

    @Test
    void a_container_with_a_card_needs_the_drivers_device_files() {
        lab.ground();
        assertRefused(
                "Device /dev/nvidia0 does not exist", () -> host.containers().create(101, withCard(), Lab.TEMPLATE));
        host.gpus().installDriver(driver("580.76.05", false));
        host.containers().create(101, withCard(), Lab.TEMPLATE);
        host.gpus().removeDriver();
        assertFails(
                HostException.Cause.FAILED,
                "Device /dev/nvidia0 does not exist",
                () -> host.containers().start(101));
    }

    @Test
    void a_driver_in_use_is_exchanged_at_the_next_boot() {
        lab.ground();
        host.gpus().installDriver(driver("570.10.1", false));
        host.containers().create(101, Lab.onBoot(withCard(), 1), Lab.TEMPLATE);
        host.containers().start(101);
        host.gpus().installDriver(driver("580.76.05", false));
        assertThat(host.gpus().read().loadedVersion()).isEqualTo("570.10.1");
        assertThat(host.node().read().rebootRequired()).contains("580.76.05").contains("570.10.1");
        String boot = host.node().read().bootId();
        host.node().reboot();
        assertThat(host.node().read().rebootRequired()).isNull();
        assertThat(host.node().read().bootId()).isNotEqualTo(boot);
        assertThat(host.gpus().read().loadedVersion()).isEqualTo("580.76.05");
        assertThat(host.containers().read(101).orElseThrow().running()).isTrue();
    }

    @Test
    @Tag("ask-31")
    void cards_for_machines_are_bound_to_vfio() {
        host.gpus().installDriver(driver("580.76.05", true));
        assertThat(host.gpus().read().vfio()).isTrue();
        assertThat(host.gpus().read().deviceNodes()).isEmpty();
        assertThat(host.gpus().read().devices()).allMatch(device -> device.node() == null);
    }

    @Test
    void a_boot_starts_in_order_what_starts_with_the_host() {
        lab.ground();
        host.containers().create(101, Lab.onBoot(Lab.container("second"), 2), Lab.TEMPLATE);
        host.containers().create(102, Lab.onBoot(Lab.container("first"), 1), Lab.TEMPLATE);
        lab.web(103);
        host.containers().start(103);
        host.person().powerCycle();
        assertThat(host.containers().read(103).orElseThrow().running()).isFalse();
        assertThat(host.tasks().list().stream()
                        .filter(task -> task.type().equals("vzstart"))
                        .map(Tasks.Task::id)
                        .toList())
                .endsWith("102", "101");
    }

    @Test
    void the_machine_takes_its_settings() {
        host.node().setHostname("phoenix");
        host.node().setTimezone("Europe/Berlin");
        host.node().setDns(List.of("10.0.0.1"), "example.org");
        host.node().setArcMax(ByteSize.ofGi(16));
        host.node().installPackages(Set.of("chrony"));
        host.node().setMark(MARK);
        var seen = host.node().read();
        assertThat(seen.hostname()).isEqualTo("phoenix");
        assertThat(seen.timezone()).isEqualTo("Europe/Berlin");
        assertThat(seen.dns()).containsExactly("10.0.0.1");
        assertThat(seen.searchDomain()).isEqualTo("example.org");
        assertThat(seen.arcMax()).isEqualTo(ByteSize.ofGi(16));
        assertThat(seen.packages()).contains("chrony", "pve-manager");
        assertThat(seen.mark()).isEqualTo(MARK);
        assertRefused("zfs_arc_max", () -> host.node().setArcMax(ByteSize.ofGi(64)));
    }
}
