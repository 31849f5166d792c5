package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The resources as they would be with some more or other ones, and without some: what a diff plans against. */
final class OverlayResources implements Resources {

    private final Map<ResourceKey, Resource<?, ?>> all = new LinkedHashMap<>();
    private final Map<String, List<Resource<?, ?>>> byKind = new HashMap<>();
    private final DependencyGraph graph = new DependencyGraph();

    OverlayResources(Collection<Resource<?, ?>> stored, Collection<Resource<?, ?>> overlay, Set<ResourceKey> without) {
        stored.forEach(each -> all.put(each.key(), each));
        overlay.forEach(each -> all.put(each.key(), each));
        without.forEach(all::remove);
        all.values().forEach(each -> {
            byKind.computeIfAbsent(each.kind().name(), any -> new ArrayList<>()).add(each);
            graph.put(each);
        });
        // What is stored comes sorted and keeps its place, so that this has little to do.
        byKind.values().forEach(each -> each.sort(Comparator.comparing(Resource::key)));
    }

    DependencyGraph graph() {
        return graph;
    }

    @Override
    public Optional<Resource<?, ?>> get(ResourceKey key) {
        return Optional.ofNullable(all.get(key));
    }

    @Override
    public <S extends Spec, F extends Facts> List<Resource<S, F>> list(Kind<S, F> kind) {
        return byKind.getOrDefault(kind.name(), List.of()).stream()
                .flatMap(each -> each.as(kind).stream())
                .toList();
    }

    @Override
    public List<ResourceKey> dependents(ResourceKey key) {
        return graph.dependents(key);
    }

    @Override
    public boolean isPreview() {
        return true;
    }
}
