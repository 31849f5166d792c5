package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.output.Times;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Asking for a pass over resources and seeing it through; shared by reconcile and converge. */
final class Reconciling {

    private final Phoenixctl root;
    private final Session session;
    private final ApiClient api;

    Reconciling(Phoenixctl root, Session session) {
        this.root = root;
        this.session = session;
        this.api = session.api();
    }

    int run(List<String> keys, boolean dependencies, Duration timeout) {
        Instant start = root.clock().instant();
        ObjectNode body = JsonMapper.shared().createObjectNode();
        body.put("fresh", true).put("dependencies", dependencies);
        ArrayNode items = body.putArray("items");
        for (String key : keys) {
            int slash = key.indexOf('/');
            items.addObject().put("kind", key.substring(0, slash)).put("name", key.substring(slash + 1));
        }
        long before = api.get("/phoenix/v1/counters").path("changes").asLong(0);
        Map<String, Long> awaited = new LinkedHashMap<>();
        for (JsonNode item : api.post("/phoenix/v1/reconcile", body).path("items")) {
            awaited.put(
                    item.path("kind").asString("") + "/" + item.path("name").asString(""),
                    item.path("awaitPass").asLong(0));
        }
        Convergence.Result result =
                new Convergence(session, root.terminal(), root.clock(), false).await(awaited, start, timeout);
        long changes = api.get("/phoenix/v1/counters").path("changes").asLong(0) - before;
        result.notReady()
                .forEach((key, why) ->
                        root.terminal().out().println(root.terminal().red("✗ ") + key + "  " + why));
        root.terminal()
                .out()
                .println(result.ready() + " of " + result.total() + " ready in " + Times.exact(result.took()) + "; "
                        + changes + (changes == 1 ? " change" : " changes") + " on the host.");
        return result.converged() ? ExitCode.DONE : ExitCode.NOT_CONVERGED;
    }
}
