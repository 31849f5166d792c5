package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import java.time.Instant;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl restart}. */
public final class RestartCommand extends PowerChange {

    RestartCommand(Phoenixctl root) {
        super(root, "restart", "Restart a guest once; values that wait for a restart come into force.");
    }

    @Override
    ObjectNode patch(JsonNode resource) {
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        patch.putObject("metadata")
                .putObject("annotations")
                .put(Annotations.RESTARTED_AT, root().clock().instant().toString());
        return patch;
    }

    @Override
    Predicate<JsonNode> done(Instant asked) {
        return resource -> {
            String last = resource.path("status").path("lastRestart").asString("");
            String state = resource.path("status").path("state").asString("");
            // One whose policy is Frozen is held again as soon as it has started.
            return !last.isEmpty()
                    && !Instant.parse(last).isBefore(asked)
                    && (state.equals("running") || state.equals("frozen"));
        };
    }

    @Override
    String past() {
        return "restarted";
    }
}
