package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.daemon.Daemon;
import ai.thinkheads.phoenix.daemon.DaemonConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input and bad times: nothing is lost, and nothing is half done without being said. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BadTimesTest {

    @TempDir
    Path folder;

    private Path state;
    private Shell shell;
    private String sample;

    @BeforeEach
    void prepare() {
        state = folder.resolve("state");
        shell = new Shell(state);
        sample = Checkout.top().resolve("samples/first-container").toString();
    }

    @Test
    void a_damaged_database_is_named_with_the_way_out() throws IOException {
        shell.run("apply", "-f", sample, "-o", "json");
        Files.writeString(
                state.resolve("phoenix.db"), "this is no database, and has not been one for a while ".repeat(100));
        Files.deleteIfExists(state.resolve("phoenix.db-wal"));

        Shell.Outcome broken = shell.run("get", "all");
        Files.delete(state.resolve("phoenix.db"));
        Files.deleteIfExists(state.resolve("phoenix.db-shm"));
        Shell.Outcome recovered = shell.run("apply", "-f", sample, "-o", "json");

        assertThat(broken.exitCode()).isEqualTo(3);
        assertThat(broken.err())
                .contains("phoenix.db is damaged", "move it away, start again and apply your manifests");
        assertThat(recovered.json().path("host").path("changes").asInt(-1)).isZero();
    }

    @Test
    @Tag("promise-8")
    void a_damaged_machine_of_the_simulated_driver_is_named_with_the_way_out_and_waited_for_by_nobody()
            throws IOException {
        shell.run("apply", "-f", sample, "-o", "json");
        Path machine = state.resolve("simulated/lab/machine.jsonl");
        Files.writeString(machine, "garbage\n" + Files.readString(machine));

        Shell.Outcome outcome = shell.run("apply", "-f", sample, "--timeout", "60s");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out() + outcome.err())
                .contains(machine + " line 1 is damaged; restore the file from a backup, or remove ")
                .doesNotContain("timed out");
    }

    @Test
    void a_state_directory_of_an_older_version_is_migrated_with_all_that_is_in_it() throws IOException {
        shell.run("apply", "-f", sample, "-o", "json");
        Files.delete(state.resolve("format"));
        Files.move(state.resolve("phoenix.db"), state.resolve("state.db"));

        assertThat(shell.run("get", "ct", "-o", "name").out()).isEqualTo("lxccontainer/web\n");
        assertThat(shell.run("apply", "-f", sample, "-o", "json")
                        .json()
                        .path("resources")
                        .path("unchanged")
                        .asInt(0))
                .isEqualTo(9);
        assertThat(state.resolve("format")).hasContent("1");
        assertThat(state.resolve("state.db")).doesNotExist();
    }

    @Test
    void a_state_directory_that_cannot_be_made_or_written_is_named_with_the_way_out() {
        Shell.Outcome outcome = new Shell(Path.of("/proc/phoenix")).run("apply", "-f", sample);

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("/proc/phoenix").contains("--state-dir");
    }

    @Test
    void a_state_directory_of_a_newer_version_is_refused() throws IOException {
        Files.createDirectories(state);
        Files.writeString(state.resolve("format"), "99\n");

        Shell.Outcome outcome = shell.run("get", "all");

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("written by a newer Phoenix", "Install that version");
    }

    @Test
    void a_state_directory_that_is_a_file_is_refused() throws IOException {
        Files.writeString(state, "a file");

        Shell.Outcome outcome = shell.run("apply", "-f", sample);

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("is a file, not a folder");
    }

    @Test
    void a_second_controller_on_one_state_directory_refuses() {
        try (Daemon first = Daemon.start(new DaemonConfig(state))) {
            Throwable refused = org.assertj.core.api.Assertions.catchThrowable(
                    () -> Daemon.start(new DaemonConfig(state)).close());

            assertThat(refused).hasMessageContaining("is in use by another controller");
        }
    }

    @Test
    void a_command_that_comes_while_a_controller_starts_waits_for_it() throws Exception {
        Process controller = spawn("controller");
        for (int i = 0; i < 2000 && !Files.exists(state.resolve("lock")); i++) {
            Thread.sleep(5);
        }

        Shell.Outcome outcome = shell.run("apply", "-f", sample, "-o", "json");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        controller.destroy();
        assertThat(controller.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_controller_told_to_stop_drains_and_exits_with_0() throws Exception {
        Process controller = spawn("controller");
        for (int i = 0; i < 200 && !Files.exists(state.resolve("phoenix.sock")); i++) {
            Thread.sleep(50);
        }
        shell.run("apply", "-f", sample, "-o", "json");

        controller.destroy();

        assertThat(controller.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(controller.exitValue()).isZero();
        assertThat(shell.run("apply", "-f", sample, "-o", "json")
                        .json()
                        .path("host")
                        .path("changes")
                        .asInt(-1))
                .isZero();
    }

    @Test
    void a_command_whose_controller_is_killed_says_so_at_once_and_the_next_one_goes_on() throws Exception {
        Path manifests = withFault("{operation: create-container, type: Refuse, times: 1000}");
        Process controller = spawn("controller");
        for (int i = 0; i < 200 && !Files.exists(state.resolve("phoenix.sock")); i++) {
            Thread.sleep(50);
        }
        CompletableFuture<Shell.Outcome> waiting =
                CompletableFuture.supplyAsync(() -> shell.run("apply", "-f", manifests.toString()));
        for (int i = 0; i < 200 && !shell.run("get", "zpool").out().contains("True"); i++) {
            Thread.sleep(50);
        }

        controller.destroyForcibly();
        Shell.Outcome outcome = waiting.get(10, TimeUnit.SECONDS);

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("the controller went away while this command waited");
        assertThat(shell.run("apply", "-f", sample, "-o", "json").exitCode()).isZero();
    }

    @Test
    @Tag("promise-5")
    void killed_in_the_middle_of_an_apply_the_next_apply_ends_it() throws Exception {
        String resources = Checkout.top().resolve("resources").toString();
        for (int millis : new int[] {700, 1100, 1500, 1900}) {
            Process apply = spawn("apply", "-f", resources);
            apply.waitFor(millis, TimeUnit.MILLISECONDS);
            apply.destroyForcibly().waitFor();
        }

        Shell.Outcome ended = shell.run("apply", "-f", resources, "-o", "json");
        Shell.Outcome again = shell.run("apply", "-f", resources, "-o", "json");

        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
        assertThat(again.json().path("host").path("changes").asInt(-1)).isZero();
    }

    /** The sample on a host on which an operation goes wrong. */
    private Path withFault(String fault) throws IOException {
        Path manifests = Files.createDirectory(folder.resolve("manifests"));
        Files.writeString(
                manifests.resolve("00-host.yaml"),
                Files.readString(Path.of(sample, "00-host.yaml")) + "    faults:\n      - " + fault + "\n");
        Files.copy(Path.of(sample, "10-ground.yaml"), manifests.resolve("10-ground.yaml"));
        Files.copy(Path.of(sample, "20-web.yaml"), manifests.resolve("20-web.yaml"));
        return manifests;
    }

    @Test
    @Tag("promise-8")
    void a_host_that_always_refuses_is_named_with_what_it_said_and_what_waits_for_it() throws IOException {
        Path manifests = withFault("{operation: create-pool, type: Refuse, times: 1000}");

        Shell.Outcome outcome = shell.run("apply", "-f", manifests.toString(), "--timeout", "5s");
        Shell.Outcome status = shell.run("status");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out() + outcome.err()).contains("ZfsPool/tank: could not create pool tank");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.out())
                .containsPattern("Not well:\n  . ZfsPool/tank  HostRefused: ZfsPool/tank: could not create pool tank")
                .containsPattern("Waiting:\n  . ZfsDataset/[a-z]+  waits for ZfsPool/tank\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_apply_that_is_interrupted_says_what_becomes_of_the_work(boolean running) throws Exception {
        Path manifests = withFault("{operation: create-pool, type: Refuse, times: 1000}");
        Process controller = null;
        if (running) {
            controller = spawn("controller");
            for (int i = 0; i < 200 && !Files.exists(state.resolve("phoenix.sock")); i++) {
                Thread.sleep(50);
            }
        }

        Process apply = spawn("apply", "-f", manifests.toString());
        awaitSaid("✓ Hypervisor/lab");
        apply.destroy();
        apply.waitFor();
        if (controller != null) {
            controller.destroyForcibly().waitFor();
        }

        assertThat(apply.exitValue()).as("how the signal ends a process").isEqualTo(143);
        assertThat(said())
                .contains(
                        running
                                ? "phoenixctl: interrupted; the controller goes on with it, and 'phoenixctl status'"
                                        + " shows how"
                                : "phoenixctl: interrupted; nothing is lost: run the command again, and it goes on"
                                        + " from there");
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("spawned.log"));
    }

    private void awaitSaid(String text) throws Exception {
        for (int i = 0; i < 600 && !said().contains(text); i++) {
            Thread.sleep(50);
        }
        assertThat(said()).contains(text);
    }

    /** One that stalls keeps its client waiting for half a minute; that is tried on a clock of its own, with the guests. */
    @ParameterizedTest
    @ValueSource(strings = {"Refuse", "FailTask", "LoseReply", "Garble"})
    @Tag("promise-5")
    @Tag("ask-24")
    void a_host_that_refuses_fails_or_answers_nonsense_once_is_asked_again(String type) throws IOException {
        Path manifests = withFault("{operation: create-container, type: " + type + ", times: 1}");

        Shell.Outcome outcome = shell.run("apply", "-f", manifests.toString(), "-o", "json");

        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(shell.run("get", "ct", "-o", "name").out()).isEqualTo("lxccontainer/web\n");
    }

    @Test
    void hostile_names_and_values_are_refused_or_taken_as_they_are() {
        String evil = """
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Hypervisor
            metadata: {name: ../../etc/passwd}
            spec: {driver: simulated}
            """;
        String longValue = "apiVersion: phoenix.thinkheads.ai/v1alpha1\n"
                + "kind: Hypervisor\n"
                + "metadata: {name: lab}\n"
                + "spec: {driver: simulated, hostname: "
                + "x".repeat(1 << 20) + "}\n";

        assertThat(shell.feed(evil, "apply", "-f", "-").exitCode()).isEqualTo(2);
        Shell.Outcome outcome = shell.feed(longValue, "apply", "-f", "-");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().length()).isLessThan(10_000);
    }

    @Test
    void a_description_with_shell_metacharacters_arrives_as_it_is() throws IOException {
        String value = "it's \\\"quoted\\\" $(rm -rf /) `x` ; && | > <\\nsecond line";
        String web = Files.readString(Path.of(sample, "20-web.yaml")) + "  description: \"" + value + "\"\n";
        shell.run("apply", "-f", sample, "-o", "json");

        Shell.Outcome first = shell.feed(web, "apply", "-f", "-", "-o", "json");
        Shell.Outcome second = shell.feed(web, "apply", "-f", "-", "-o", "json");

        assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
        assertThat(second.json().path("host").path("changes").asInt(-1)).isZero();
    }

    private Process spawn(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dguice_bytecode_gen_option=DISABLED",
                "-cp",
                System.getProperty("java.class.path"),
                "ai.thinkheads.phoenix.cli.Phoenixctl"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("spawned.log").toFile()));
        builder.environment().put("PHOENIX_STATE_DIR", state.toString());
        return builder.start();
    }
}
