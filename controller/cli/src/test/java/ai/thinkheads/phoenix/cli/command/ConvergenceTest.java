package ai.thinkheads.phoenix.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** When there is nothing more to wait for. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConvergenceTest {

    private static final Map<String, Long> AWAITED = Map.of("Secret/key", 1L, "Hypervisor/beta", 1L);

    private static boolean isSettled(String secret, String detail, boolean quiet) {
        Map<String, JsonNode> last = new HashMap<>();
        last.put("Secret/key", activity(secret, ""));
        last.put("Hypervisor/beta", activity("WAITING", detail));
        return Convergence.isSettled(AWAITED, last, quiet);
    }

    private static JsonNode activity(String state, String detail) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("state", state)
                .put("detail", detail)
                .put("passes", 1);
    }

    @Test
    void what_waits_for_something_that_is_ready_by_now_is_about_to_be_woken() {
        String detail = "waits for Secret/key (spec.shell.key), which is not Ready yet";

        assertThat(isSettled("READY", detail, true)).isFalse();
        assertThat(isSettled("FAILED", detail, true)).isTrue();
        assertThat(isSettled("FAILED", detail, false)).isFalse();
        assertThat(isSettled("READY", "waits for Secret/key (spec.shell.key), which does not exist", true))
                .isTrue();
        assertThat(isSettled("READY", detail + ", and for ZfsPool/tank (spec.pool), which is not Ready yet", true))
                .isTrue();
    }
}
