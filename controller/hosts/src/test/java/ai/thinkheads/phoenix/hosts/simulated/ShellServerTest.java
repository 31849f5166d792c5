package ai.thinkheads.phoenix.hosts.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.command.SshCommands;
import ai.thinkheads.phoenix.hosts.command.SshTarget;
import ai.thinkheads.phoenix.hosts.command.Tally;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.simulated.pve.ShellServer;
import ai.thinkheads.phoenix.hosts.simulated.pve.SimulatedCommands;
import ai.thinkheads.phoenix.hosts.zfs.Disks;
import ai.thinkheads.phoenix.hosts.zfs.Zfs;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's command line over a real ssh client. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ShellServerTest {

    @TempDir
    private Path directory;

    private Lab lab;
    private ShellServer server;
    private SshCommands ssh;

    @BeforeEach
    void start() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/ssh")))
                .as("an ssh client")
                .isTrue();
        lab = new Lab(directory.resolve("machine")).ground();
        Path keys = Files.createDirectory(directory.resolve("keys"));
        server = ShellServer.start(
                new SimulatedCommands(lab.host(), lab.clock()), new InetSocketAddress("127.0.0.1", 0), keys);
        ssh = client(server.clientKey(), server.hostKey());
    }

    private SshCommands client(String key, String hostKey) {
        return new SshCommands(
                new SshTarget("127.0.0.1", server.port(), "root", key, hostKey),
                lab.clock(),
                Path.of(System.getProperty("java.io.tmpdir")));
    }

    @AfterEach
    void stop() {
        if (ssh != null) {
            ssh.close();
            server.close();
        }
    }

    @Test
    void what_drivers_send_arrives_as_it_is_and_the_answer_too() {
        Outcome outcome = ssh.run(new Invocation(
                List.of("sh", "-c", "echo \"$SECRET\"; cat; echo bad >&2; exit 7"),
                Map.of("SECRET", "it's $HOME ünd\nmore"),
                "input ü\n".getBytes(StandardCharsets.UTF_8),
                Duration.ofSeconds(20),
                null));
        assertThat(outcome.stdout()).isEqualTo("it's $HOME ünd\nmore\ninput ü\n");
        assertThat(outcome.stderr().strip()).isEqualTo("bad");
        assertThat(outcome.exitCode()).isEqualTo(7);
        assertThatThrownBy(() -> ssh.run(Invocation.of("frobnicate")))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.NOT_FOUND));
    }

    @Test
    void a_driver_works_over_it() {
        HostCommands programs = new HostCommands(ssh);
        Zfs zfs = new Zfs(programs, lab.clock(), new Tally(), new Disks(programs, "/var/lib/none"));
        assertThat(zfs.readPools()).containsOnlyKeys("tank");
        assertThat(zfs.readDatasets().keySet())
                .isEqualTo(lab.host().read().datasets().keySet());
        programs.write("/etc/motd", "hello\n", "644");
        assertThat(programs.answer("cat", "/etc/motd")).isEqualTo("hello\n");
    }

    @Test
    void another_key_does_not_get_in_and_another_server_is_not_trusted() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        try (ShellServer stranger = ShellServer.start(
                        new SimulatedCommands(lab.host(), lab.clock()), new InetSocketAddress("127.0.0.1", 0), other);
                SshCommands wrongKey = client(stranger.clientKey(), server.hostKey());
                SshCommands wrongHost = client(server.clientKey(), stranger.hostKey())) {
            assertThatThrownBy(() -> wrongKey.run(Invocation.of("true")))
                    .hasMessageContaining("does not accept the key");
            assertThatThrownBy(() -> wrongHost.run(Invocation.of("true"))).hasMessageContaining("host key");
        }
    }
}
