package ai.thinkheads.phoenix.kinds.feature;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureFacts;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureFacts.Installation;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Checks a Feature. There is nothing to do about it on any host. */
public final class FeaturePlanner {

    /** Where a feature is installed changes without its own spec changing. */
    private static final Duration RECHECK = Duration.ofMinutes(1);

    private static final Set<String> TYPES =
            Set.of("string", "integer", "number", "boolean", "array", "object", "null");

    private FeaturePlanner() {}

    /**
     * Checks the schema of the parameters and the requirements.
     *
     * @param requires what a feature requires, by its name; empty for one that does not exist
     * @param installations where the feature is in place
     */
    public static Assessment<FeatureFacts> assess(
            Resource<FeatureSpec, FeatureFacts> resource,
            Function<String, List<String>> requires,
            List<Installation> installations) {
        List<String> problems = new ArrayList<>();
        schema("spec.parameters", resource.spec().parameters(), problems);
        if (!problems.isEmpty()) {
            throw new ReconcileException(
                    "InvalidSchema", resource.key() + ": " + String.join("; ", problems), false, null);
        }
        cycle(resource, requires);
        return new Assessment<>(Plan.empty(), new FeatureFacts(installations), List.of(), RECHECK);
    }

    /** Parameters are named, so their schema has to be one of an object. */
    private static void schema(String field, Map<String, Object> schema, List<String> problems) {
        if (schema.isEmpty()) {
            return;
        }
        Object type = schema.get("type");
        if (!"object".equals(type)) {
            problems.add(field + ".type: the schema of parameters has to be of type object, not " + type);
        }
        Object properties = schema.get("properties");
        if (properties != null && !(properties instanceof Map<?, ?>)) {
            problems.add(field + ".properties: has to be an object with a schema for each parameter");
        }
        Map<?, ?> named = properties instanceof Map<?, ?> map ? map : Map.of();
        named.forEach((name, each) -> {
            String at = field + ".properties." + name;
            if (!(each instanceof Map<?, ?> one)) {
                problems.add(at + ": has to be a schema, for example {type: string}");
            } else if (one.get("type") instanceof String word && !TYPES.contains(word)) {
                problems.add(at + ".type: '" + word + "' is no type of JSON Schema; write one of string, integer,"
                        + " number, boolean, array and object");
            }
        });
        if (schema.get("required") instanceof List<?> required) {
            required.stream()
                    .filter(name -> !named.containsKey(name))
                    .forEach(name ->
                            problems.add(field + ".required: '" + name + "' is not among " + field + ".properties"));
        } else if (schema.get("required") != null) {
            problems.add(field + ".required: has to be a list of names of parameters");
        }
    }

    private static void cycle(Resource<FeatureSpec, FeatureFacts> resource, Function<String, List<String>> requires) {
        Set<String> path = new LinkedHashSet<>();
        List<String> found = walk(resource.name(), resource.name(), requires, path, new LinkedHashSet<>());
        if (!found.isEmpty()) {
            throw new ReconcileException(
                    "RequirementCycle",
                    resource.key() + ": spec.requires: features require each other in a circle: "
                            + String.join(" -> ", found) + "; take one of these requirements out",
                    false,
                    null);
        }
    }

    private static List<String> walk(
            String start, String at, Function<String, List<String>> requires, Set<String> path, Set<String> seen) {
        path.add(at);
        for (String next : requires.apply(at)) {
            if (next.equals(start)) {
                List<String> circle = new ArrayList<>(path);
                circle.add(start);
                return circle;
            }
            if (seen.add(next)) {
                List<String> found = walk(start, next, requires, path, seen);
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        path.remove(at);
        return List.of();
    }
}
