package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.Phoenixctl;
import java.time.Instant;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl freeze}. */
public final class FreezeCommand extends PowerChange {

    FreezeCommand(Phoenixctl root) {
        super(
                root,
                "freeze",
                "Set a container's runPolicy to Frozen and wait until it is frozen; start lets it go on.");
    }

    @Override
    ObjectNode patch(JsonNode resource) {
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        patch.putObject("spec").put("runPolicy", "Frozen");
        return patch;
    }

    @Override
    Predicate<JsonNode> done(Instant asked) {
        return resource -> resource.path("status").path("state").asString("").equals("frozen");
    }

    @Override
    String past() {
        return "frozen";
    }
}
