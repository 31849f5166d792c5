package ai.thinkheads.phoenix.hosts.zfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What OpenZFS 2.x and zfs-fuse print for the same things; the texts of zfs-fuse were recorded. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ZfsTextTest {

    private static final String OPENZFS = String.join(
            "\n",
            "  pool: tank",
            " state: DEGRADED",
            "status: One or more devices could not be used because the label is missing or",
            "\tinvalid.",
            "  scan: resilver in progress since Sun Nov 22 10:00:00 2026",
            "\t1.05G scanned at 100M/s, 200M issued at 20M/s, 1.05G total",
            "config:",
            "",
            "\tNAME                              STATE     READ WRITE CKSUM",
            "\ttank                              DEGRADED     0     0     0",
            "\t  raidz2-0                        DEGRADED     0     0     0",
            "\t    /dev/disk/by-id/ata-A-part1   ONLINE       0     0     0",
            "\t    replacing-1                   DEGRADED     0     0     0",
            "\t      /dev/disk/by-id/ata-B-part1 OFFLINE      0     0     0",
            "\t      /dev/disk/by-id/ata-E-part1 ONLINE       0     0     0  (resilvering)",
            "\t    /dev/disk/by-id/ata-C-part1   ONLINE       0     0     0",
            "\t    1234567890                    UNAVAIL      0     0     0  was /dev/disk/by-id/ata-D-part1",
            "\tlogs\t",
            "\t  /dev/nvme0n1p1                  ONLINE       0     0     0",
            "\tcache",
            "\t  /dev/nvme0n1p2                  ONLINE       0     0     0",
            "\tspares",
            "\t  /dev/disk/by-id/ata-S-part1     AVAIL",
            "",
            "errors: No known data errors",
            "");

    private static String recorded(String name) {
        try (var text = ZfsTextTest.class.getResourceAsStream(name)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void zfs_fuse_shows_its_pools_with_groups_logs_and_spares() {
        List<ZfsText.Status> all = ZfsText.status(recorded("fuse-status.txt"));

        assertThat(all).extracting(ZfsText.Status::name).containsExactly("t2", "tank");
        assertThat(all.getFirst().vdevs()).containsExactly(new Vdev("stripe", List.of("/var/tmp/phx/d5")));
        assertThat(all.getLast().vdevs())
                .containsExactly(
                        new Vdev("mirror", List.of("/var/tmp/phx/d0", "/var/tmp/phx/d1")),
                        new Vdev("mirror", List.of("/var/tmp/phx/d6", "/var/tmp/phx/d7")),
                        new Vdev("log", List.of("/var/tmp/phx/d3")),
                        new Vdev("spare", List.of("/var/tmp/phx/d2")));
        assertThat(all.getLast().health()).containsEntry("/var/tmp/phx/d2", "AVAIL");
    }

    @Test
    void a_degraded_pool_tells_its_state_its_broken_disk_and_its_last_scan() {
        ZfsText.Status tank =
                ZfsText.status(recorded("fuse-status-degraded.txt")).getFirst();

        assertThat(tank.state()).isEqualTo("DEGRADED");
        assertThat(tank.health()).containsEntry("/var/tmp/phx/d0", "OFFLINE");
        assertThat(tank.scan()).startsWith("scrub completed after 0h0m with 0 errors");
    }

    @Test
    void a_remark_behind_a_row_does_not_hide_the_disk() {
        ZfsText.Status tank =
                ZfsText.status(recorded("fuse-status-replaced.txt")).getFirst();

        assertThat(tank.vdevs().getFirst())
                .isEqualTo(new Vdev("mirror", List.of("/var/tmp/phx/d4", "/var/tmp/phx/d1")));
        assertThat(tank.scan()).startsWith("resilver completed");
    }

    @Test
    void openzfs_shows_the_same_with_a_replacement_on_its_way_and_a_disk_that_is_gone() {
        ZfsText.Status tank = ZfsText.status(OPENZFS).getFirst();

        assertThat(tank.vdevs())
                .containsExactly(
                        new Vdev(
                                "raidz2",
                                List.of(
                                        "/dev/disk/by-id/ata-A-part1",
                                        "/dev/disk/by-id/ata-E-part1",
                                        "/dev/disk/by-id/ata-C-part1",
                                        "/dev/disk/by-id/ata-D-part1")),
                        new Vdev("log", List.of("/dev/nvme0n1p1")),
                        new Vdev("cache", List.of("/dev/nvme0n1p2")),
                        new Vdev("spare", List.of("/dev/disk/by-id/ata-S-part1")));
        assertThat(tank.scan()).startsWith("resilver in progress");
    }

    @Test
    void properties_of_pools_are_read_from_the_table_and_from_tabs() {
        assertThat(ZfsText.poolProperties(recorded("fuse-pool-get.txt")).get("t2"))
                .containsEntry("size", "123M")
                .containsEntry("health", "ONLINE");
        assertThat(ZfsText.poolProperties("tank\tsize\t130023424\t-\ntank\tcomment\ta b\tlocal\n")
                        .get("tank"))
                .containsEntry("size", "130023424")
                .containsEntry("comment", "a b");
    }

    @Test
    void properties_of_datasets_may_hold_tabs_and_a_line_of_another_form_is_said() {
        assertThat(ZfsText.datasetProperties(recorded("fuse-dataset-get.txt")).get("t2"))
                .containsEntry("type", new ZfsText.Property("filesystem", "-"));
        assertThat(ZfsText.datasetProperties("t\tx:y\ta\tb\tlocal\n").get("t").get("x:y"))
                .isEqualTo(new ZfsText.Property("a\tb", "local"));
        assertThatThrownBy(() -> ZfsText.datasetProperties("internal error: out of memory\n"))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.UNREACHABLE))
                .hasMessageContaining("internal error");
    }

    @Test
    void sizes_are_read_with_and_without_units() {
        assertThat(ZfsText.bytes("123M")).isEqualTo(123L << 20);
        assertThat(ZfsText.bytes("1.50G")).isEqualTo(3L << 29);
        assertThat(ZfsText.bytes("130023424")).isEqualTo(130023424);
        assertThat(ZfsText.bytes("-")).isZero();
        assertThat(ZfsText.bytes(null)).isZero();
    }

    @Test
    void the_tool_is_probed_and_one_that_does_not_answer_is_none() {
        ZfsTool fuse = ZfsListing.tool("fuse\n");
        ZfsTool open = ZfsListing.tool("zfs-2.1.11-1\nzfs-kmod-2.1.11-1\n");

        assertThat(fuse).isEqualTo(ZfsTool.FUSE);
        assertThat(open).isEqualTo(ZfsTool.openZfs("zfs-2.1.11-1"));
        assertThat(ZfsListing.tool("none\n")).isNull();
        assertThat(ZfsListing.tool("zfs-2.1.11-1\nbroken\n")).isNull();
        assertThat(ZfsListing.tool("broken\nconnect: Connection refused\n")).isNull();
    }

    @Test
    void disks_are_known_under_all_their_names_with_who_uses_them_and_what_lies_on_them() {
        String text = String.join(
                "\n",
                "{\"blockdevices\":[",
                "{\"name\":\"sda\",\"path\":\"/dev/sda\",\"size\":1000,\"type\":\"disk\",\"mountpoints\":[null],\"ro\":false,\"children\":[",
                "{\"name\":\"sda1\",\"path\":\"/dev/sda1\",\"size\":900,\"type\":\"part\",\"mountpoints\":[\"/\"],\"fstype\":\"ext4\",\"ro\":false}]},",
                "{\"name\":\"sdb\",\"path\":\"/dev/sdb\",\"size\":2000,\"type\":\"disk\",\"mountpoints\":[null],\"ro\":false}]}",
                "== phoenix ==",
                "/dev/disk/by-id/ata-B\t/dev/sdb",
                "== phoenix ==",
                "512 /disks/a",
                "== phoenix ==",
                "",
                "DEVICE=/dev/sdb",
                "TYPE=zfs_member",
                "LABEL=old",
                "",
                "DEVICE=/disks/a",
                "");
        Map<String, Node.Disk> disks = Disks.parse(text, "/disks").disks(Map.of(), List.of("old"));

        assertThat(disks.get("/dev/sda").usedBy()).isEqualTo("mounted at /");
        assertThat(disks.get("/dev/disk/by-id/ata-B")).isEqualTo(disks.get("/dev/sdb"));
        assertThat(disks.get("/dev/sdb").signature()).isEqualTo("exported pool old");
        assertThat(disks.get("/disks/a").usedBy()).isNull();
        assertThat(disks.get("/disks/a").signature()).isNull();
        assertThatThrownBy(() -> Disks.parse("half an answ", "/disks")).isInstanceOf(HostException.class);
    }
}
