package ai.thinkheads.phoenix.hosts.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.SshCommands;
import ai.thinkheads.phoenix.hosts.command.SshTarget;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs on another machine: a real sshd on loopback. */
@Tag("host")
@DisplayNameGeneration(ReplaceUnderscores.class)
class RealSshTest {

    private static final int PORT = 22022;

    @TempDir
    Path folder;

    private Machine machine;
    private Process sshd;
    private SshCommands ssh;

    @BeforeEach
    void open() throws Exception {
        machine = new Machine();
        for (String key : List.of("host", "user", "stranger")) {
            machine.run(
                    "ssh-keygen",
                    "-q",
                    "-t",
                    "ed25519",
                    "-N",
                    "",
                    "-f",
                    folder.resolve(key).toString());
        }
        Files.copy(folder.resolve("user.pub"), folder.resolve("authorized_keys"));
        Files.writeString(
                folder.resolve("config"),
                String.join(
                        "\n",
                        "Port " + PORT,
                        "ListenAddress 127.0.0.1",
                        "HostKey " + folder.resolve("host"),
                        "PidFile " + folder.resolve("pid"),
                        "AuthorizedKeysFile " + folder.resolve("authorized_keys"),
                        "PermitRootLogin prohibit-password",
                        "PasswordAuthentication no",
                        "UsePAM no",
                        "StrictModes no",
                        ""));
        sshd = start();
        ssh = new SshCommands(target("user", "root", "host"), new RealClock(), Path.of("/run/phoenix-test"));
    }

    private Process start() throws Exception {
        Process process = new ProcessBuilder(
                        "/usr/sbin/sshd",
                        "-D",
                        "-e",
                        "-f",
                        folder.resolve("config").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        for (int i = 0;
                i < 100
                        && !machine.tried("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + PORT)
                                .ok();
                i++) {
            Thread.sleep(50);
        }
        return process;
    }

    private SshTarget target(String key, String user, String hostKey) throws Exception {
        return new SshTarget(
                "127.0.0.1",
                PORT,
                user,
                Files.readString(folder.resolve(key)),
                Files.readString(folder.resolve(hostKey + ".pub")));
    }

    @AfterEach
    void close() {
        try {
            if (ssh != null) {
                ssh.close();
            }
        } finally {
            if (sshd != null) {
                cut();
            }
        }
        if (machine != null) {
            machine.close();
        }
    }

    /** Ends the daemon and every connection, as when the wire is cut. */
    private void cut() {
        sshd.descendants().forEach(ProcessHandle::destroyForcibly);
        sshd.destroyForcibly();
        sshd.onExit().join();
    }

    @Test
    void arguments_environment_and_input_arrive_as_they_are() {
        for (String each : List.of("", " ", "it's", "\"q\"", "$(id)", "a\nb", "\\", "*", "ünï", "a;b&c|d>e", "!x")) {
            Outcome outcome = ssh.run(new Invocation(
                    List.of("sh", "-c", "printf '%s|%s|' \"$1\" \"$VALUE\"; cat", "sh", each),
                    Map.of("VALUE", each),
                    each.getBytes(StandardCharsets.UTF_8),
                    Duration.ofSeconds(20),
                    null));
            assertThat(outcome.stdout()).isEqualTo(each + "|" + each + "|" + each);
        }
    }

    @Test
    @Tag("promise-9")
    void the_environment_shows_in_no_argument_at_either_end() {
        CompletableFuture<Outcome> slow = CompletableFuture.supplyAsync(() -> ssh.run(new Invocation(
                List.of("sleep", "2.71"),
                Map.of("TOKEN", "very-secret-9"),
                new byte[0],
                Duration.ofSeconds(20),
                null)));
        String processes = "";
        for (int i = 0; i < 200 && !processes.contains("\nsleep 2.71"); i++) {
            new RealClock().sleep(Duration.ofMillis(50));
            processes = machine.run("ps", "axww", "-o", "args");
            assertThat(processes).doesNotContain("very-secret-9");
        }

        assertThat(processes).contains("\nsleep 2.71");
        assertThat(slow.join().ok()).isTrue();
    }

    @Test
    void exit_codes_come_back_even_255_and_a_missing_program_is_named() {
        for (int code : List.of(0, 1, 124, 127, 137, 255)) {
            assertThat(ssh.run(Invocation.of("sh", "-c", "exit " + code)).exitCode())
                    .isEqualTo(code);
        }
        assertThatThrownBy(() -> ssh.run(Invocation.of("no-such-program")))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.NOT_FOUND));
    }

    @Test
    void what_takes_too_long_is_killed_over_there() {
        Outcome outcome =
                ssh.run(Invocation.of("sh", "-c", "sleep 4712 & sleep 4712").within(Duration.ofSeconds(1)));

        assertThat(outcome.exitCode()).isEqualTo(-1);
        assertThat(machine.run("sh", "-c", "ps axww -o args | grep -c '[s]leep 4712' || true"))
                .isEqualTo("0");
    }

    @Test
    void the_connection_is_shared_and_many_programs_run_side_by_side() {
        ssh.run(Invocation.of("true"));
        List<CompletableFuture<Outcome>> all = IntStream.range(0, 20)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> ssh.run(Invocation.of("sh", "-c", "sleep 0.2; echo " + i))))
                .toList();

        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).join().stdout()).isEqualTo(i + "\n");
        }
        assertThat(machine.run("sh", "-c", "grep -c 'Accepted publickey' " + folder.resolve("log")))
                .isEqualTo("1");
    }

    @Test
    void a_connection_that_breaks_in_the_middle_is_unreachable_and_the_next_command_works_again() throws Exception {
        ssh.run(Invocation.of("true"));
        CompletableFuture<Outcome> running =
                CompletableFuture.supplyAsync(() -> ssh.run(Invocation.of("sh", "-c", "echo begun; sleep 20")));
        Thread.sleep(700);
        cut();

        assertThatThrownBy(running::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.UNREACHABLE));
        assertThatThrownBy(() -> ssh.run(Invocation.of("true")))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.UNREACHABLE))
                .hasMessageContaining("127.0.0.1:" + PORT);
        sshd = start();
        assertThat(ssh.run(Invocation.of("echo", "back")).stdout()).isEqualTo("back\n");
    }

    @Test
    void a_wrong_key_a_wrong_host_and_a_user_who_is_not_root_are_denied() throws Exception {
        denied(target("stranger", "root", "host"), "does not accept the key");
        denied(target("user", "root", "stranger"), "host key");
        denied(target("user", "nobody", "host"), "nobody");
    }

    private void denied(SshTarget target, String words) {
        try (SshCommands other = new SshCommands(target, new RealClock(), Path.of("/run/phoenix-test"))) {
            assertThatThrownBy(() -> other.run(Invocation.of("true")))
                    .isInstanceOfSatisfying(
                            HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.DENIED))
                    .hasMessageContaining(words);
        }
    }

    @Test
    @Tag("promise-9")
    void nothing_of_the_key_is_left_after_closing() throws Exception {
        ssh.run(Invocation.of("true"));
        assertThat(machine.run("sh", "-c", "stat -c %a /run/phoenix-test/phx-ssh*"))
                .isEqualTo("700");
        ssh.close();

        assertThat(machine.run("sh", "-c", "ls /run/phoenix-test | wc -l")).isEqualTo("0");
        ssh = null;
    }
}
