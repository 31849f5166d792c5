package ai.thinkheads.phoenix.daemon.apply;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.admission.Admission;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import ai.thinkheads.phoenix.engine.store.Store;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether resources may be stored, or go away, in the face of everything that is stored. */
public final class Judgement {

    private static final int MOST_NAMES = 5;

    private final Store store;

    @Inject
    public Judgement(Store store) {
        this.store = store;
    }

    /**
     * @param refusals with one of these nothing is stored
     * @param warnings what is allowed and probably not meant
     */
    record Verdict(List<Refusal> refusals, List<String> warnings) {}

    /** The resource with what the engine needs on it. */
    Resource<?, ?> prepare(Resource<?, ?> resource) {
        return resource.isDeleting() ? resource : Admission.prepare(resource);
    }

    /** Judges resources that are to be stored while those others go away. */
    Verdict of(Collection<Resource<?, ?>> incoming, Set<ResourceKey> pruned) {
        List<Resource<?, ?>> existing = store.list(null).items().stream()
                .filter(each -> !pruned.contains(each.key()))
                .toList();
        var verdict = Admission.check(incoming, existing);
        List<Refusal> refusals = new ArrayList<>();
        verdict.errors()
                .forEach(each -> refusals.add(new Refusal("", each.key().toString(), each.field(), each.message())));
        if (!pruned.isEmpty()) {
            Map<ResourceKey, Resource<?, ?>> after = new HashMap<>();
            existing.forEach(each -> after.put(each.key(), each));
            incoming.forEach(each -> after.put(each.key(), each));
            refusals.addAll(inUse(pruned, after.values()));
        }
        return new Verdict(
                refusals, verdict.warnings().stream().map(Object::toString).toList());
    }

    private static List<Refusal> inUse(Set<ResourceKey> removed, Collection<Resource<?, ?>> staying) {
        DependencyGraph graph = new DependencyGraph();
        Map<ResourceKey, Resource<?, ?>> byKey = new HashMap<>();
        staying.forEach(each -> {
            graph.put(each);
            byKey.put(each.key(), each);
        });
        List<Refusal> refusals = new ArrayList<>();
        for (ResourceKey key : removed) {
            List<ResourceKey> users = graph.dependents(key).stream()
                    .filter(user -> stays(byKey.get(user)))
                    .toList();
            if (!users.isEmpty()) {
                refusals.add(new Refusal(
                        "",
                        key.toString(),
                        "",
                        "cannot be deleted, because it is used by " + join(users)
                                + "; delete those first, or take the reference out of them"));
            }
        }
        return refusals;
    }

    private static boolean stays(@Nullable Resource<?, ?> user) {
        return user != null && !user.isDeleting();
    }

    private static String join(List<ResourceKey> keys) {
        String text = String.join(
                ", ", keys.stream().limit(MOST_NAMES).map(ResourceKey::toString).toList());
        return keys.size() > MOST_NAMES ? text + " and " + (keys.size() - MOST_NAMES) + " more" : text;
    }
}
