package ai.thinkheads.phoenix.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.daemon.Wire.Answer;
import ai.thinkheads.phoenix.engine.store.StateDirectoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DaemonTest {

    private static final String HOST = """
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Hypervisor
            metadata: {name: lab}
            spec: {driver: simulated}
            """;
    private static final String BRIDGE = """
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: NetworkBridge
            metadata: {name: vmbr7, labels: {a: b, c: d}}
            spec: {address: 10.7.0.1/24}
            """;

    @TempDir
    Path state;

    /** Applies and waits until every resource of the set has been through the pass that the answer names. */
    private static JsonNode converge(RunningDaemon daemon, String query, String yaml) {
        Answer answer = daemon.apply(query, yaml);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode changes = answer.json().at("/changes");
        java.util.Map<String, Long> awaited = new java.util.HashMap<>();
        changes.forEach(change -> awaited.put(
                change.at("/kind").asString() + "/" + change.at("/name").asString(),
                change.at("/awaitPass").asLong()));
        daemon.wire().follow("/phoenix/v1/progress?watch=true&timeoutSeconds=20", activity -> {
            String key =
                    activity.at("/kind").asString() + "/" + activity.at("/name").asString();
            boolean done =
                    List.of("READY", "GONE").contains(activity.at("/state").asString());
            if (done && activity.at("/passes").asLong() >= awaited.getOrDefault(key, Long.MAX_VALUE)) {
                awaited.remove(key);
            }
            return awaited.isEmpty();
        });
        assertThat(awaited).isEmpty();
        return changes;
    }

    @Test
    void one_that_compares_for_a_command_listens_only_when_that_takes_long() throws Exception {
        DaemonConfig config = new DaemonConfig(state).withReconciling(false).withListenAfter(Duration.ofMillis(300));
        try (Daemon daemon = Daemon.start(config)) {
            assertThat(daemon.socket()).doesNotExist();

            for (int i = 0; i < 100 && !Files.exists(daemon.socket()); i++) {
                Thread.sleep(50);
            }

            assertThat(new Wire(daemon.socket()).get("/livez").status()).isEqualTo(200);
        }
        assertThat(config.socket()).doesNotExist();

        Daemon.start(config).close();

        Thread.sleep(400);
        assertThat(config.socket()).as("it ended before its time to listen").doesNotExist();
    }

    @Test
    void in_brief_what_is_done_about_a_resource_is_one_line_until_its_pass_ends() {
        try (RunningDaemon daemon = RunningDaemon.start(state)) {
            List<String> seen = new ArrayList<>();
            List<String> repeated = new ArrayList<>();
            Map<String, Long> busy = new HashMap<>();
            assertThat(daemon.apply("", HOST + BRIDGE).status()).isEqualTo(200);

            daemon.wire().follow("/phoenix/v1/progress?watch=true&brief=true&timeoutSeconds=20", activity -> {
                String name = activity.at("/name").asString();
                String news = name + " " + activity.at("/state").asString();
                long passes = activity.at("/passes").asLong();
                boolean isBusy = List.of("QUEUED", "RUNNING", "RETRYING")
                        .contains(activity.at("/state").asString());
                seen.add(news);
                if (isBusy && busy.getOrDefault(name, -1L) == passes) {
                    repeated.add(news);
                }
                busy.put(name, isBusy ? passes : -1L);
                return seen.containsAll(List.of("lab READY", "vmbr7 READY"));
            });

            assertThat(seen).contains("lab READY", "vmbr7 READY");
            assertThat(repeated).isEmpty();
        }
    }

    private static long changes(RunningDaemon daemon) {
        return daemon.wire().get("/phoenix/v1/counters").json().at("/changes").asLong();
    }

    @Test
    @Tag("promise-1")
    void a_set_converges_and_a_second_apply_changes_nothing() {
        try (RunningDaemon daemon = RunningDaemon.start(state)) {
            JsonNode first = converge(daemon, "", HOST + BRIDGE);
            assertThat(first)
                    .extracting(change -> change.at("/action").asString())
                    .containsOnly("Created");
            assertThat(first.at("/1/steps/0/action").asString()).contains("vmbr7");
            assertThat(changes(daemon)).isPositive();
            long before = changes(daemon);

            JsonNode second = converge(daemon, "", HOST + BRIDGE);
            assertThat(second)
                    .extracting(change -> change.at("/action").asString())
                    .containsOnly("Unchanged");
            assertThat(second).allMatch(change -> change.at("/steps").isEmpty());
            assertThat(changes(daemon)).isEqualTo(before);
            assertThat(daemon.wire()
                            .get("/phoenix/v1/status")
                            .json()
                            .at("/problems")
                            .isEmpty())
                    .isTrue();
            assertThat(daemon.wire()
                            .get("/phoenix/v1/graph")
                            .json()
                            .at("/edges")
                            .size())
                    .isEqualTo(1);
        }
    }

    @Test
    @Tag("promise-3")
    void a_dry_run_prints_the_plan_and_stores_nothing() {
        try (RunningDaemon daemon = RunningDaemon.startIdle(state)) {
            JsonNode planned = daemon.apply("?dryRun=true", HOST + BRIDGE).json();
            assertThat(planned.at("/changes/1/steps/0/action").asString()).contains("create bridge vmbr7");
            assertThat(daemon.wire()
                            .get(Wire.GROUP + "/networkbridges")
                            .json()
                            .at("/items")
                            .isEmpty())
                    .isTrue();
        }
    }

    @Test
    void a_set_with_a_problem_is_refused_whole_with_the_place_of_each() {
        try (RunningDaemon daemon = RunningDaemon.startIdle(state)) {
            Answer answer = daemon.apply("", HOST + """
                    ---
                    apiVersion: phoenix.thinkheads.ai/v1alpha1
                    kind: ZfsDataset
                    metadata: {name: data}
                    spec: {pool: missing, path: data}
                    """);
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.json().at("/details/causes/0/field").asString())
                    .contains("test.yaml:")
                    .contains("spec.pool");
            assertThat(answer.json().at("/details/causes/0/message").asString()).contains("missing");
            assertThat(daemon.wire()
                            .get(Wire.GROUP + "/hypervisors")
                            .json()
                            .at("/items")
                            .isEmpty())
                    .isTrue();
        }
    }

    @Test
    void labels_that_a_manifest_drops_go_and_those_of_others_stay() {
        try (RunningDaemon daemon = RunningDaemon.startIdle(state)) {
            daemon.apply("", HOST + BRIDGE);
            daemon.wire().patch(Wire.GROUP + "/networkbridges/vmbr7", "{\"metadata\":{\"labels\":{\"mine\":\"x\"}}}");
            daemon.apply("", HOST + BRIDGE.replace(", c: d", ""));
            JsonNode labels = daemon.resource("networkbridges", "vmbr7").at("/metadata/labels");
            assertThat(labels.toString()).isEqualTo("{\"a\":\"b\",\"mine\":\"x\"}");
        }
    }

    @Test
    void a_set_is_pruned_of_what_is_no_longer_in_it() {
        try (RunningDaemon daemon = RunningDaemon.start(state)) {
            converge(daemon, "?applySet=home", HOST + BRIDGE);
            JsonNode pruned = converge(daemon, "?applySet=home&prune=true", HOST);
            assertThat(pruned.at("/1/action").asString()).isEqualTo("Pruned");
            assertThat(daemon.wire().get(Wire.GROUP + "/networkbridges/vmbr7").status())
                    .isEqualTo(404);
            assertThat(daemon.apply("?applySet=home&prune=true", "# nothing\n").status())
                    .isEqualTo(400);
        }
    }

    @Test
    void setting_up_applies_what_is_part_of_the_host() {
        try (RunningDaemon daemon = RunningDaemon.startIdle(state)) {
            JsonNode changes = daemon.apply("?scope=Host&dryRun=true", HOST + BRIDGE + """
                    ---
                    apiVersion: phoenix.thinkheads.ai/v1alpha1
                    kind: GuestClass
                    metadata: {name: small}
                    spec: {container: {cores: 1}}
                    """)
                    .json()
                    .at("/changes");
            assertThat(changes)
                    .extracting(change -> change.at("/kind").asString())
                    .containsExactly("Hypervisor", "NetworkBridge");
        }
    }

    @Test
    void a_second_controller_on_one_state_directory_is_refused() {
        try (RunningDaemon daemon = RunningDaemon.startIdle(state)) {
            assertThatThrownBy(() -> Daemon.start(new DaemonConfig(state)))
                    .isInstanceOf(StateDirectoryException.class)
                    .hasMessageContaining(state.toString());
            assertThat(daemon.wire().get("/livez").status()).isEqualTo(200);
        }
    }

    @Test
    void what_was_stored_is_there_after_a_restart_and_a_stale_socket_is_no_obstacle() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.startIdle(state)) {
            daemon.apply("", HOST);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.socket())))
                    .isEqualTo("rw-rw----");
        }
        assertThat(state.resolve("phoenix.sock")).doesNotExist();
        Files.createFile(state.resolve("phoenix.sock"));
        try (RunningDaemon daemon = RunningDaemon.startIdle(state)) {
            assertThat(daemon.resource("hypervisors", "lab").at("/spec/driver").asString())
                    .isEqualTo("simulated");
        }
    }

    @Test
    void a_watch_ends_when_the_controller_stops() {
        RunningDaemon daemon = RunningDaemon.startIdle(state);
        daemon.apply("", HOST);
        List<JsonNode> seen = daemon.wire().follow(Wire.GROUP + "/hypervisors?watch=true", event -> {
            daemon.close();
            return false;
        });
        assertThat(seen).hasSize(1);
    }

    @Test
    void a_state_directory_with_too_long_a_name_is_refused_with_the_reason() {
        Path deep = state.resolve("x".repeat(120));
        assertThatThrownBy(() -> Daemon.start(new DaemonConfig(deep))).hasMessageContaining("shorter state directory");
    }
}
