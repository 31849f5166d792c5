package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestException;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.daemon.apply.Applier;
import ai.thinkheads.phoenix.daemon.apply.ManifestSet;
import ai.thinkheads.phoenix.daemon.apply.Refusal;
import ai.thinkheads.phoenix.daemon.apply.RefusedException;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import ai.thinkheads.phoenix.engine.plan.PlannedChange;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.kinds.host.HostsAhead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /phoenix/v1/apply}: a set of manifests is checked as a whole, planned, stored and begun with. */
final class ApplyRoute {

    /** A set of manifests may be larger than a body otherwise is. */
    static final long LARGEST_SET = 64L << 20;

    private final Applier applier;
    private final Engine engine;
    private final HostsAhead ahead;
    private final boolean reconciling;

    ApplyRoute(Applier applier, Engine engine, HostsAhead ahead, boolean reconciling) {
        this.applier = applier;
        this.engine = engine;
        this.ahead = ahead;
        this.reconciling = reconciling;
    }

    void handle(Exchange exchange) {
        SetRequest request = new SetRequest(
                exchange.flag("dryRun"),
                exchange.query("applySet").orElse(null),
                exchange.flag("prune"),
                exchange.query("scope").orElse("all").equals("Host"));
        exchange.send(200, answer(request, () -> read(exchange.json(LARGEST_SET))));
    }

    /**
     * The same for who is in this process and has read the manifests: nothing is written as text and read again.
     *
     * @param manifests gives them; waited for while the hosts are being read
     * @throws ApiError when the set is refused
     */
    ObjectNode handle(SetRequest request, Supplier<List<Manifest>> manifests) {
        ahead.read();
        return answer(request, () -> items(manifests.get()));
    }

    private ObjectNode answer(SetRequest request, Supplier<List<ManifestSet.Item>> read) {
        if (request.prune() && request.applySet() == null) {
            throw ApiError.badRequest("prune=true needs applySet, the name of the set that the manifests make up");
        }
        try {
            List<ManifestSet.Item> items = read.get();
            if (request.prune() && items.isEmpty()) {
                throw ApiError.badRequest("an empty set is not pruned: that would delete everything in it;"
                        + " delete the resources by name instead");
            }
            ManifestSet set = new ManifestSet(items, request.applySet(), null, request.prune(), request.hostOnly());
            Applier.Prepared prepared = applier.prepare(set);
            Map<ResourceKey, PlannedChange> plans = new HashMap<>();
            engine.plan(prepared.overlay(), prepared.pruned()).forEach(plan -> plans.put(plan.key(), plan));
            return request.dryRun() ? planned(prepared, plans) : applied(prepared, set, plans);
        } catch (RefusedException e) {
            throw refusal(e);
        }
    }

    private static List<ManifestSet.Item> read(JsonNode body) {
        if (body.path("texts") instanceof ArrayNode texts) {
            return readTexts(texts);
        }
        if (!(body.path("items") instanceof ArrayNode items)) {
            throw ApiError.badRequest(
                    "the body has to be an object with texts, each with a name and a text of manifests, or"
                            + " with items, each with a manifest and a location");
        }
        List<Parsed> parsed = items.valueStream().toList().parallelStream()
                .map(ApplyRoute::parse)
                .toList();
        List<Refusal> refusals =
                parsed.stream().flatMap(each -> each.refusals().stream()).toList();
        if (!refusals.isEmpty()) {
            throw new RefusedException(refusals);
        }
        return parsed.stream().flatMap(each -> Stream.ofNullable(each.item())).toList();
    }

    /** Manifests as people write them: YAML or JSON, each text under the name that it is to be called by. */
    private static List<ManifestSet.Item> readTexts(ArrayNode texts) {
        List<ManifestText> named = texts.valueStream()
                .map(each -> new ManifestText(
                        each.path("name").asString(""), each.path("text").asString("")))
                .toList();
        try {
            return items(ManifestReader.read(named));
        } catch (ManifestException e) {
            throw new RefusedException(e.problems().stream()
                    .map(problem -> new Refusal(problem.location().toString(), "", problem.field(), problem.message()))
                    .toList());
        }
    }

    private static List<ManifestSet.Item> items(List<Manifest> manifests) {
        return manifests.stream()
                .map(manifest -> new ManifestSet.Item(
                        manifest.resource(),
                        manifest.location().source() + ":" + manifest.location().line()))
                .toList();
    }

    private record Parsed(ManifestSet.@Nullable Item item, List<Refusal> refusals) {}

    private static Parsed parse(JsonNode item) {
        String location = item.path("location").asString("");
        JsonNode manifest = item.path("manifest");
        try {
            if (manifest instanceof ObjectNode object) {
                object.remove("status");
            }
            return new Parsed(new ManifestSet.Item(ManifestReader.readTree(manifest, true), location), List.of());
        } catch (ManifestException e) {
            String name = manifest.path("kind").asString("") + "/"
                    + manifest.path("metadata").path("name").asString("");
            return new Parsed(
                    null,
                    e.problems().stream()
                            .map(problem -> new Refusal(location, name, problem.field(), problem.message()))
                            .toList());
        }
    }

    /** What is wrong, one cause each. */
    static ApiError refusal(RefusedException e) {
        List<ApiError.Cause> causes = new ArrayList<>();
        for (Refusal refusal : e.refusals()) {
            String place = Stream.of(refusal.location(), refusal.resource(), refusal.field())
                    .filter(part -> !part.isEmpty())
                    .reduce((a, b) -> a + ": " + b)
                    .orElse("");
            causes.add(new ApiError.Cause("FieldValueInvalid", refusal.message(), place));
        }
        return ApiError.invalidSet(causes);
    }

    private static ObjectNode planned(Applier.Prepared prepared, Map<ResourceKey, PlannedChange> plans) {
        ObjectNode answer = ResourceCodec.json().createObjectNode();
        ArrayNode changes = answer.putArray("changes");
        for (Applier.Entry entry : prepared.entries()) {
            ObjectNode change = change(changes, entry.key(), entry.action(), plans.get(entry.key()));
            if (!entry.fields().isEmpty()) {
                ArrayNode fields = change.putArray("fields");
                entry.fields().forEach(field -> fields.add(ResourceCodec.json().<JsonNode>valueToTree(field)));
            }
        }
        prepared.pruned().stream()
                .sorted()
                .forEach(key -> change(changes, key, PlannedChange.Action.PRUNED, plans.get(key)));
        prepared.warnings().forEach(answer.putArray("warnings")::add);
        return answer;
    }

    private ObjectNode applied(Applier.Prepared prepared, ManifestSet set, Map<ResourceKey, PlannedChange> plans) {
        List<Applier.Stored> results = applier.store(prepared, set);
        List<ResourceKey> keys = results.stream()
                .filter(result -> result.failure() == null)
                .map(Applier.Stored::key)
                .toList();
        Map<ResourceKey, Long> passes = reconciling ? engine.reconcileNow(keys, true) : Map.of();
        ObjectNode answer = ResourceCodec.json().createObjectNode();
        ArrayNode changes = answer.putArray("changes");
        for (Applier.Stored result : results) {
            ObjectNode change = change(changes, result.key(), result.action(), plans.get(result.key()));
            if (result.failure() != null) {
                change.put("action", "Failed").put("message", result.failure());
            }
            change.put("awaitPass", passes.getOrDefault(result.key(), 0L));
        }
        prepared.warnings().forEach(answer.putArray("warnings")::add);
        return answer;
    }

    private static ObjectNode change(
            ArrayNode changes, ResourceKey key, PlannedChange.Action action, @Nullable PlannedChange plan) {
        ObjectNode change = changes.addObject()
                .put("kind", key.kind())
                .put("name", key.name())
                .put(
                        "action",
                        switch (action) {
                            case CREATED -> "Created";
                            case CONFIGURED -> "Configured";
                            case UNCHANGED -> "Unchanged";
                            case PRUNED -> "Pruned";
                        });
        ArrayNode steps = change.putArray("steps");
        if (plan != null) {
            plan.steps().forEach(step -> steps.add(ResourceCodec.json().<JsonNode>valueToTree(step)));
            if (plan.blocked() != null) {
                change.put("blocked", plan.blocked());
            }
            if (!plan.compared()) {
                change.put("compared", false);
            }
        }
        return change;
    }
}
