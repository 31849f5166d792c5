package ai.thinkheads.phoenix.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** When there is nothing more to wait for. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConvergenceTest {

    private static final Map<String, Long> AWAITED = Map.of("Secret/key", 1L, "Hypervisor/beta", 1L);

    private static boolean isSettled(String secret, String... waitsFor) {
        Map<String, JsonNode> last = new HashMap<>();
        last.put("Secret/key", activity(secret));
        last.put("Hypervisor/beta", activity("WAITING", waitsFor));
        return Convergence.isSettled(AWAITED, last);
    }

    private static JsonNode activity(String state, String... waitsFor) {
        ObjectNode activity =
                JsonMapper.shared().createObjectNode().put("state", state).put("passes", 1);
        List.of(waitsFor).forEach(activity.putArray("waitsFor")::add);
        return activity;
    }

    @Test
    void what_waits_for_something_that_is_ready_by_now_is_about_to_be_woken() {
        assertThat(isSettled("READY", "Secret/key")).isFalse();
        assertThat(isSettled("FAILED", "Secret/key")).isTrue();
        assertThat(isSettled("READY", "Secret/other")).isTrue();
        assertThat(isSettled("READY", "Secret/key", "ZfsPool/tank")).isTrue();
        assertThat(isSettled("READY")).isTrue();
    }
}
