package ai.thinkheads.phoenix.kinds.guest;

import static ai.thinkheads.phoenix.kinds.guest.GuestBed.container;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.fromTemplate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Nic;
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

@DisplayNameGeneration(ReplaceUnderscores.class)
class InPlaceTest {

    private GuestBed bed;

    @BeforeEach
    void open(@TempDir Path root) {
        bed = new GuestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private static final String LAN = "network: {interfaces: [{bridge: lan, address: 10.0.0.20/24}]}";

    @Test
    @Tag("ask-2")
    @Tag("ask-28")
    void what_a_running_container_takes_at_once_is_changed_online_and_in_one_go() {
        bed.apply(fromTemplate("web", "memory: 2Gi", "cores: 2"));
        bed.converge("LxcContainer/web");
        bed.driver.changes.clear();
        bed.apply(fromTemplate("web", "memory: 4Gi", "cores: 4", "swap: 1Gi"));

        assertThat(bed.assess("LxcContainer/web").plan().steps())
                .extracting(Step::action, Step::effect, Step::field)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("change cores from 2 to 4", Effect.ONLINE, "spec.cores"),
                        org.assertj.core.groups.Tuple.tuple(
                                "grow memory from 2Gi to 4Gi", Effect.ONLINE, "spec.memory"),
                        org.assertj.core.groups.Tuple.tuple("grow swap from 0 to 1Gi", Effect.ONLINE, "spec.swap"));
        bed.converge("LxcContainer/web");

        assertThat(bed.driver.changes).containsExactly("update");
        assertThat(bed.container("web").effective().memory()).isEqualTo(ByteSize.ofGi(4));
    }

    @Test
    @Tag("ask-23")
    void a_new_card_leaves_the_others_where_and_what_they_are() {
        bed.apply(fromTemplate("web", LAN));
        bed.converge("LxcContainer/web");
        Nic first = bed.container("web").config().nics().getFirst();
        bed.apply(
                fromTemplate(
                        "web",
                        "network: {interfaces: [{name: eth1, bridge: lan, address: 10.1.0.20/24}, {name: eth0, bridge: lan, address: 10.0.0.20/24}]}"));

        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("add network card eth1 on vmbr0 with 10.1.0.20/24");

        assertThat(bed.container("web").config().nics()).hasSize(2).first().isEqualTo(first);
    }

    @Test
    void a_card_that_changes_keeps_its_hardware_address() {
        bed.apply(fromTemplate("web", LAN));
        bed.converge("LxcContainer/web");
        String mac = bed.container("web").config().nics().getFirst().mac();
        bed.apply(fromTemplate("web", "network: {interfaces: [{bridge: lan, address: 10.0.0.21/24}]}"));

        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("change network card eth0: address from 10.0.0.20/24 to 10.0.0.21/24");
        assertThat(bed.container("web").config().nics().getFirst().mac()).isEqualTo(mac);
    }

    @Test
    @Tag("ask-5")
    @Tag("promise-2")
    @Tag("ask-28")
    void a_mount_that_is_added_grown_and_moved_never_replaces_the_container() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");

        bed.apply(fromTemplate("web", "mounts: [{name: data, path: /data, storage: fast, size: 4Gi}]"));
        assertThat(bed.assess("LxcContainer/web").plan().steps())
                .extracting(Step::effect)
                .containsOnly(Effect.ONLINE);
        bed.converge("LxcContainer/web");
        String volume = bed.container("web").config().mounts().getFirst().volume();

        bed.apply(fromTemplate("web", "mounts: [{name: data, path: /data, storage: fast, size: 6Gi}]"));
        assertThat(bed.converge("LxcContainer/web")).containsExactly("grow data from 4Gi to 6Gi");

        bed.apply(fromTemplate("web", "mounts: [{name: data, path: /srv, storage: fast, size: 6Gi}]"));
        bed.converge("LxcContainer/web");
        assertThat(bed.container("web").config().mounts()).singleElement().satisfies(mount -> {
            assertThat(mount.volume()).isEqualTo(volume);
            assertThat(mount.path()).isEqualTo("/srv");
        });
        assertThat(bed.driver.changes).doesNotContain("destroy", "detach");
        assertThat(bed.findings("LxcContainer/web")).contains("PendingChanges");
    }

    @Test
    @Tag("ask-5")
    void mounts_keep_their_volumes_when_the_order_in_the_manifest_changes() {
        bed.apply(
                fromTemplate(
                        "web",
                        "mounts: [{name: a, path: /a, storage: fast, size: 1Gi}, {name: b, path: /b, storage: fast, size: 2Gi}]"));
        bed.converge("LxcContainer/web");
        bed.apply(
                fromTemplate(
                        "web",
                        "mounts: [{name: b, path: /b, storage: fast, size: 2Gi}, {name: a, path: /a, storage: fast, size: 1Gi}]"));

        assertThat(bed.plan("LxcContainer/web")).isEmpty();
    }

    @Test
    @Tag("ask-8")
    @Tag("ask-9")
    @Tag("promise-2")
    void a_volume_that_leaves_the_manifest_is_detached_kept_shown_and_destroyed_only_with_consent() {
        bed.apply(fromTemplate(
                "web", "runPolicy: Stopped", "mounts: [{name: data, path: /data, storage: fast, size: 4Gi}]"));
        bed.converge("LxcContainer/web");
        String volume = bed.container("web").config().mounts().getFirst().volume();
        bed.apply(fromTemplate("web", "runPolicy: Stopped"));

        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("detach data; its volume " + volume + " stays, unused");
        assertThat(bed.assess("LxcContainer/web").findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo("UnusedVolumes");
            assertThat(finding.blocksReady()).isFalse();
            assertThat(finding.message()).contains(volume, "destroy-volume/web/data");
        });
        assertThat(bed.container("web").unused()).containsExactly(volume);

        bed.consent("LxcContainer/web", "destroy-volume/web/data");
        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("destroy the unused volume " + volume + " with its data");
        assertThat(bed.container("web").unused()).isEmpty();
        assertThat(bed.findings("LxcContainer/web")).isEmpty();
    }

    @Test
    @Tag("ask-8")
    void a_volume_that_comes_back_is_attached_with_its_data() {
        String with = fromTemplate(
                "web", "runPolicy: Stopped", "mounts: [{name: data, path: /data, storage: fast, size: 4Gi}]");
        bed.apply(with);
        bed.converge("LxcContainer/web");
        String volume = bed.container("web").config().mounts().getFirst().volume();
        bed.apply(fromTemplate("web", "runPolicy: Stopped"));
        bed.converge("LxcContainer/web");

        bed.apply(with);
        bed.converge("LxcContainer/web");

        assertThat(bed.container("web").config().mounts().getFirst().volume()).isEqualTo(volume);
        assertThat(bed.container("web").unused()).isEmpty();
    }

    @Test
    @Tag("ask-23")
    void what_somebody_else_attached_is_told_of_and_left_alone() {
        bed.apply(fromTemplate("web", "runPolicy: Stopped"));
        bed.converge("LxcContainer/web");
        bed.views()
                .view(bed.resource("LxcContainer/web"), bed.resources())
                .host()
                .containers()
                .attach(
                        100,
                        new ContainerConfig.MountPoint(
                                null, "/mine", null, "guests", ByteSize.ofGi(1), null, false, true),
                        null);
        bed.lookAgain();

        assertThat(bed.plan("LxcContainer/web")).isEmpty();
        assertThat(bed.findings("LxcContainer/web")).containsExactly("UnknownVolume");
    }

    @Test
    void disks_grow_and_never_shrink() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        bed.apply(container("web", "template: debian", "rootDisk: {storage: fast, size: 16Gi}"));
        assertThat(bed.converge("LxcContainer/web")).containsExactly("grow the root disk from 8Gi to 16Gi");

        bed.apply(container("web", "template: debian", "memory: 1Gi", "rootDisk: {storage: fast, size: 10Gi}"));
        assertThat(bed.converge("LxcContainer/web")).containsExactly("grow memory from 512Mi to 1Gi");
        assertThat(bed.assess("LxcContainer/web").findings()).singleElement().satisfies(finding -> {
            assertThat(finding.blocksReady()).isTrue();
            assertThat(finding.message()).contains("spec.rootDisk.size", "16Gi", "cannot shrink to 10Gi");
        });
    }

    @Test
    @Tag("ask-3")
    @Tag("promise-6")
    void what_waits_for_a_restart_is_said_until_the_restart_has_come() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        bed.apply(fromTemplate("web", "features: {nesting: true}"));

        assertThat(bed.assess("LxcContainer/web").plan().steps())
                .extracting(Step::effect)
                .containsExactly(Effect.RESTART);
        bed.converge("LxcContainer/web");
        assertThat(bed.assess("LxcContainer/web").findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo("RestartRequired");
            assertThat(finding.blocksReady()).isTrue();
            assertThat(finding.message()).contains("spec.features");
        });
        assertThat(bed.factsOf("LxcContainer/web").pending()).containsExactly("spec.features");

        bed.clock.sleep(Duration.ofMinutes(1));
        bed.annotate(
                "LxcContainer/web", Annotations.RESTARTED_AT, bed.clock.now().toString());
        bed.converge("LxcContainer/web");
        assertThat(bed.findings("LxcContainer/web")).isEmpty();
        assertThat(bed.factsOf("LxcContainer/web").restartRequired()).isFalse();
    }

    @Test
    void a_guest_that_is_restarted_by_a_person_takes_up_what_waited() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        bed.apply(fromTemplate("web", "features: {nesting: true}"));
        bed.converge("LxcContainer/web");

        bed.person().stop(100);
        bed.lookAgain();
        assertThat(bed.converge("LxcContainer/web")).containsExactly("start container web");
        assertThat(bed.findings("LxcContainer/web")).isEmpty();
    }

    @Test
    @Tag("ask-39")
    void what_somebody_changed_is_changed_back() {
        bed.apply(fromTemplate("web", "memory: 2Gi"));
        bed.converge("LxcContainer/web");
        bed.person().edit(100, config -> TestConfigs.memory((ContainerConfig) config, ByteSize.ofGi(1)));
        bed.lookAgain();

        assertThat(bed.converge("LxcContainer/web")).containsExactly("grow memory from 1Gi to 2Gi");
    }

    @Test
    @Tag("promise-2")
    @Tag("ask-28")
    @Tag("ask-35")
    void what_is_fixed_at_creation_needs_a_replacement_and_that_needs_consent() {
        bed.apply(fromTemplate("web", "memory: 1Gi"));
        bed.converge("LxcContainer/web");
        bed.apply(fromTemplate("web", "memory: 2Gi", "unprivileged: false"));

        assertThat(bed.assess("LxcContainer/web").plan().steps()).last().satisfies(step -> {
            assertThat(step.effect()).isEqualTo(Effect.REPLACE);
            assertThat(step.consent()).isEqualTo("replace-container/web");
            assertThat(step.field()).isEqualTo("spec.unprivileged");
        });
        assertThat(bed.converge("LxcContainer/web")).containsExactly("grow memory from 1Gi to 2Gi");
        assertThat(bed.container("web").config().unprivileged()).isTrue();

        bed.consent("LxcContainer/web", "replace-container/web");
        assertThat(bed.converge("LxcContainer/web"))
                .contains("create container web (100) from debian with 8Gi on guests", "start container web");
        assertThat(bed.container("web").config().unprivileged()).isFalse();
        assertThat(bed.plan("LxcContainer/web")).isEmpty();
        assertThat(bed.guests()).isEqualTo(1);
    }

    @Test
    @Tag("promise-2")
    void an_existing_container_becomes_a_template_only_with_consent() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        bed.apply(fromTemplate("web", "isTemplate: true"));

        assertThat(bed.converge("LxcContainer/web")).isEmpty();
        assertThat(bed.container("web").running()).isTrue();

        bed.consent("LxcContainer/web", "make-template/web");
        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("shut down container web", "make container web a template, for good");
        assertThat(bed.plan("LxcContainer/web")).isEmpty();
    }

    @Test
    void directories_belong_to_the_numbers_that_the_container_sees() {
        bed.apply(fromTemplate(
                "web", "mounts: [{name: models, path: /models, source: /srv/models, owner: {uid: 1000, gid: 1001}}]"));
        bed.converge("LxcContainer/web");

        GuestShell.Result result = bed.views()
                .view(bed.resource("LxcContainer/web"), bed.resources())
                .host()
                .shell()
                .run(new GuestShell.Command(
                        GuestShell.Target.HOST,
                        List.of("stat", "-c", "%u:%g", "/srv/models"),
                        Map.of(),
                        new byte[0],
                        Duration.ofSeconds(5),
                        true,
                        null));
        assertThat(result.output().strip()).isEqualTo("101000:101001");
        assertThat(bed.plan("LxcContainer/web")).isEmpty();

        bed.apply(fromTemplate(
                "web", "mounts: [{name: models, path: /models, source: /srv/models, owner: {uid: 1, gid: 1}}]"));
        assertThat(bed.converge("LxcContainer/web")).containsExactly("give /srv/models to 100001:100001 on the host");
        assertThat(bed.plan("LxcContainer/web")).isEmpty();
    }

    @Test
    @Tag("ask-14")
    void cards_are_given_by_index_and_by_uuid() {
        bed.apply(fromTemplate("web", "gpu: {driver: nvidia, devices: [\"1\"]}"));
        bed.converge("LxcContainer/web");

        assertThat(bed.container("web").config().devices())
                .extracting(ContainerConfig.DeviceNode::path)
                .contains("/dev/nvidia1", "/dev/nvidiactl")
                .doesNotContain("/dev/nvidia0");
        assertThat(bed.plan("LxcContainer/web")).isEmpty();

        bed.apply(fromTemplate("web", "gpu: {driver: nvidia, devices: [\"7\"]}"));
        assertThatThrownBy(() -> bed.plan("LxcContainer/web"))
                .isInstanceOf(ReconcileException.class)
                .hasMessageContaining("spec.gpu.devices[0]")
                .hasMessageContaining("GPU-");
    }

    @Test
    @Tag("ask-22")
    void nothing_that_the_host_writes_its_own_way_is_a_difference() {
        bed.apply(fromTemplate(
                "web",
                LAN,
                "description: hello",
                "tags: [b, a]",
                "rawConfig: [\"lxc.cap.drop = sys_time\"]",
                "devices: [{path: /dev/fuse, mode: \"660\"}]",
                "features: {mount: [nfs, cifs], keyctl: true}",
                "startup: {onBoot: true, order: 3, upDelay: 10s}"));
        bed.converge("LxcContainer/web");

        assertThat(bed.lookAgain().plan("LxcContainer/web")).isEmpty();
    }

    @Test
    @Tag("ask-29")
    void a_volume_gets_its_owner_from_inside_once() {
        bed.apply(fromTemplate(
                "web", "mounts: [{name: data, path: /data, storage: fast, size: 1Gi, owner: {uid: 1000, gid: 1001}}]"));

        assertThat(bed.converge("LxcContainer/web")).endsWith("start container web", "give /data to 1000:1001");
        assertThat(bed.driver.commands.getLast().argv()).containsExactly("chown", "1000:1001", "/data");
        assertThat(bed.plan("LxcContainer/web")).isEmpty();

        bed.apply(fromTemplate(
                "web", "mounts: [{name: data, path: /data, storage: fast, size: 2Gi, owner: {uid: 5, gid: 5}}]"));
        assertThat(bed.converge("LxcContainer/web")).containsExactly("grow data from 1Gi to 2Gi", "give /data to 5:5");
        assertThat(bed.loseState().plan("LxcContainer/web")).isEmpty();
    }

    @Test
    @Tag("ask-2")
    void a_volume_that_comes_as_something_else_goes_is_there_at_once_and_gets_its_owner() {
        bed.apply(fromTemplate("web", "mounts: [{name: shared, path: /shared, source: /tank/models}]"))
                .converge("LxcContainer/web");
        bed.apply(fromTemplate(
                "web", "mounts: [{name: data, path: /data, storage: fast, size: 1Gi, owner: {uid: 1000, gid: 1000}}]"));

        assertThat(bed.converge("LxcContainer/web")).endsWith("give /data to 1000:1000");
        assertThat(bed.plan("LxcContainer/web")).isEmpty();
        assertThat(bed.findings("LxcContainer/web"))
                .as("what went goes with a restart")
                .isNotEmpty();
    }

    @Test
    @Tag("ask-3")
    void the_owner_of_a_volume_waits_for_the_restart_that_lets_the_guest_see_it() {
        bed.apply(fromTemplate("web", "mounts: [{name: data, path: /data, source: /tank/models}]"))
                .converge("LxcContainer/web");
        bed.apply(fromTemplate(
                "web", "mounts: [{name: data, path: /data, storage: fast, size: 1Gi, owner: {uid: 1000, gid: 1000}}]"));

        assertThat(bed.converge("LxcContainer/web")).noneMatch(each -> each.startsWith("give "));
        assertThat(bed.plan("LxcContainer/web")).isEmpty();
        assertThat(bed.findings("LxcContainer/web")).isNotEmpty();

        bed.annotate(
                "LxcContainer/web",
                ai.thinkheads.phoenix.api.Annotations.RESTARTED_AT,
                bed.engineClock().instant().plusSeconds(1).toString());
        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("restart container web", "give /data to 1000:1000");
        assertThat(bed.lookAgain().findings("LxcContainer/web")).isEmpty();
    }
}
