package ai.thinkheads.phoenix.kinds.guest;

import static ai.thinkheads.phoenix.kinds.guest.GuestBed.fromTemplate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GuestOperationsTest {

    private GuestBed bed;

    @BeforeEach
    void open(@TempDir Path root) {
        bed = new GuestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private GuestOperations operations() {
        return new GuestOperations(bed.views());
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("LxcContainer", name);
    }

    @Test
    void commands_run_in_running_guests_and_their_output_comes_as_it_is_made() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        StringBuilder said = new StringBuilder();

        GuestShell.Result result = operations()
                .exec(
                        key("web"),
                        bed.resources(),
                        List.of("sh", "-c", "cat; exit 3"),
                        "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        Duration.ofSeconds(5),
                        said::append);

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(said.toString()).contains("hello");
    }

    @Test
    @Tag("promise-8")
    void what_cannot_be_done_is_refused_with_what_to_do() {
        bed.apply(fromTemplate("base", "isTemplate: true"), fromTemplate("off", "runPolicy: Stopped"));
        bed.converge("LxcContainer/base", "LxcContainer/off");

        assertThatThrownBy(() -> operations().snapshot(key("base"), bed.resources(), "now", ""))
                .hasMessageContaining("it is a template");
        assertThatThrownBy(() -> operations()
                        .exec(
                                key("off"),
                                bed.resources(),
                                List.of("id"),
                                new byte[0],
                                Duration.ofSeconds(5),
                                text -> {}))
                .hasMessageContaining("phoenixctl start off");
        assertThatThrownBy(() -> operations().rollback(key("off"), bed.resources(), "nope"))
                .hasMessageContaining("no snapshot nope");
        assertThatThrownBy(() -> operations().rollback(key("none"), bed.resources(), "nope"))
                .hasMessageContaining("was not found");
    }

    @Test
    void a_snapshot_of_a_person_is_never_phoenix_to_delete_and_can_be_gone_back_to() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        operations().snapshot(key("web"), bed.resources(), "before", "by hand");

        assertThat(bed.converge("LxcContainer/web")).isEmpty();
        assertThat(bed.findings("LxcContainer/web")).isEmpty();

        operations().rollback(key("web"), bed.resources(), "before");
        assertThat(bed.converge("LxcContainer/web")).containsExactly("start container web");
    }
}
