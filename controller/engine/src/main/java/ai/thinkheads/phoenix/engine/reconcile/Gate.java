package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a resource has to wait for.
 *
 * @param on the resources, once each
 * @param message for the condition; names each with its state and the field that refers to it
 */
record Gate(List<ResourceKey> on, String message) {

    boolean isOpen() {
        return on.isEmpty();
    }

    static Gate of(Resource<?, ?> resource, DependencyGraph graph, Resources resources) {
        Set<ResourceKey> on = new LinkedHashSet<>();
        List<String> words = new ArrayList<>();
        for (Reference reference : graph.references(resource)) {
            Optional<Resource<?, ?>> target = resources.get(reference.target());
            boolean met = target.isPresent() && target.get().has(reference.condition());
            if (!met && on.add(reference.target())) {
                words.add(reference.target() + " (" + reference.field() + "), which "
                        + (target.isEmpty() ? "does not exist" : "is not " + reference.condition() + " yet"));
            }
        }
        return new Gate(List.copyOf(on), words.isEmpty() ? "" : "waits for " + String.join(", and for ", words));
    }
}
