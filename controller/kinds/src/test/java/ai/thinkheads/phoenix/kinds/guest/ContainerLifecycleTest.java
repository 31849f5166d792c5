package ai.thinkheads.phoenix.kinds.guest;

import static ai.thinkheads.phoenix.kinds.guest.GuestBed.container;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.feature;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.fromTemplate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.InstalledFeature;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.Guests;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ContainerLifecycleTest {

    private GuestBed bed;

    @BeforeEach
    void open(@TempDir Path root) {
        bed = new GuestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    @Tag("promise-1")
    void a_container_is_created_started_and_then_left_alone() {
        bed.apply(fromTemplate("web", "memory: 1Gi", "network: {interfaces: [{bridge: lan, address: 10.0.0.20/24}]}"));

        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("create container web from debian with 8Gi on guests", "start container web");
        int changes = bed.driver.changes.size();

        assertThat(bed.converge("LxcContainer/web")).isEmpty();
        assertThat(bed.driver.changes).hasSize(changes);
        assertThat(bed.factsOf("LxcContainer/web").vmid()).isEqualTo(100);
        assertThat(bed.factsOf("LxcContainer/web").state()).isEqualTo("running");
        assertThat(bed.factsOf("LxcContainer/web").addresses()).containsExactly("10.0.0.20");
    }

    @Test
    void guests_get_different_numbers_and_keep_them() {
        bed.apply(fromTemplate("a"), fromTemplate("b", "vmid: 100"), fromTemplate("c"));

        bed.converge("LxcContainer/a", "LxcContainer/c", "LxcContainer/b");

        assertThat(bed.factsOf("LxcContainer/a").vmid()).isEqualTo(101);
        assertThat(bed.factsOf("LxcContainer/b").vmid()).isEqualTo(100);
        assertThat(bed.factsOf("LxcContainer/c").vmid()).isEqualTo(102);
    }

    @Test
    void a_clone_of_a_clone_of_a_template_inherits_what_was_installed_on_the_way() {
        bed.apply(
                feature("base", "1"),
                feature("docker", "27"),
                feature("app", "3", "requires: [base, docker]"),
                fromTemplate("base", "isTemplate: true", "provision: {features: [{name: base}]}"),
                container(
                        "gpu",
                        "cloneFrom: {name: base}",
                        "isTemplate: true",
                        "provision: {features: [{name: docker}]}"),
                container("model", "cloneFrom: {name: gpu}", "provision: {application: {name: app}}"));

        assertThat(bed.converge("LxcContainer/base"))
                .containsExactly(
                        "create container base from debian with 8Gi on guests",
                        "start container base while its features are installed",
                        "install feature base 1",
                        "shut down container base",
                        "make container base a template, for good");
        assertThat(bed.converge("LxcContainer/gpu")).first().asString().contains("by linking its blocks");
        bed.converge("LxcContainer/model");

        assertThat(bed.container("model").clonedFrom()).isEqualTo(101);
        assertThat(bed.container("gpu").template()).isTrue();
        assertThat(bed.factsOf("LxcContainer/model").features())
                .containsExactly(
                        new InstalledFeature("app", "3", null),
                        new InstalledFeature("base", "1", "LxcContainer/base"),
                        new InstalledFeature("docker", "27", "LxcContainer/gpu"));
        assertThat(bed.plan("LxcContainer/base")).isEmpty();
        assertThat(bed.plan("LxcContainer/gpu")).isEmpty();
        assertThat(bed.plan("LxcContainer/model")).isEmpty();
    }

    @Test
    @Tag("promise-3")
    void a_diff_of_a_whole_chain_says_what_applying_it_does() {
        bed.apply(
                feature("base", "1"),
                fromTemplate("base", "isTemplate: true", "provision: {features: [{name: base}]}"),
                container("web", "cloneFrom: {name: base}", "provision: {features: [{name: base}]}"));

        assertThat(bed.plan("LxcContainer/web"))
                .containsExactly("clone container web from base", "start container web");
    }

    @Test
    void a_full_clone_goes_where_it_is_asked_to() {
        bed.apply(
                fromTemplate("base", "isTemplate: true"),
                container("copy", "cloneFrom: {name: base}", "rootDisk: {storage: files}"));

        bed.converge("LxcContainer/base", "LxcContainer/copy");

        assertThat(bed.container("copy").config().rootDisk().storage()).isEqualTo("library");
        assertThat(bed.container("copy").clonedFrom()).isNull();
        assertThat(bed.plan("LxcContainer/copy")).isEmpty();
    }

    @Test
    void a_linked_clone_that_is_impossible_is_refused_with_the_reason() {
        bed.apply(
                fromTemplate("plain", "runPolicy: Stopped"),
                container("copy", "cloneFrom: {name: plain, mode: Linked}"));
        bed.converge("LxcContainer/plain");

        assertThatThrownBy(() -> bed.plan("LxcContainer/copy"))
                .isInstanceOf(ReconcileException.class)
                .hasMessageContaining("spec.cloneFrom.mode")
                .hasMessageContaining("it is no template")
                .hasMessageContaining("mode: Full");
    }

    @Test
    void a_running_source_is_cloned_only_from_a_snapshot() {
        bed.apply(
                fromTemplate("plain", "snapshots: [{name: clean}]"),
                container("copy", "cloneFrom: {name: plain}"),
                container("other", "cloneFrom: {name: plain, snapshot: clean}"));
        bed.converge("LxcContainer/plain");

        assertThatThrownBy(() -> bed.plan("LxcContainer/copy")).hasMessageContaining("runs");
        bed.converge("LxcContainer/other");
        assertThat(bed.container("other").running()).isTrue();
    }

    @Test
    @Tag("ask-6")
    void a_clone_gets_its_mounts_by_the_same_way_as_a_change_does() {
        bed.apply(
                fromTemplate("base", "isTemplate: true"),
                container(
                        "web",
                        "cloneFrom: {name: base}",
                        "rootDisk: {storage: fast, size: 12Gi}",
                        "memory: 2Gi",
                        "mounts: [{name: data, path: /data, storage: fast, size: 4Gi}]"));
        bed.converge("LxcContainer/base");

        bed.converge("LxcContainer/web");

        Guests.Observed<?> web = bed.container("web");
        assertThat(bed.container("web").config().mounts()).singleElement().satisfies(mount -> {
            assertThat(mount.path()).isEqualTo("/data");
            assertThat(mount.size()).isEqualTo(ByteSize.ofGi(4));
        });
        assertThat(bed.container("web").config().rootDisk().size()).isEqualTo(ByteSize.ofGi(12));
        assertThat(web.config().memory()).isEqualTo(ByteSize.ofGi(2));
        assertThat(bed.plan("LxcContainer/web")).isEmpty();
    }

    @Test
    @Tag("ask-33")
    void a_template_that_changes_marks_its_clones_stale_and_rebuilds_nothing() {
        bed.apply(
                feature("base", "1"),
                fromTemplate("base", "isTemplate: true", "provision: {features: [{name: base}]}"),
                container("web", "cloneFrom: {name: base}"));
        bed.converge("LxcContainer/base", "LxcContainer/web");
        assertThat(bed.findings("LxcContainer/web")).doesNotContain("SourceChanged");

        bed.person().edit(100, config -> withFeature(config, "feature/base", "2@other"));
        bed.lookAgain();

        assertThat(bed.plan("LxcContainer/web")).isEmpty();
        assertThat(bed.assess("LxcContainer/web").findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo("Stale");
            assertThat(finding.blocksReady()).isFalse();
        });
    }

    private static ai.thinkheads.phoenix.hosts.port.GuestConfig withFeature(
            ai.thinkheads.phoenix.hosts.port.GuestConfig config, String name, String value) {
        return ((ai.thinkheads.phoenix.hosts.port.ContainerConfig) config).mark() == null
                ? config
                : TestConfigs.marked(
                        (ai.thinkheads.phoenix.hosts.port.ContainerConfig) config,
                        config.mark().with(name, value));
    }

    @Test
    @Tag("promise-2")
    void features_of_a_finished_template_need_its_rebuilding_and_that_needs_consent_and_no_clones() {
        bed.apply(
                feature("base", "1"),
                fromTemplate("base", "isTemplate: true", "provision: {features: [{name: base}]}"),
                container("web", "cloneFrom: {name: base}"));
        bed.converge("LxcContainer/base", "LxcContainer/web");
        bed.apply(feature("base", "2"));

        assertThat(bed.findings("LxcContainer/base")).contains("CannotReplace");
        assertThat(bed.plan("LxcContainer/base")).isEmpty();

        bed.apply(container("web", "cloneFrom: {name: base}", "deletionPolicy: Delete"));
        bed.delete("LxcContainer/web");
        assertThat(bed.assess("LxcContainer/base").plan().steps())
                .singleElement()
                .satisfies(step -> assertThat(step.consent()).isEqualTo("replace-container/base"));
        assertThat(bed.converge("LxcContainer/base")).isEmpty();

        bed.consent("LxcContainer/base", "replace-container/base");
        assertThat(bed.converge("LxcContainer/base"))
                .startsWith(
                        "replace container base, since feature base 2 cannot be installed in a template; destroys its root disk")
                .contains("install feature base 2", "make container base a template, for good");
        assertThat(bed.container("base").template()).isTrue();
        assertThat(bed.plan("LxcContainer/base")).isEmpty();
    }

    @Test
    void run_policies_start_shut_down_and_leave_alone() {
        bed.apply(
                fromTemplate("run"),
                fromTemplate("stop", "runPolicy: Stopped"),
                fromTemplate("man", "runPolicy: Manual"));
        bed.converge("LxcContainer/run", "LxcContainer/stop", "LxcContainer/man");
        assertThat(bed.container("run").running()).isTrue();
        assertThat(bed.container("stop").running()).isFalse();
        assertThat(bed.container("man").running()).isFalse();

        bed.person().stop(100);
        bed.person().start(101);
        bed.person().start(102);
        bed.lookAgain();

        assertThat(bed.converge("LxcContainer/run")).containsExactly("start container run");
        assertThat(bed.converge("LxcContainer/stop")).containsExactly("shut down container stop");
        assertThat(bed.converge("LxcContainer/man")).isEmpty();
    }

    @Test
    void a_frozen_container_is_provisioned_first_and_held_then() {
        bed.apply(
                feature("docker", "27"),
                fromTemplate("ice", "runPolicy: Frozen", "provision: {features: [{name: docker}]}"));

        assertThat(bed.converge("LxcContainer/ice"))
                .endsWith("start container ice", "install feature docker 27", "freeze container ice");
        assertThat(bed.container("ice").frozen()).isTrue();
        assertThat(bed.plan("LxcContainer/ice")).isEmpty();

        bed.apply(feature("docker", "28"));
        assertThat(bed.converge("LxcContainer/ice"))
                .containsExactly(
                        "let container ice go on, which is frozen",
                        "bring feature docker from 27 to 28",
                        "freeze container ice");

        bed.person().freeze(100, false);
        bed.lookAgain();
        assertThat(bed.converge("LxcContainer/ice")).containsExactly("freeze container ice");

        bed.apply(fromTemplate("ice", "runPolicy: Stopped", "provision: {features: [{name: docker}]}"));
        assertThat(bed.converge("LxcContainer/ice")).containsExactly("shut down container ice");
        assertThat(bed.container("ice").frozen()).isFalse();
    }

    @Test
    void a_container_that_somebody_froze_goes_on_where_it_should_run_and_is_left_alone_where_people_decide() {
        bed.apply(fromTemplate("run"), fromTemplate("man", "runPolicy: Manual"));
        bed.converge("LxcContainer/run", "LxcContainer/man");
        bed.person().start(101);
        bed.person().freeze(100, true);
        bed.person().freeze(101, true);
        bed.lookAgain();

        assertThat(bed.converge("LxcContainer/run")).containsExactly("let container run go on, which is frozen");
        assertThat(bed.converge("LxcContainer/man")).isEmpty();
        assertThat(bed.container("man").frozen()).isTrue();
    }

    @Test
    void features_of_a_guest_that_people_start_wait_for_that() {
        bed.apply(
                feature("docker", "27"),
                fromTemplate("man", "runPolicy: Manual", "provision: {features: [{name: docker}]}"));
        bed.converge("LxcContainer/man");
        assertThat(bed.findings("LxcContainer/man")).containsExactly("WaitsForStart");

        bed.person().start(100);
        bed.lookAgain();
        assertThat(bed.converge("LxcContainer/man")).containsExactly("install feature docker 27");
    }

    @Test
    void a_stopped_guest_is_started_for_its_features_only() {
        bed.apply(
                feature("docker", "27"),
                fromTemplate("web", "runPolicy: Stopped", "provision: {features: [{name: docker}]}"));

        assertThat(bed.converge("LxcContainer/web")).endsWith("install feature docker 27", "shut down container web");
        assertThat(bed.plan("LxcContainer/web")).isEmpty();
    }

    @Test
    void a_restart_is_done_once_for_a_request() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        bed.clock.sleep(java.time.Duration.ofMinutes(1));
        bed.annotate(
                "LxcContainer/web", Annotations.RESTARTED_AT, bed.clock.now().toString());

        assertThat(bed.converge("LxcContainer/web")).containsExactly("restart container web");
        assertThat(bed.converge("LxcContainer/web")).isEmpty();
        assertThat(bed.loseState().converge("LxcContainer/web")).isEmpty();
        assertThat(bed.factsOf("LxcContainer/web").lastRestart()).isNotNull();

        bed.annotate(
                "LxcContainer/web",
                Annotations.RESTARTED_AT,
                bed.clock.now().plusSeconds(3600).toString());
        assertThat(bed.converge("LxcContainer/web")).containsExactly("restart container web");
        assertThat(bed.converge("LxcContainer/web")).isEmpty();
    }

    @Test
    void snapshots_are_taken_at_their_moments_once_and_deleted_only_with_consent() {
        bed.apply(
                feature("docker", "27"),
                fromTemplate(
                        "web",
                        "snapshots: [{name: clean, when: Created}, {name: ready}]",
                        "provision: {features: [{name: docker}]}"));

        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly(
                        "create container web from debian with 8Gi on guests",
                        "take snapshot clean",
                        "start container web",
                        "install feature docker 27",
                        "take snapshot ready");
        assertThat(bed.plan("LxcContainer/web")).isEmpty();

        bed.apply(fromTemplate("web", "snapshots: [{name: ready}]", "provision: {features: [{name: docker}]}"));
        assertThat(bed.converge("LxcContainer/web")).isEmpty();
        assertThat(bed.findings("LxcContainer/web")).containsExactly("SnapshotKept");

        bed.consent("LxcContainer/web", "delete-snapshot/web/clean");
        assertThat(bed.converge("LxcContainer/web")).containsExactly("delete snapshot clean");
        assertThat(bed.factsOf("LxcContainer/web").snapshots()).containsExactly("ready");
    }

    @Test
    @Tag("ask-35")
    @Tag("promise-2")
    void retained_guests_are_released_and_others_are_destroyed() {
        bed.apply(fromTemplate("keep"), fromTemplate("drop", "deletionPolicy: Delete"));
        bed.converge("LxcContainer/keep", "LxcContainer/drop");

        assertThat(bed.delete("LxcContainer/keep")).containsExactly("release container keep, which stays as it is");
        assertThat(bed.delete("LxcContainer/drop"))
                .containsExactly("shut down container drop", "destroy container drop with its volumes");

        assertThat(bed.guests()).isEqualTo(1);
        assertThat(bed.container(100).config().mark()).isNull();
        assertThat(bed.container(100).running()).isTrue();
    }

    @Test
    void a_template_with_linked_clones_is_not_destroyed() {
        bed.apply(
                fromTemplate("base", "isTemplate: true", "deletionPolicy: Delete"),
                container("web", "cloneFrom: {name: base}"));
        bed.converge("LxcContainer/base", "LxcContainer/web");

        assertThatThrownBy(() -> bed.delete("LxcContainer/base"))
                .isInstanceOf(ReconcileException.class)
                .hasMessageContaining("web (101)");
    }

    @Test
    void a_manifest_that_asks_for_the_impossible_does_not_keep_its_guest_from_going() {
        bed.apply(fromTemplate("web", "deletionPolicy: Delete"));
        bed.converge("LxcContainer/web");
        bed.apply(
                feature("app", "1"),
                fromTemplate(
                        "web",
                        "deletionPolicy: Delete",
                        "gpu: {driver: nvidia, devices: [\"9\"]}",
                        "provision: {features: [{name: app, parameters: {wrong: 1}}]}"));
        assertThatThrownBy(() -> bed.plan("LxcContainer/web")).isInstanceOf(ReconcileException.class);

        bed.delete("LxcContainer/web");
        assertThat(bed.guests()).isZero();
    }

    @Test
    void deleting_a_guest_that_never_was_does_nothing() {
        bed.apply(fromTemplate("web", "deletionPolicy: Delete"));

        assertThat(bed.delete("LxcContainer/web")).isEmpty();
    }
}
