package ai.thinkheads.phoenix.hosts.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pools on files and datasets, by a real ZFS. */
@Tag("host")
@DisplayNameGeneration(ReplaceUnderscores.class)
class RealZfsTest {

    private static final Mark MARK = new Mark("ZfsPool/tank", Map.of("properties", "compression"));

    private Machine machine;
    private LinuxHost host;
    private String a;
    private String b;

    @BeforeEach
    void open() throws Exception {
        machine = new Machine().withZfs();
        a = machine.disk("a", 128);
        b = machine.disk("b", 128);
        host = machine.open();
    }

    @AfterEach
    void close() {
        if (host != null) {
            host.close();
        }
        if (machine != null) {
            machine.close();
        }
    }

    private void mirror() {
        host.zfsPools()
                .create(
                        "tank",
                        List.of(new Vdev("mirror", List.of(a, b))),
                        12,
                        Map.of("autotrim", "off"),
                        Map.of("compression", "gzip"),
                        MARK,
                        false);
    }

    private ZfsPools.Observed pool() {
        return host.zfsPools().read("tank").orElseThrow();
    }

    private ZfsDatasets.Observed dataset(String name) {
        return host.zfsDatasets().read(name).orElseThrow();
    }

    @Test
    void a_mirror_is_made_as_asked_and_carries_the_mark() {
        mirror();

        ZfsPools.Observed pool = pool();
        assertThat(pool.vdevs()).containsExactly(new Vdev("mirror", List.of(a, b)));
        assertThat(pool.health()).isEqualTo("ONLINE");
        assertThat(pool.ashift()).isEqualTo(12);
        assertThat(pool.size().bytes()).isBetween(100L << 20, 128L << 20);
        assertThat(pool.mark()).isEqualTo(MARK);
        assertThat(dataset("tank").effective()).containsEntry("compression", "gzip");
    }

    @Test
    void raidz_with_a_spare_and_a_log_is_read_back_as_written() {
        String c = machine.disk("c", 128);
        String spare = machine.disk("spare", 128);
        String log = machine.disk("log", 128);
        List<Vdev> layout = List.of(
                new Vdev("raidz1", List.of(a, b, c)), new Vdev("log", List.of(log)), new Vdev("spare", List.of(spare)));
        host.zfsPools().create("tank", layout, 12, Map.of(), Map.of(), MARK, false);

        assertThat(pool().vdevs()).containsExactlyInAnyOrderElementsOf(layout);
        assertThat(pool().deviceHealth()).containsEntry(spare, "AVAIL");

        host.zfsPools().removeDevice("tank", spare);
        assertThat(pool().vdevs()).noneMatch(each -> each.type().equals("spare"));
    }

    @Test
    void the_whole_shows_what_is_read_one_by_one_and_who_uses_which_disk() {
        mirror();
        host.zfsDatasets().create("tank/data", Map.of(), MARK);

        HostState state = host.read();

        assertThat(state.pools()).containsEntry("tank", pool());
        assertThat(state.datasets()).containsKey("tank/data");
        assertThat(state.node().disks().get(a).usedBy()).isEqualTo("pool tank");
    }

    @Test
    @Tag("promise-2")
    void a_disk_in_use_is_never_taken_not_even_by_force() {
        mirror();

        assertThatThrownBy(() -> host.zfsPools()
                        .create("other", List.of(new Vdev("stripe", List.of(a))), 12, Map.of(), Map.of(), MARK, true))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.REFUSED))
                .hasMessageContaining(a)
                .hasMessageContaining("pool tank");
        assertThat(pool().health()).isEqualTo("ONLINE");
    }

    @Test
    @Tag("promise-2")
    void a_disk_that_holds_something_is_taken_with_consent_only() {
        machine.run("mkfs.ext4", "-q", a);
        assertThat(host.node().read().disks().get(a).signature()).isEqualTo("ext4");

        assertThatThrownBy(() -> host.zfsPools()
                        .create("tank", List.of(new Vdev("stripe", List.of(a))), 12, Map.of(), Map.of(), MARK, false))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("ext4");
        host.zfsPools().create("tank", List.of(new Vdev("stripe", List.of(a))), 12, Map.of(), Map.of(), MARK, true);

        assertThat(pool().health()).isEqualTo("ONLINE");
    }

    @Test
    void a_disk_that_is_missing_is_named() {
        assertThatThrownBy(() -> host.zfsPools()
                        .create(
                                "tank",
                                List.of(new Vdev("stripe", List.of("/dev/disk/by-id/none"))),
                                12,
                                Map.of(),
                                Map.of(),
                                MARK,
                                false))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.NOT_FOUND))
                .hasMessageContaining("/dev/disk/by-id/none");
    }

    @Test
    void an_exported_pool_is_importable_and_is_imported_with_its_data_and_mark() throws Exception {
        mirror();
        Files.writeString(Path.of("/tank/file"), "kept");
        machine.run("zpool", "export", "tank");

        HostState exported = host.read();
        assertThat(exported.importable()).containsExactly("tank");
        assertThat(exported.node().disks().get(a).signature()).isEqualTo("exported pool tank");

        host.zfsPools().importPool("tank");
        assertThat(pool().mark()).isEqualTo(MARK);
        assertThat(Path.of("/tank/file")).hasContent("kept");
    }

    @Test
    void a_destroyed_pool_is_not_offered_for_import() {
        mirror();
        host.zfsPools().destroy("tank");

        HostState state = host.read();
        assertThat(state.pools()).isEmpty();
        assertThat(state.importable()).isEmpty();
        assertThat(state.node().disks().get(a).usedBy()).isNull();
    }

    @Test
    void a_broken_disk_is_seen_and_replaced() throws Exception {
        mirror();
        machine.run("zpool", "offline", "tank", a);
        assertThat(pool().health()).isEqualTo("DEGRADED");
        assertThat(pool().deviceHealth()).containsEntry(a, "OFFLINE");

        String c = machine.disk("c", 128);
        host.zfsPools().replaceDevice("tank", a, c);
        for (int i = 0; i < 50 && !pool().health().equals("ONLINE"); i++) {
            Thread.sleep(100);
        }
        assertThat(pool().vdevs()).containsExactly(new Vdev("mirror", List.of(c, b)));
        assertThat(pool().scan()).contains("resilver completed");
    }

    @Test
    void a_mirror_gets_a_third_disk() throws Exception {
        mirror();
        String c = machine.disk("c", 128);
        host.zfsPools().attachDevice("tank", a, c, false);
        for (int i = 0; i < 50 && pool().scan().contains("in progress"); i++) {
            Thread.sleep(100);
        }

        assertThat(pool().health()).isEqualTo("ONLINE");
        assertThat(pool().vdevs()).singleElement().satisfies(vdev -> {
            assertThat(vdev.type()).isEqualTo("mirror");
            assertThat(vdev.devices()).containsExactlyInAnyOrder(a, b, c);
        });
    }

    @Test
    void a_pool_grows_by_another_mirror() {
        mirror();
        Vdev more = new Vdev("mirror", List.of(machine.disk("c", 128), machine.disk("d", 128)));
        host.zfsPools().addVdev("tank", more, false);

        assertThat(pool().vdevs()).contains(more).hasSize(2);
    }

    @Test
    void a_dataset_gets_its_parents_properties_owner_and_mode() {
        mirror();
        host.zfsDatasets()
                .create("tank/data/photos", Map.of("quota", "33554432", "mountpoint", "/tank/my photos"), MARK);
        host.zfsDatasets().setOwner("tank/data/photos", 1000L, 1001L, "2750");

        ZfsDatasets.Observed seen = dataset("tank/data/photos");
        assertThat(seen.mountpoint()).isEqualTo("/tank/my photos");
        assertThat(seen.effective()).containsEntry("quota", "33554432").containsEntry("compression", "gzip");
        assertThat(seen.local()).containsOnlyKeys("quota", "mountpoint");
        assertThat(seen.uid()).isEqualTo(1000);
        assertThat(seen.gid()).isEqualTo(1001);
        assertThat(seen.mode()).isEqualTo("2750");
        assertThat(seen.mark()).isEqualTo(MARK);
        assertThat(dataset("tank/data").mark()).isNull();
        assertThat(dataset("tank/data").children()).isEqualTo(1);
    }

    @Test
    void the_mark_is_written_and_taken_off_and_is_not_inherited() {
        mirror();
        host.zfsDatasets().create("tank/a", Map.of(), MARK);
        machine.run("zfs", "create", "tank/a/below");
        assertThat(dataset("tank/a/below").mark()).isNull();

        Mark strange = new Mark("ZfsDataset/a", Map.of("note", "spaces, \"quotes\", $(id)\nand\ttabs"));
        host.zfsDatasets().setMark("tank/a", strange);
        assertThat(dataset("tank/a").mark()).isEqualTo(strange);

        host.zfsDatasets().setMark("tank/a", null);
        assertThat(dataset("tank/a").mark()).isNull();
    }

    @Test
    void a_property_the_tool_does_not_know_is_refused_in_its_own_words() {
        mirror();
        host.zfsDatasets().create("tank/a", Map.of(), MARK);

        assertThatThrownBy(() -> host.zfsDatasets().setProperties("tank/a", Map.of("compression", "sugar")))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.REFUSED))
                .hasMessageContaining("compression");
        host.zfsDatasets().setProperties("tank/a", Map.of("compression", "lzjb", "atime", "off"));
        assertThat(dataset("tank/a").effective())
                .containsEntry("compression", "lzjb")
                .containsEntry("atime", "off");
        host.zfsDatasets().inherit("tank/a", Set.of("compression"));
        assertThat(dataset("tank/a").effective()).containsEntry("compression", "gzip");
    }

    @Test
    void a_quota_below_what_is_used_is_refused() throws Exception {
        mirror();
        host.zfsDatasets().create("tank/a", Map.of("compression", "off"), MARK);
        Files.write(Path.of("/tank/a/file"), new byte[8 << 20]);
        machine.run("sync");
        Thread.sleep(6000);

        assertThatThrownBy(() -> host.zfsDatasets().setProperties("tank/a", Map.of("quota", "1048576")))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.REFUSED));
    }

    @Test
    void snapshots_are_taken_listed_and_destroyed_and_a_dataset_with_children_stays() {
        mirror();
        host.zfsDatasets().create("tank/a/b", Map.of(), MARK);
        host.zfsDatasets().snapshot("tank/a", "second");
        host.zfsDatasets().snapshot("tank/a", "first");
        assertThat(dataset("tank/a").snapshots()).containsExactly("second", "first");

        assertThatThrownBy(() -> host.zfsDatasets().destroy("tank/a"))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("children");
        assertThat(dataset("tank/a").snapshots()).hasSize(2);

        host.zfsDatasets().destroySnapshot("tank/a", "second");
        host.zfsDatasets().destroy("tank/a/b");
        host.zfsDatasets().destroy("tank/a");
        assertThat(host.zfsDatasets().read("tank/a")).isEmpty();
    }

    @Test
    void creating_what_is_there_is_refused_and_what_is_not_there_is_not_found() {
        mirror();
        host.zfsDatasets().create("tank/a", Map.of(), MARK);

        assertThatThrownBy(() -> host.zfsDatasets().create("tank/a", Map.of(), MARK))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("already exists");
        assertThatThrownBy(() -> host.zfsDatasets().setProperties("tank/none", Map.of("atime", "off")))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.NOT_FOUND));
        assertThatThrownBy(() -> host.zfsPools().importPool("nowhere")).isInstanceOf(HostException.class);
    }

    @Test
    @Tag("promise-10")
    void a_whole_read_runs_as_many_commands_for_fifty_datasets_as_for_five() {
        mirror();
        long five = commandsWith(5);
        long twenty = commandsWith(20);
        long fifty = commandsWith(50);

        assertThat(List.of(twenty, fifty)).containsOnly(five);
    }

    private long commandsWith(int datasets) {
        for (int i = 0; i < datasets; i++) {
            machine.tried("zfs", "create", "tank/d" + i);
        }
        host.read();
        long before = host.commands();
        assertThat(host.read().datasets()).hasSize(datasets + 1);
        return host.commands() - before;
    }

    @Test
    void without_zfs_there_are_no_pools_and_creating_one_says_why() {
        host.close();
        host = null;
        machine.close();
        machine = null;
        try (Machine bare = new Machine();
                LinuxHost other = bare.open()) {
            assertThat(other.read().pools()).isEmpty();
            assertThatThrownBy(() -> other.zfsPools()
                            .create(
                                    "tank",
                                    List.of(new Vdev("stripe", List.of(a))),
                                    12,
                                    Map.of(),
                                    Map.of(),
                                    MARK,
                                    false))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("no ZFS that answers");
        }
    }
}
