package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.plan.Step;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A step on the {@link FakeHost}: make an object, set a property of it, or destroy it. */
record FakeStep(
        String operation,
        @Nullable String property,
        @Nullable String value,
        Effect effect,
        @Nullable String consent,
        List<Lock> locks)
        implements Step {

    @Override
    public String field() {
        return property == null ? "spec" : "spec.properties." + property;
    }

    @Override
    public String action() {
        return property == null ? operation.replace('-', ' ') : "set " + property + " to " + value;
    }

    void apply(Map<ResourceKey, TreeMap<String, String>> objects, ResourceKey key, Function<String, String> normalise) {
        switch (operation) {
            case "create-object" -> objects.putIfAbsent(key, new TreeMap<>());
            case "destroy-object" -> objects.remove(key);
            default -> objects.get(key).put(property, normalise.apply(value));
        }
    }
}
