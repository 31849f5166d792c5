package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that stands by itself, in a process of its own, with the ssh of this computer. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SimulateTest {

    @TempDir
    private Path state;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly();
            process.waitFor(20, TimeUnit.SECONDS);
        }
    }

    /** A process and what it said until the manifest's last line. */
    private record Machine(Process process, String said, String port) {}

    private Machine simulate(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "ai.thinkheads.phoenix.cli.Phoenixctl",
                "simulate",
                "--listen",
                "127.0.0.1:0",
                "--shell",
                "127.0.0.1:0"));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(Map.of("PHOENIX_STATE_DIR", state.toString()));
        builder.redirectErrorStream(true);
        Process process = builder.start();
        processes.add(process);
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            said.append(line).append('\n');
            if (line.contains("hostKey: ")) {
                break;
            }
        }
        String text = said.toString();
        assertThat(text).contains("hostKey: ecdsa-sha2-nistp256 ");
        return new Machine(process, text, text.replaceFirst("(?s).*port: (\\d+).*", "$1"));
    }

    private static String fingerprint(Machine machine) {
        return machine.said().replaceFirst("(?s).*fingerprint: +(\\S+).*", "$1");
    }

    private String ssh(Machine machine, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "ssh",
                        "-n",
                        "-T",
                        "-p",
                        machine.port(),
                        "-i",
                        state.resolve("machines/id_phoenix").toString(),
                        "-o",
                        "IdentitiesOnly=yes",
                        "-o",
                        "LogLevel=ERROR",
                        "-o",
                        "StrictHostKeyChecking=no",
                        "-o",
                        "UserKnownHostsFile=/dev/null",
                        "root@127.0.0.1",
                        command)
                .redirectErrorStream(true)
                .start();
        processes.add(process);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return said + "exit " + process.exitValue();
    }

    @Test
    void a_machine_is_worked_on_by_ssh_and_goes_on_after_it_was_switched_off() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/ssh")))
                .as("an ssh client")
                .isTrue();
        Machine machine = simulate();
        assertThat(machine.said())
                .contains(
                        "ssh -n -p " + machine.port(),
                        "type: ssh",
                        "(not shown again)",
                        "PVEAPIToken=root@pam!phoenix=")
                .contains("stands at https://127.0.0.1:");
        assertThat(ssh(machine, "hostname; whoami")).isEqualTo("pve\nroot\nexit 0");
        assertThat(ssh(machine, "zpool create -O compression=zstd tank mirror nvme0n1 nvme1n1 && zfs create tank/a"))
                .isEqualTo("exit 0");
        assertThat(ssh(machine, "zfs get -H -o value,source compression tank/a"))
                .isEqualTo("zstd\tinherited from tank\nexit 0");
        assertThat(ssh(machine, "frobnicate")).contains("frobnicate: not found").endsWith("exit 127");

        Shell.Outcome second = new Shell(state).run("simulate", "--listen", "127.0.0.1:0", "--shell", "127.0.0.1:0");
        assertThat(second.exitCode()).as(second.err()).isEqualTo(3);
        assertThat(second.err()).startsWith("phoenixctl: ").doesNotContain("\tat ");

        machine.process().destroy();
        assertThat(machine.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(machine.process().exitValue()).isZero();

        Machine again = simulate();
        assertThat(again.said()).contains("as before, in ").doesNotContain("(not shown again)");
        assertThat(fingerprint(again)).isEqualTo(fingerprint(machine));
        assertThat(ssh(again, "zfs list -H -o name | sort")).isEqualTo("tank\ntank/a\nexit 0");
    }

    @Test
    void the_release_before_may_stand_there_and_no_other() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/ssh")))
                .as("an ssh client")
                .isTrue();
        assertThat(ssh(simulate("--release", "8.4"), "pveversion")).startsWith("pve-manager/8.4.2/");

        Shell.Outcome seven = new Shell(state).run("simulate", "--release", "7");
        assertThat(seven.exitCode()).isEqualTo(2);
        assertThat(seven.err()).contains("--release 7 is none of 8.4 and 9");
    }

    @Test
    void an_address_without_a_port_is_refused() {
        Shell.Outcome outcome = new Shell(state).run("simulate", "--shell", "somewhere");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("127.0.0.1:2222");
    }
}
