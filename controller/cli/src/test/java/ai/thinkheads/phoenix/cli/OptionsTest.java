package ai.thinkheads.phoenix.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OptionsTest {

    private static Path folder(String user, String... environment) {
        Map<String, String> all = new java.util.HashMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            all.put(environment[i], environment[i + 1]);
        }
        return new Options(all, user).stateDirectory();
    }

    @Test
    void the_state_is_where_the_environment_says_else_in_a_place_of_the_system_for_root_and_of_the_user_otherwise() {
        assertThat(folder("root")).isEqualTo(Path.of("/var/lib/phoenix"));
        assertThat(folder("alice", "HOME", "/home/alice")).isEqualTo(Path.of("/home/alice/.local/state/phoenix"));
        assertThat(folder("alice", "HOME", "/home/alice", "XDG_STATE_HOME", "/data"))
                .isEqualTo(Path.of("/data/phoenix"));
        assertThat(folder("root", "PHOENIX_STATE_DIR", "/tmp/p", "XDG_STATE_HOME", "/data"))
                .isEqualTo(Path.of("/tmp/p"));
    }
}
