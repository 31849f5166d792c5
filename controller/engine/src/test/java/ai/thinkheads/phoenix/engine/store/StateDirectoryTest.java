package ai.thinkheads.phoenix.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StateDirectoryTest {

    @TempDir
    Path temp;

    private Path folder() {
        return temp.resolve("state");
    }

    @Test
    void a_new_folder_is_for_its_owner_only_and_says_its_format() throws IOException {
        try (var state = StateDirectory.open(folder())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                    .isEqualTo("rwx------");
            assertThat(folder().resolve("format")).hasContent("1");
            assertThat(state.database()).isEqualTo(folder().resolve("phoenix.db"));
            assertThat(state.socket()).isEqualTo(folder().resolve("phoenix.sock"));
        }
    }

    @Test
    void two_controllers_cannot_have_one_folder() {
        try (var _ = StateDirectory.open(folder())) {
            assertThatThrownBy(() -> StateDirectory.open(folder()))
                    .isInstanceOf(StateDirectoryException.class)
                    .hasMessageContaining("is in use by another controller (process "
                            + ProcessHandle.current().pid() + ")")
                    .hasMessageContaining("--state-dir");
        }
        StateDirectory.open(folder()).close();
    }

    @Test
    void an_older_layout_is_brought_up_to_date() throws IOException {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("state.db"), "old");
        Files.writeString(folder().resolve("state.db-wal"), "old log");

        StateDirectory.open(folder()).close();

        assertThat(folder().resolve("phoenix.db")).hasContent("old");
        assertThat(folder().resolve("phoenix.db-wal")).hasContent("old log");
        assertThat(folder().resolve("state.db")).doesNotExist();
        assertThat(folder().resolve("format")).hasContent("1");
    }

    @Test
    void a_newer_layout_is_refused_with_what_to_install_and_left_alone() throws IOException {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("format"), "7\n");

        assertThatThrownBy(() -> StateDirectory.open(folder()))
                .isInstanceOf(StateDirectoryException.class)
                .hasMessageContaining("format 7, written by a newer Phoenix")
                .hasMessageContaining("Install that version or a newer one");
        assertThat(folder().resolve("format")).hasContent("7");
    }

    @Test
    void a_format_that_is_no_number_is_refused_with_what_to_do() throws IOException {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("format"), "hello");

        assertThatThrownBy(() -> StateDirectory.open(folder()))
                .isInstanceOf(StateDirectoryException.class)
                .hasMessageContaining("does not hold a format version");
    }

    @Test
    void a_file_in_its_place_is_reported() throws IOException {
        Files.writeString(folder(), "a file");

        assertThatThrownBy(() -> StateDirectory.open(folder()))
                .isInstanceOf(StateDirectoryException.class)
                .hasMessageContaining(folder() + " is a file, not a folder");
    }

    @Test
    void a_place_that_cannot_be_written_is_reported() {
        assertThatThrownBy(() -> StateDirectory.open(Path.of("/proc/phoenix")))
                .isInstanceOf(StateDirectoryException.class)
                .hasMessageContaining("/proc/phoenix")
                .hasMessageContaining("--state-dir");
    }

    @Test
    void a_database_of_today_is_not_overwritten_by_one_of_the_old_name() throws IOException {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("phoenix.db"), "today's");
        Files.writeString(folder().resolve("state.db"), "old");

        StateDirectory.open(folder()).close();

        assertThat(folder().resolve("phoenix.db")).hasContent("today's");
        assertThat(folder().resolve("state.db")).hasContent("old");
    }

    @Test
    void a_second_process_is_refused_and_a_killed_one_lets_go() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DirectoryHolder.class.getName(),
                        folder().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var lines = new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("held");
            assertThatThrownBy(() -> StateDirectory.open(folder()))
                    .isInstanceOf(StateDirectoryException.class)
                    .hasMessageContaining("(process " + other.pid() + ")");
        } finally {
            other.destroyForcibly().waitFor();
        }

        StateDirectory.open(folder()).close();
    }
}
