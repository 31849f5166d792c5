package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.daemon.Daemon;
import ai.thinkheads.phoenix.daemon.DaemonConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl} as people and scripts use it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CommandLineTest {

    @TempDir
    Path folder;

    private Shell shell;
    private String sample;

    @BeforeEach
    void prepare() {
        shell = new Shell(folder.resolve("state"));
        sample = Checkout.top().resolve("samples/first-container").toString();
    }

    @Test
    void a_misspelt_verb_gets_a_suggestion_and_exit_code_2() {
        Shell.Outcome outcome = shell.run("aply");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("phoenixctl: there is no verb 'aply'; did you mean 'apply'?\n");
        assertThat(shell.run("apply", "--fil", "x").err()).contains("--filename");
    }

    @Test
    @Tag("promise-8")
    void a_misspelt_name_gets_a_suggestion_and_exit_code_1() {
        shell.run("apply", "-f", sample, "-o", "json");

        for (String[] command : new String[][] {
            {"get", "ct", "wbe"},
            {"describe", "ct/wbe"},
            {"delete", "ct", "wbe"},
            {"wait", "--for=condition=Ready", "ct/wbe"},
            {"reconcile", "ct/wbe"},
            {"annotate", "ct/wbe", "a=b"},
            {"stop", "wbe"}
        }) {
            Shell.Outcome outcome = shell.run(command);

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err()).contains("'wbe'; did you mean web?");
        }
    }

    @Test
    void a_misspelt_kind_gets_a_suggestion_and_exit_code_2() {
        Shell.Outcome outcome = shell.run("get", "contaner");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("there is no kind 'contaner'; did you mean container");
    }

    @Test
    @Tag("promise-8")
    void an_invalid_manifest_is_refused_whole_with_all_its_problems() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.yaml"), """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Hypervisor
                metadata: {name: lab}
                spec: {driver: simulated}
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: LxcContainer
                metadata: {name: web}
                spec:
                  memry: 1Gi
                  cores: many
                  network:
                    interfaces:
                      - {bridge: vmbr0, address: 10.0.0.300/24}
                """);

        Shell.Outcome outcome = shell.run("apply", "-f", file.toString());

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(file + ":10:")
                .contains("memory")
                .contains(file + ":11:")
                .contains(file + ":14:");
        assertThat(shell.run("get", "all", "-o", "json").document().path("items"))
                .isEmpty();
    }

    @Test
    @Tag("promise-8")
    void a_missing_reference_is_refused_with_the_nearest_name() throws IOException {
        String manifests = Files.readString(Path.of(sample, "00-host.yaml")) + "---\n"
                + Files.readString(Path.of(sample, "10-ground.yaml")) + "---\n"
                + Files.readString(Path.of(sample, "20-web.yaml")).replace("bridge: vmbr0", "bridge: vmbr00");

        Shell.Outcome outcome = shell.feed(manifests, "apply", "-f", "-");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("NetworkBridge/vmbr00 does not exist; did you mean vmbr0?");
        assertThat(shell.run("get", "all", "-o", "json").document().path("items"))
                .isEmpty();
    }

    @Test
    void a_url_is_refused() {
        Shell.Outcome outcome = shell.run("apply", "-f", "https://example.com/all.yaml");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("a URL is not applied; download the file");
    }

    @Test
    void a_file_that_is_not_there_and_an_empty_folder_are_named() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        assertThat(shell.run("apply", "-f", folder.resolve("none.yaml").toString())
                        .err())
                .contains("none.yaml: no such file or folder");
        assertThat(shell.run("apply", "-f", empty.toString()).err()).contains("no .yaml, .yml or .json file there");
    }

    @Test
    void without_a_controller_a_named_server_is_exit_code_3() {
        Shell.Outcome outcome = shell.run("get", "ct", "--server", "unix://" + folder.resolve("nobody.sock"));

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("no controller answers at unix://");
    }

    @Test
    void get_prints_tables_names_yaml_and_json() {
        shell.run("apply", "-f", sample, "-o", "json");

        assertThat(shell.run("get", "ct").out()).contains("NAME", "VMID", "STATE", "web", "running");
        assertThat(shell.run("get", "ct", "-o", "name").out()).isEqualTo("lxccontainer/web\n");
        assertThat(shell.run("get", "ct/web", "-o", "yaml").out())
                .contains("kind: LxcContainer", "vmid:")
                // Other programs read this too: a string that looks like a number stays a string.
                .containsPattern("resourceVersion: \"\\d+\"")
                .containsPattern("creationTimestamp: \"20");
        assertThat(shell.run("get", "ct", "-o", "wide").out())
                .containsPattern("NAME +READY +STATUS +VMID +STATE +ADDRESS +CORES +MEMORY +FEATURES +AGE +MESSAGE")
                .containsPattern("web +True +Matches +[0-9]+ +running +[^ ]+ +[0-9]+ +1Gi");
        assertThat(shell.run("get", "ct", "web", "-o", "json")
                        .document()
                        .path("status")
                        .path("state")
                        .asString(""))
                .isEqualTo("running");
        assertThat(shell.run("get", "all").out()).contains("ct/web", "zpool/tank", "br/vmbr0");
        assertThat(shell.run("get", "vm").err()).contains("No resources found.");
        assertThat(shell.run("get", "ct", "wbe").exitCode()).isEqualTo(1);
    }

    @Test
    void a_watch_goes_on_below_the_table_in_its_columns_until_the_controller_ends() throws Exception {
        shell.run("apply", "-f", sample, "-o", "json");
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        Thread watcher;
        try (Daemon controller = Daemon.start(new DaemonConfig(folder.resolve("state")))) {
            watcher = Thread.ofVirtual().start(() -> shell.run(seen, "get", "ct", "-w"));
            await(seen, "running");
            shell.run("stop", "web");
            await(seen, "stopped");
        }
        watcher.join(10_000);

        List<String> lines = seen.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines.getFirst()).startsWith("NAME").doesNotContain("MESSAGE");
        int state = lines.getFirst().indexOf("STATE");
        assertThat(lines.getFirst().substring(0, state)).endsWith("   ");
        assertThat(lines.getLast().split(" {3,}"))
                .hasSameSizeAs(lines.getFirst().split(" {3,}"));
        assertThat(watcher.isAlive()).isFalse();
    }

    @Test
    void a_watch_of_yaml_shows_each_change_as_a_document() throws Exception {
        shell.run("apply", "-f", sample, "-o", "json");
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        try (Daemon controller = Daemon.start(new DaemonConfig(folder.resolve("state")))) {
            Thread.ofVirtual().start(() -> shell.run(seen, "get", "ct/web", "-w", "-o", "yaml"));
            await(seen, "state: running");
            shell.run("stop", "web");
            await(seen, "state: stopped");
        }

        assertThat(seen.toString(StandardCharsets.UTF_8))
                .startsWith("---\napiVersion:")
                .contains("\n---\n");
    }

    private static void await(ByteArrayOutputStream seen, String text) throws InterruptedException {
        for (int i = 0; i < 400 && !seen.toString(StandardCharsets.UTF_8).contains(text); i++) {
            Thread.sleep(25);
        }
        assertThat(seen.toString(StandardCharsets.UTF_8)).contains(text);
    }

    @Test
    void json_is_one_document_whether_apply_waits_or_not_or_only_shows_its_plan() {
        Shell.Outcome plan = shell.run("apply", "-f", sample, "--dry-run", "-o", "json");
        assertThat(plan.document()).hasSize(9);
        assertThat(shell.run("get", "all").err()).contains("No resources found.");

        try (Daemon controller = Daemon.start(new DaemonConfig(folder.resolve("state")))) {
            Shell.Outcome outcome = shell.run("apply", "-f", sample, "--no-wait", "-o", "json");

            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.document().path("resources").path("created").asInt(0))
                    .isEqualTo(9);
            assertThat(outcome.document().path("total").asInt(0)).isEqualTo(9);
        }
    }

    @Test
    @Tag("promise-3")
    void a_difference_that_asks_nothing_of_the_host_is_shown_by_field() {
        shell.run("apply", "-f", sample, "-o", "json");
        shell.run("stop", "web");
        shell.run("start", "web");

        Shell.Outcome diff = shell.run("diff", "-f", sample);

        assertThat(diff.exitCode()).isEqualTo(1);
        assertThat(diff.out())
                .contains("~ LxcContainer/web\n    spec.runPolicy: no longer set, was Running\n")
                .contains("0 steps on the host");
        assertThat(shell.run("diff", "-f", sample, "-o", "json").json())
                .anySatisfy(change -> assertThat(change.path("fields").toString())
                        .isEqualTo("[{\"field\":\"spec.runPolicy\",\"from\":\"Running\"}]"));
    }

    @Test
    @Tag("promise-9")
    void a_changed_secret_is_a_difference_without_its_value() {
        String secret = """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Secret
                metadata: {name: key}
                spec: {stringData: {token: hunter2}}
                """;
        shell.feed(secret, "apply", "-f", "-", "-o", "json");

        Shell.Outcome diff = shell.feed(secret.replace("hunter2", "hunter3"), "diff", "-f", "-");

        assertThat(diff.out()).contains("~ Secret/key").doesNotContain("hunter");
    }

    @Test
    void describe_shows_conditions_dependencies_plan_and_events() {
        shell.run("apply", "-f", sample, "-o", "json");

        assertThat(shell.run("describe", "ct", "web").out())
                .contains(
                        "LxcContainer/web",
                        "Ready",
                        "LxcTemplate/debian-13 (spec.template)",
                        "Last plan:",
                        "Events:",
                        "CreateGuest");
    }

    @Test
    void status_is_one_screen_and_says_that_all_is_well() {
        shell.run("apply", "-f", sample, "-o", "json");

        Shell.Outcome outcome = shell.run("status");

        assertThat(outcome.exitCode()).as(outcome.out()).isZero();
        assertThat(outcome.out()).contains("lab", "tank", "ct/web", "resources are ready");
    }

    @Test
    void explain_and_api_resources_need_no_controller() {
        assertThat(shell.run("explain", "ct.spec.network").out()).contains("LxcContainer", "interfaces");
        assertThat(shell.run("explain", "ct.spec.netwrk").err()).contains("network");
        assertThat(shell.run("api-resources").out()).contains("lxccontainers", "ct");
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void validate_checks_a_folder_without_a_controller() {
        Shell.Outcome outcome =
                shell.run("validate", "-f", Checkout.top().resolve("resources").toString());

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("resources are valid");
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void graph_draws_text_mermaid_and_dot() {
        assertThat(shell.run("graph", "-f", sample).out()).contains("LxcContainer/web");
        assertThat(shell.run("graph", "-f", sample, "-o", "mermaid").out())
                .startsWith("graph LR")
                .contains("LxcContainer_web --> LxcTemplate_debian_13");
        assertThat(shell.run("graph", "-f", sample, "-o", "dot").out())
                .startsWith("digraph")
                .contains("\"LxcContainer/web\" -> \"NetworkBridge/vmbr0\"");
    }

    @Test
    void a_guest_is_stopped_started_restarted_and_frozen_by_name_and_by_vmid() {
        shell.run("apply", "-f", sample, "-o", "json");
        String vmid = shell.run("get", "ct", "web", "-o", "json")
                .document()
                .path("status")
                .path("vmid")
                .asString("");

        assertThat(shell.run("stop", "web").exitCode()).isZero();
        assertThat(state()).isEqualTo("stopped");
        assertThat(shell.run("start", vmid).exitCode()).isZero();
        assertThat(state()).isEqualTo("running");
        assertThat(shell.run("restart", "ct/web").exitCode()).isZero();
        assertThat(shell.run("freeze", "web").exitCode()).isZero();
        assertThat(state()).isEqualTo("frozen");
        assertThat(shell.run("exec", "web", "--", "true").err())
                .contains("it is frozen; let it go on first: phoenixctl start web");
        assertThat(shell.run("start", "web").exitCode()).isZero();
        assertThat(state()).isEqualTo("running");
        assertThat(shell.run("stop", "wbe").err()).contains("did you mean web?");
    }

    @Test
    @Tag("ask-27")
    void exec_gives_back_output_and_exit_code_and_feeds_standard_input() {
        shell.run("apply", "-f", sample, "-o", "json");

        assertThat(shell.run("exec", "web", "--", "hostname").out()).isEqualTo("web\n");
        assertThat(shell.run("exec", "web", "--", "sh", "-c", "exit 7").exitCode())
                .isEqualTo(7);
        assertThat(shell.feed("hello", "exec", "-i", "web", "--", "cat").out()).contains("hello");
    }

    @Test
    @Tag("promise-3")
    void a_diff_that_could_not_look_at_the_host_does_not_say_that_nothing_would_change() throws IOException {
        shell.run("apply", "-f", sample, "-o", "json");
        try (Stream<Path> files = Files.walk(folder.resolve("state/simulated"))) {
            for (Path file :
                    files.filter(each -> each.endsWith("machine.jsonl")).toList()) {
                Files.writeString(file, "{\"format\":1}\nnonsense\n");
            }
        }

        Shell.Outcome outcome = shell.run("diff", "-f", sample);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).contains("! LxcContainer/web", "is damaged", " not compared; 0 steps");
    }

    @Test
    void a_snapshot_is_taken_and_a_rollback_needs_a_yes() {
        shell.run("apply", "-f", sample, "-o", "json");

        assertThat(shell.run("snapshot", "web", "before").exitCode()).isZero();
        assertThat(shell.run("snapshot", "web", "before", "--rollback").exitCode())
                .isEqualTo(2);
        assertThat(shell.run("snapshot", "web", "before", "--rollback", "--yes").exitCode())
                .isZero();
    }

    @Test
    @Tag("promise-2")
    void delete_leaves_the_container_and_destroy_takes_it() {
        shell.run("apply", "-f", sample, "-o", "json");

        Shell.Outcome released = shell.run("delete", "ct", "web");
        Shell.Outcome again = shell.run("apply", "-f", sample, "-o", "json");
        shell.run("delete", "ct", "web", "--destroy");
        Shell.Outcome anew = shell.run("diff", "-f", sample);

        assertThat(released.out()).contains("left as it is", "is gone");
        assertThat(again.json().path("host").path("changes").asInt(9))
                .as("adopting writes the mark")
                .isLessThanOrEqualTo(1);
        assertThat(anew.out()).contains("+ LxcContainer/web", "create");
    }

    @Test
    @Tag("promise-1")
    void what_manifests_name_is_deleted_once_and_a_second_time_is_no_failure() {
        shell.run("apply", "-f", sample, "-o", "json");

        Shell.Outcome first = shell.run("delete", "-f", sample, "--destroy");
        Shell.Outcome second = shell.run("delete", "-f", sample, "--destroy");

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).contains("LxcContainer/web is being deleted, its object on the host destroyed");
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(second.err()).contains("there is no LxcContainer 'web'");
    }

    @Test
    void a_name_that_is_not_there_keeps_no_other_from_being_deleted() {
        shell.run("apply", "-f", sample, "-o", "json");

        Shell.Outcome outcome = shell.run("delete", "ct", "nobody", "web");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("there is no LxcContainer 'nobody'");
        assertThat(outcome.out()).contains("LxcContainer/web is gone");
    }

    @Test
    void a_resource_in_use_cannot_go_away() {
        shell.run("apply", "-f", sample, "-o", "json");

        Shell.Outcome outcome = shell.run("delete", "zpool", "tank", "--timeout", "1s");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("is in use by", "ZfsDataset/guests");
    }

    @Test
    void create_fails_for_what_exists() {
        String host = Path.of(sample, "00-host.yaml").toString();

        assertThat(shell.run("create", "-f", host).exitCode()).isZero();
        Shell.Outcome again = shell.run("create", "-f", host);

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("Hypervisor/lab exists already");
    }

    @Test
    @Tag("ask-36")
    void prune_deletes_only_what_its_set_brought() throws IOException {
        Path manifests = Files.createDirectory(folder.resolve("manifests"));
        for (String file : new String[] {"00-host.yaml", "10-ground.yaml", "20-web.yaml"}) {
            Files.copy(Path.of(sample, file), manifests.resolve(file));
        }
        shell.run("apply", "-f", manifests.toString(), "--set", "lab", "-o", "json");
        shell.feed(
                Files.readString(Path.of(sample, "20-web.yaml"))
                        .replace("name: web", "name: other")
                        .replace("10.0.0.20", "10.0.0.21"),
                "apply",
                "-f",
                "-",
                "-o",
                "json");
        Files.delete(manifests.resolve("20-web.yaml"));

        Shell.Outcome plan = shell.run("diff", "-f", manifests.toString(), "--set", "lab", "--prune");
        Shell.Outcome pruned = shell.run("apply", "-f", manifests.toString(), "--set", "lab", "--prune", "-o", "json");

        assertThat(plan.out()).contains("- LxcContainer/web").doesNotContain("LxcContainer/other");
        assertThat(pruned.exitCode()).as(pruned.out() + pruned.err()).isZero();
        assertThat(shell.run("get", "ct", "-o", "name").out()).isEqualTo("lxccontainer/other\n");
        assertThat(shell.run("apply", "-f", manifests.toString(), "--prune").exitCode())
                .isEqualTo(2);
    }

    @Test
    void wait_waits_for_conditions_fields_and_deletion() {
        shell.run("apply", "-f", sample, "-o", "json");

        assertThat(shell.run("wait", "--for=condition=Ready", "all").exitCode()).isZero();
        assertThat(shell.run("wait", "--for=jsonpath={.status.state}=running", "ct/web")
                        .exitCode())
                .isZero();
        assertThat(shell.run("wait", "--for=condition=Stale", "ct/web", "--timeout", "1s")
                        .exitCode())
                .isEqualTo(1);
        assertThat(shell.run("wait", "--for=delete", "ct/none").exitCode()).isZero();
    }

    @Test
    void setup_applies_host_kinds_only() {
        Shell.Outcome outcome = shell.run("setup", "-f", sample);

        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(shell.run("get", "ct").err()).contains("No resources found");
        assertThat(shell.run("get", "zpool").out()).contains("tank");
    }

    @Test
    void events_and_reconcile_and_converge_work() {
        shell.run("apply", "-f", sample, "-o", "json");

        assertThat(shell.run("events").out()).contains("CreatePool", "LxcContainer/web");
        assertThat(shell.run("events", "--for", "ct/web").out())
                .contains("CreateGuest")
                .doesNotContain("CreatePool");
        assertThat(shell.run("reconcile", "all").out()).contains("0 changes on the host");
        assertThat(shell.run("converge", "web").exitCode()).isZero();
    }

    @Test
    void converge_checks_the_features_of_a_guest_and_repairs_what_is_no_longer_in_place() {
        String lesson = Checkout.top().resolve("samples/health-checks").toString();
        shell.run("apply", "-f", lesson, "-o", "json");
        shell.run("exec", "web", "--", "systemctl", "stop", "nginx");
        assertThat(shell.run("exec", "web", "--", "systemctl", "is-active", "nginx")
                        .exitCode())
                .isNotZero();

        Shell.Outcome outcome = shell.run("converge", "web");

        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(shell.run("exec", "web", "--", "systemctl", "is-active", "nginx")
                        .out())
                .isEqualTo("active\n");
        assertThat(shell.run("diff", "-f", lesson).exitCode()).isZero();
    }

    @Test
    void there_are_completions_for_three_shells() {
        assertThat(shell.run("completion", "bash").out()).contains("phoenixctl");
        assertThat(shell.run("completion", "zsh").out()).contains("phoenixctl");
        assertThat(shell.run("completion", "fish").out()).contains("complete -c phoenixctl");
        assertThat(shell.run("completion", "csh").exitCode()).isEqualTo(2);
    }

    @Test
    @Tag("ask-5")
    void a_mount_that_is_added_never_replaces_the_container() throws IOException {
        shell.run("apply", "-f", sample, "-o", "json");
        JsonNode before = shell.run("get", "ct", "web", "-o", "json").document();
        String more = Files.readString(Path.of(sample, "20-web.yaml"))
                + "  mounts:\n    - {name: data, path: /data, storage: guests, size: 4Gi}\n";

        Shell.Outcome plan = shell.feed(more, "diff", "-f", "-");
        Shell.Outcome applied = shell.feed(more, "apply", "-f", "-", "-o", "json");

        assertThat(plan.out()).contains("~ LxcContainer/web").doesNotContain("Replace", "DestroysData");
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isZero();
        JsonNode after = shell.run("get", "ct", "web", "-o", "json").document();
        assertThat(after.path("status").path("vmid"))
                .isEqualTo(before.path("status").path("vmid"));
    }

    private String state() {
        return shell.run("get", "ct", "web", "-o", "json")
                .document()
                .path("status")
                .path("state")
                .asString("");
    }
}
