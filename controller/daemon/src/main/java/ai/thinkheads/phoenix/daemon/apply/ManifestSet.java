package ai.thinkheads.phoenix.daemon.apply;

import ai.thinkheads.phoenix.api.Resource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Manifests that are applied together, and what else that means.
 *
 * @param applySet the name of the set that they are put in; null for none
 * @param gitRepository the GitRepository that they come from; null for none
 * @param prune whether what is in the same set, or came from the same repository, and is no longer among the items is deleted
 * @param hostOnly whether only what is part of the host itself is applied, with the resources that it refers to
 */
public record ManifestSet(
        List<Item> items,
        @Nullable String applySet,
        @Nullable String gitRepository,
        boolean prune,
        boolean hostOnly) {

    public ManifestSet {
        items = List.copyOf(items);
    }

    /**
     * One manifest.
     *
     * @param location where it came from, as {@code file:line}; empty when nobody knows
     */
    public record Item(Resource<?, ?> resource, String location) {}
}
