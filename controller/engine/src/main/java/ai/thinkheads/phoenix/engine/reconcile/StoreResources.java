package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import ai.thinkheads.phoenix.engine.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The resources as they are stored. */
record StoreResources(Store store, DependencyGraph graph) implements Resources {

    @Override
    public Optional<Resource<?, ?>> get(ResourceKey key) {
        return store.get(key);
    }

    @Override
    public <S extends Spec, F extends Facts> List<Resource<S, F>> list(Kind<S, F> kind) {
        List<Resource<S, F>> all = new ArrayList<>();
        store.list(kind).items().forEach(each -> each.as(kind).ifPresent(all::add));
        return List.copyOf(all);
    }

    @Override
    public List<ResourceKey> dependents(ResourceKey key) {
        return graph.dependents(key);
    }
}
