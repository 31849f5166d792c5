package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.Phoenixctl;
import java.time.Instant;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl start}. */
public final class StartCommand extends PowerChange {

    StartCommand(Phoenixctl root) {
        super(root, "start", "Set a guest's runPolicy to Running and wait until it is running.");
    }

    @Override
    ObjectNode patch(JsonNode resource) {
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        patch.putObject("spec").put("runPolicy", "Running");
        return patch;
    }

    @Override
    Predicate<JsonNode> done(Instant asked) {
        return resource -> resource.path("status").path("state").asString("").equals("running");
    }

    @Override
    String past() {
        return "started";
    }
}
