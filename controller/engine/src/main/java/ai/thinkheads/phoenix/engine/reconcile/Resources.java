package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import java.util.List;
import java.util.Optional;

/** The other resources, as a reconciler may look at them: the store's, or for a diff those with the manifests laid over them. */
public interface Resources {

    Optional<Resource<?, ?>> get(ResourceKey key);

    default <S extends Spec, F extends Facts> Optional<Resource<S, F>> get(Kind<S, F> kind, String name) {
        return get(new ResourceKey(kind.name(), name)).flatMap(resource -> resource.as(kind));
    }

    /** All of a kind, sorted by name. */
    <S extends Spec, F extends Facts> List<Resource<S, F>> list(Kind<S, F> kind);

    /** The resources that refer to that one, directly. */
    List<ResourceKey> dependents(ResourceKey key);

    /**
     * Whether these are looked at for a diff only, with manifests laid over what is stored: nothing may be asked of a guest then
     * that a plan does not need, such as a health probe.
     */
    default boolean isPreview() {
        return false;
    }
}
