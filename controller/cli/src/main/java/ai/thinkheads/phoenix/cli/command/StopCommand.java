package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.Phoenixctl;
import java.time.Instant;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl stop}. */
public final class StopCommand extends PowerChange {

    StopCommand(Phoenixctl root) {
        super(root, "stop", "Set a guest's runPolicy to Stopped and wait until it is stopped.");
    }

    @Override
    ObjectNode patch(JsonNode resource) {
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        patch.putObject("spec").put("runPolicy", "Stopped");
        return patch;
    }

    @Override
    Predicate<JsonNode> done(Instant asked) {
        return resource -> resource.path("status").path("state").asString("").equals("stopped");
    }

    @Override
    String past() {
        return "stopped";
    }
}
