package ai.thinkheads.phoenix.kinds.guest;

import static ai.thinkheads.phoenix.kinds.guest.GuestBed.container;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.fromTemplate;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.guest;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another storage in the manifest of a guest that is there: its data goes along, and nothing is destroyed. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MovedVolumesTest {

    private static final String WEB = "LxcContainer/web";
    private static final String ON_FILES =
            container("web", "template: debian", "rootDisk: {storage: files, size: 8Gi}");

    private GuestBed bed;

    @BeforeEach
    void open(@TempDir Path root) {
        bed = new GuestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private GuestShell.Result inside(int vmid, String script) {
        return bed.views()
                .view(bed.resource("Hypervisor/lab"), bed.resources())
                .host()
                .shell()
                .run(new GuestShell.Command(
                        GuestShell.Target.guest(GuestKind.CONTAINER, vmid),
                        List.of("sh", "-c", script),
                        Map.of(),
                        new byte[0],
                        Duration.ofSeconds(10),
                        false,
                        null));
    }

    @Test
    @Tag("promise-2")
    void the_root_disk_of_a_running_container_moves_at_its_next_restart_with_what_is_on_it() {
        bed.apply(fromTemplate("web"));
        bed.converge(WEB);
        String old = bed.container("web").config().rootDisk().volume();
        inside(100, "echo kept > /root/precious");
        bed.apply(ON_FILES);

        assertThat(bed.converge(WEB)).isEmpty();
        assertThat(bed.assess(WEB).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo("RestartRequired");
            assertThat(finding.blocksReady()).isTrue();
            assertThat(finding.message())
                    .contains("move the root disk from storage guests to library", "phoenixctl restart web");
        });

        bed.clock.sleep(Duration.ofMinutes(1));
        bed.annotate(WEB, Annotations.RESTARTED_AT, bed.clock.now().toString());
        assertThat(bed.assess(WEB).plan().steps())
                .singleElement()
                .satisfies(step -> assertThat(step.effect()).isEqualTo(Effect.RESTART));
        assertThat(bed.converge(WEB))
                .containsExactly(
                        "restart container web; before it starts, move the root disk from storage guests to library, leaving the old volume unused");

        assertThat(bed.container("web").config().rootDisk().storage()).isEqualTo("library");
        assertThat(bed.container("web").running()).isTrue();
        assertThat(inside(100, "cat /root/precious").output()).isEqualTo("kept\n");
        assertThat(bed.container("web").unused()).containsExactly(old);
        assertThat(bed.findings(WEB)).containsExactly("KeptWithoutConsent");
        assertThat(bed.plan(WEB)).isEmpty();

        bed.consent(WEB, "destroy-volume/web/" + old);
        assertThat(bed.converge(WEB)).containsExactly("destroy the unused volume " + old + " with its data");
        assertThat(inside(100, "cat /root/precious").output()).isEqualTo("kept\n");
    }

    @Test
    void a_container_that_stands_still_is_moved_at_once_and_started_from_the_copy() {
        bed.apply(fromTemplate("web", "runPolicy: Stopped"));
        bed.converge(WEB);
        bed.apply(ON_FILES);

        assertThat(bed.converge(WEB))
                .containsExactly(
                        "move the root disk from storage guests to library, leaving the old volume unused",
                        "start container web");
    }

    @Test
    void a_mounted_volume_keeps_its_name_its_size_and_its_owner() {
        String mounts = "mounts: [{name: data, path: /data, storage: %s, size: %s, owner: {uid: 7, gid: 8}}]";
        bed.apply(fromTemplate("web", mounts.formatted("fast", "4Gi")));
        bed.converge(WEB);
        bed.apply(fromTemplate("web", "runPolicy: Stopped", mounts.formatted("files", "6Gi")));

        assertThat(bed.converge(WEB))
                .containsExactly(
                        "grow data from 4Gi to 6Gi",
                        "shut down container web",
                        "move data from storage guests to library, leaving the old volume unused");
        assertThat(bed.container("web").config().mounts()).singleElement().satisfies(mount -> {
            assertThat(mount.storage()).isEqualTo("library");
            assertThat(mount.size()).isEqualTo(ByteSize.ofGi(6));
        });
        assertThat(bed.plan(WEB)).isEmpty();
        assertThat(bed.loseState().plan(WEB)).isEmpty();
    }

    @Test
    @Tag("promise-3")
    void a_move_that_is_cut_off_anywhere_is_made_once() {
        String mounts = "mounts: [{name: data, path: /data, storage: %s, size: 4Gi}]";
        bed.apply(fromTemplate("web", "runPolicy: Stopped", mounts.formatted("fast")));
        bed.converge(WEB);
        String old = bed.container("web").config().mounts().getFirst().volume();
        bed.apply(fromTemplate("web", "runPolicy: Stopped", mounts.formatted("files")));
        for (int change = 0; change < 3; change++) {
            for (boolean whenDone : List.of(false, true)) {
                bed.driver.crashAt(change, whenDone);
                try {
                    bed.converge(WEB);
                } catch (CutOffHost.Crash crash) {
                    bed.restart();
                }
            }
        }
        bed.driver.calm();
        bed.converge(WEB);

        assertThat(bed.container("web").config().mounts())
                .hasSize(1)
                .allSatisfy(mount -> assertThat(mount.storage()).isEqualTo("library"));
        assertThat(bed.container("web").unused()).containsExactly(old);
        assertThat(bed.plan(WEB)).isEmpty();
    }

    @Test
    @Tag("promise-2")
    void what_has_snapshots_is_not_moved_and_what_a_template_has_neither() {
        bed.apply(fromTemplate("web", "snapshots: [{name: before}]"));
        bed.converge(WEB);
        bed.apply(container(
                "web", "template: debian", "rootDisk: {storage: files, size: 8Gi}", "snapshots: [{name: before}]"));

        assertThat(bed.assess(WEB).plan().steps()).singleElement().satisfies(step -> {
            assertThat(step.consent()).isEqualTo("replace-container/web");
            assertThat(step.action())
                    .contains("guests", "library", "snapshots do not move with a volume, and container web has before");
        });

        bed.apply(fromTemplate("base", "isTemplate: true"));
        bed.converge("LxcContainer/base");
        bed.apply(container("base", "template: debian", "rootDisk: {storage: files, size: 8Gi}", "isTemplate: true"));
        assertThat(bed.assess("LxcContainer/base").plan().steps())
                .extracting(Step::consent)
                .containsExactly("replace-container/base");
    }

    @Test
    void a_machine_goes_on_running_while_its_disk_moves() {
        String disks = "disks: [{name: root, storage: %s, size: 16Gi}, {name: data, storage: %s, size: 4Gi}]";
        bed.apply(guest("VirtualMachine", "vm", "image: noble", "memory: 2Gi", disks.formatted("fast", "fast")));
        bed.converge("VirtualMachine/vm");
        bed.apply(guest("VirtualMachine", "vm", "image: noble", "memory: 2Gi", disks.formatted("fast", "files")));

        assertThat(bed.assess("VirtualMachine/vm").plan().steps())
                .extracting(Step::effect)
                .containsOnly(Effect.ONLINE);
        assertThat(bed.converge("VirtualMachine/vm"))
                .containsExactly("move data from storage guests to library, leaving the old volume unused");
        assertThat(bed.machine("vm").config().disks())
                .extracting(VmConfig.Disk::storage)
                .containsExactly("guests", "library");
        assertThat(bed.machine("vm").running()).isTrue();
        assertThat(bed.plan("VirtualMachine/vm")).isEmpty();
    }

    @Test
    void a_clone_of_a_machine_lies_where_its_manifest_says_from_the_start() {
        bed.apply(guest(
                "VirtualMachine",
                "base",
                "image: noble",
                "memory: 2Gi",
                "isTemplate: true",
                "disks: [{name: root, storage: fast, size: 16Gi}]"));
        bed.converge("VirtualMachine/base");
        bed.apply(guest(
                "VirtualMachine",
                "copy",
                "memory: 2Gi",
                "cloneFrom: {name: base}",
                "disks: [{name: root, storage: files, size: 16Gi}]"));

        assertThat(bed.converge("VirtualMachine/copy").getFirst())
                .contains("clone virtual machine copy")
                .contains("in full");
        assertThat(bed.machine("copy").config().disks())
                .extracting(VmConfig.Disk::storage)
                .containsExactly("library");
        assertThat(bed.machine("copy").unused()).isEmpty();
        assertThat(bed.plan("VirtualMachine/copy")).isEmpty();
    }
}
