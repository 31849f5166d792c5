package ai.thinkheads.phoenix.hosts.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LocalCommandsTest {

    private static final List<String> STRANGE =
            List.of("", " ", "it's", "\"quoted\"", "$(id)", "`id`", "a\nb", "\\", "*", "-n", "ünï", "a;b&c|d>e");

    private final LocalCommands commands = new LocalCommands();

    @AfterEach
    void close() {
        commands.close();
    }

    private Outcome sh(String script) {
        return commands.run(Invocation.of("sh", "-c", script));
    }

    @Test
    void arguments_arrive_as_they_are() {
        for (String each : STRANGE) {
            assertThat(commands.run(Invocation.of("printf", "%s", each)).stdout())
                    .isEqualTo(each);
        }
    }

    @Test
    @Tag("promise-9")
    void environment_and_input_arrive_as_they_are_and_show_in_no_argument() {
        for (String each : STRANGE) {
            Outcome outcome = commands.run(new Invocation(
                    List.of("sh", "-c", "printf '%s|' \"$SECRET\"; cat; tr '\\0' ' ' </proc/$$/cmdline >&2"),
                    Map.of("SECRET", each),
                    each.getBytes(StandardCharsets.UTF_8),
                    Duration.ofSeconds(10),
                    null));
            assertThat(outcome.stdout()).isEqualTo(each + "|" + each);
            if (each.length() > 4) {
                assertThat(outcome.stderr()).doesNotContain(each);
            }
        }
    }

    @Test
    void a_failure_is_an_outcome_with_its_code_and_what_was_said() {
        Outcome outcome = sh("echo out; echo err >&2; exit 7");

        assertThat(outcome).isEqualTo(new Outcome(7, "out\n", "err\n"));
    }

    @Test
    void a_program_that_is_not_there_is_not_found() {
        assertThatThrownBy(() -> commands.run(Invocation.of("no-such-program")))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.NOT_FOUND))
                .hasMessageContaining("no-such-program");
    }

    @Test
    void programs_of_the_system_are_found_whatever_the_path_is() {
        try (LocalCommands bare = new LocalCommands("/nowhere")) {
            assertThat(bare.run(Invocation.of("true")).ok()).isTrue();
        }
    }

    @Test
    void what_takes_too_long_is_killed_with_all_its_children() {
        Outcome outcome = commands.run(Invocation.of("sh", "-c", "echo begun; sh -c 'sleep 4711 & sleep 4711'")
                .within(Duration.ofMillis(300)));

        assertThat(outcome.exitCode()).isEqualTo(-1);
        assertThat(outcome.stdout()).isEqualTo("begun\n");
        assertThat(ProcessHandle.allProcesses()
                        .filter(each -> each.info().commandLine().orElse("").endsWith("sleep 4711"))
                        .filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void a_child_that_keeps_the_output_open_does_not_keep_us() {
        assertThat(sh("echo done; sleep 3 & exit 0").stdout()).isEqualTo("done\n");
    }

    @Test
    void megabytes_of_errors_leave_their_end_and_megabytes_of_input_need_not_be_read() {
        Outcome outcome = sh("head -c 5000000 /dev/zero | tr '\\0' x >&2; echo last >&2");
        assertThat(outcome.stderr()).hasSize(LocalCommands.STDERR_BOUND).endsWith("xlast\n");

        assertThat(commands.run(Invocation.of("true").with(new byte[4 << 20])).ok())
                .isTrue();
    }

    @Test
    void whoever_listens_hears_both_streams_in_whole_characters() {
        StringBuffer heard = new StringBuffer();
        commands.run(new Invocation(
                List.of("sh", "-c", "printf 'sn\\303'; sleep 0.1; printf '\\266 '; echo err >&2"),
                Map.of(),
                new byte[0],
                Duration.ofSeconds(10),
                heard::append));

        assertThat(heard.toString()).contains("err\n");
        assertThat(heard.toString().replace("err\n", "")).contains("snö");
    }

    @Test
    void ssh_takes_the_environment_from_standard_input() {
        byte[] preamble = SshCommands.preamble(Map.of("B", "it's $(id)\nx", "A", "1"));

        assertThat(new String(preamble, StandardCharsets.UTF_8))
                .isEqualTo("export A='1'\nexport B='it'\\''s $(id)\nx'\nphoenix_whole=yes\n");
        assertThatThrownBy(() -> SshCommands.preamble(Map.of("A;reboot", "1"))).isInstanceOf(HostException.class);
    }

    @Test
    void a_host_key_is_taken_with_or_without_a_name() {
        assertThat(SshCommands.knownHost("ssh-ed25519 AAAA me@here")).isEqualTo("phoenix ssh-ed25519 AAAA\n");
        assertThat(SshCommands.knownHost("[10.0.0.1]:22 ecdsa-sha2-nistp256 BBBB"))
                .isEqualTo("phoenix ecdsa-sha2-nistp256 BBBB\n");
        assertThatThrownBy(() -> SshCommands.knownHost("nonsense")).isInstanceOf(HostException.class);
    }
}
