package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl converge}. */
public final class ConvergeCommand extends Verb {

    private String guest = "";
    private Duration timeout = Duration.ofMinutes(30);

    ConvergeCommand(Phoenixctl root) {
        super(
                root,
                "converge",
                "Compare a guest and all it depends on with the host again, feature checks included, and repair.");
        takes().word("GUEST", "Name, kind/name or vmid.", given -> guest = given)
                .time("--timeout", "How long to wait. Default: 30m.", given -> timeout = given);
    }

    @Override
    public Integer call() {
        try (Session session = open(Session.Purpose.ACT)) {
            ApiClient api = session.api();
            ResourceKey key = Names.guest(api, guest);
            String now = root().clock().instant().toString();
            for (String each : withAllItNeeds(api, key.toString())) {
                askForChecks(api, each, now);
            }
            return new Reconciling(root(), session).run(List.of(key.toString()), true, timeout);
        }
    }

    private static Set<String> withAllItNeeds(ApiClient api, String key) {
        Map<String, List<String>> needs = new HashMap<>();
        for (JsonNode edge : api.get("/phoenix/v1/graph").path("edges")) {
            needs.computeIfAbsent(edge.path("from").asString(""), from -> new ArrayList<>())
                    .add(edge.path("to").asString(""));
        }
        Set<String> all = new LinkedHashSet<>(List.of(key));
        Deque<String> open = new ArrayDeque<>(all);
        while (!open.isEmpty()) {
            for (String each : needs.getOrDefault(open.remove(), List.of())) {
                if (all.add(each)) {
                    open.add(each);
                }
            }
        }
        return all;
    }

    /** A host and a running guest run their features' checks once more; what does not run is compared only. */
    private static void askForChecks(ApiClient api, String key, String now) {
        int slash = key.indexOf('/');
        Kind<?, ?> kind = Kinds.named(key.substring(0, slash)).orElseThrow();
        String path = Names.path(kind, key.substring(slash + 1));
        boolean running = kind.scope() == Kind.Scope.GUEST
                && api.get(path).path("status").path("state").asString("").equals("running");
        if (!running && !kind.equals(Kinds.HYPERVISOR)) {
            return;
        }
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        patch.putObject("metadata").putObject("annotations").put(Annotations.RECONCILE_AT, now);
        api.mergePatch(path, patch);
    }
}
