package ai.thinkheads.phoenix.cli.command;

import java.time.Instant;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl freeze}. */
@Command(
        name = "freeze",
        description = "Set a container's runPolicy to Frozen and wait until it is frozen; start lets it go on.")
public final class FreezeCommand extends PowerChange {

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
