package ai.thinkheads.phoenix.hosts.linux.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.hosts.linux.LinuxHost;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same with a dataset for each volume. */
@Tag("host")
class RealZfsContainersTest extends RealContainersTest {

    @Override
    protected Storages.Definition guests() throws Exception {
        machine.withZfs();
        String disk = machine.disk("z", 512);
        try (LinuxHost host = machine.open()) {
            if (!host.read().pools().containsKey("tank")) {
                host.zfsPools()
                        .create(
                                "tank",
                                List.of(new Vdev("stripe", List.of(disk))),
                                12,
                                Map.of(),
                                Map.of(),
                                new Mark("ZfsPool/tank", Map.of()),
                                false);
            }
            if (!host.read().datasets().containsKey("tank/guests")) {
                host.zfsDatasets().create("tank/guests", Map.of(), new Mark("ZfsDataset/guests", Map.of()));
            }
        }
        return new Storages.Definition("guests", "zfspool", Set.of("rootdir"), Map.of("pool", "tank/guests"));
    }

    @Test
    @Override
    void a_snapshot_of_a_folder_is_refused_with_what_would_do() {
        made();
        host().containers().start(901);
        sh("echo one >/root/file");
        host().containers().snapshot(901, "before", "of a test");
        sh("echo two >/root/file");
        assertThat(read().snapshots()).singleElement().satisfies(each -> {
            assertThat(each.name()).isEqualTo("before");
            assertThat(each.description()).isEqualTo("of a test");
        });
        assertThatThrownBy(() -> host().containers().rollback(901, "before")).hasMessageContaining("running");

        host().containers().shutdown(901, Duration.ofSeconds(10));
        host().containers().rollback(901, "before");
        host().containers().start(901);
        assertThat(sh("cat /root/file")).isEqualTo("one");

        host().containers().deleteSnapshot(901, "before");
        assertThat(read().snapshots()).isEmpty();
    }

    @Test
    void a_linked_clone_shares_blocks_and_holds_its_source() {
        made();
        host().containers().makeTemplate(901);
        host().containers().clone(901, 902, "copy", new Mark("LxcContainer/copy", Map.of()), false, null, null);

        assertThat(host().containers().read(902).orElseThrow().clonedFrom()).isEqualTo(901);
        assertThatThrownBy(() -> host().containers().destroy(901)).hasMessageContaining("902");
        host().containers().start(902);
        assertThat(host().containers().read(902).orElseThrow().running()).isTrue();
        assertThat(machine.run("zfs", "get", "-H", "-o", "value", "origin", "tank/guests/subvol-902-disk-0"))
                .isEqualTo("tank/guests/subvol-901-disk-0@phoenix-clone-902");
    }

    @Test
    void a_running_container_is_copied_as_it_was_at_one_moment() {
        made();
        host().containers().start(901);
        sh("echo here >/root/file");
        host().containers().clone(901, 902, "copy", new Mark("LxcContainer/copy", Map.of()), true, null, null);

        assertThat(machine.run("cat", "/tank/guests/subvol-902-disk-0/root/file"))
                .isEqualTo("here");
        assertThat(host().read().datasets()).doesNotContainKey("tank/guests/subvol-901-disk-0-phoenix-clone-902");
        assertThat(host().read().datasets().get("tank/guests/subvol-901-disk-0").snapshots())
                .isEmpty();
    }

    @Test
    void its_space_is_limited_by_a_quota() {
        made();
        assertThat(machine.run("zfs", "get", "-Hp", "-o", "value", "refquota", "tank/guests/subvol-901-disk-0"))
                .isEqualTo(String.valueOf(2L << 30));
    }
}
