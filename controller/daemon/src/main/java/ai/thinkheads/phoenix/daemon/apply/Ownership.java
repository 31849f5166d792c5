package ai.thinkheads.phoenix.daemon.apply;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Merges a manifest with what is stored. The manifest owns the spec whole. Of labels and annotations it owns those that it
 * names, and those that it named when it was applied last, which go when they are no longer named; all others belong to
 * somebody else and stay.
 */
final class Ownership {

    /** Which labels and annotations the last manifest named. */
    static final String LAST_APPLIED = Annotations.GROUP + "/last-applied";

    /** Marks a resource that was there before its Git repository named it, and is not deleted when the repository drops it. */
    static final String ADOPTED = Annotations.GROUP + "/git-adopted";

    private Ownership() {}

    /**
     * The resource to store.
     *
     * @param stored null when there is none
     * @param marks annotations to add beyond the manifest's
     */
    static Resource<?, ?> merge(Resource<?, ?> manifest, @Nullable Resource<?, ?> stored, Map<String, String> marks) {
        Map<String, String> labels = copy(manifest.metadata().getLabels());
        Map<String, String> annotations = copy(manifest.metadata().getAnnotations());
        annotations.remove(LAST_APPLIED);
        String applied = describe(labels.keySet(), annotations.keySet());
        ObjectMetaBuilder metadata = stored == null
                ? new ObjectMetaBuilder().withName(manifest.name())
                : new ObjectMetaBuilder(stored.metadata());
        if (stored != null) {
            JsonNode before = parse(stored.annotation(LAST_APPLIED).orElse("{}"));
            labels = merged(copy(stored.metadata().getLabels()), before.path("labels"), labels);
            annotations = merged(copy(stored.metadata().getAnnotations()), before.path("annotations"), annotations);
        }
        annotations.putAll(marks);
        if (applied.isEmpty()) {
            annotations.remove(LAST_APPLIED);
        } else {
            annotations.put(LAST_APPLIED, applied);
        }
        ObjectMeta built = metadata.withLabels(labels.isEmpty() ? null : labels)
                .withAnnotations(annotations.isEmpty() ? null : annotations)
                .build();
        return withMetadata(manifest, built, stored);
    }

    private static Resource<?, ?> withMetadata(
            Resource<?, ?> manifest, ObjectMeta metadata, @Nullable Resource<?, ?> stored) {
        Resource<?, ?> named = manifest.withMetadata(metadata);
        return stored == null ? named : withStatusOf(named, stored);
    }

    private static <S extends ai.thinkheads.phoenix.api.Spec, F extends ai.thinkheads.phoenix.api.Facts>
            Resource<S, F> withStatusOf(Resource<S, F> resource, Resource<?, ?> stored) {
        return stored.as(resource.kind())
                .map(same -> resource.withStatus(same.status()))
                .orElse(resource);
    }

    /** Whether a person would say that the two ask for the same. */
    static boolean isSame(Resource<?, ?> one, Resource<?, ?> other) {
        Map<String, String> annotations = copy(one.metadata().getAnnotations());
        Map<String, String> others = copy(other.metadata().getAnnotations());
        annotations.remove(LAST_APPLIED);
        others.remove(LAST_APPLIED);
        return one.spec().equals(other.spec())
                && copy(one.metadata().getLabels()).equals(copy(other.metadata().getLabels()))
                && annotations.equals(others);
    }

    private static Map<String, String> merged(Map<String, String> stored, JsonNode before, Map<String, String> now) {
        before.forEach(name -> stored.remove(name.asString("")));
        stored.putAll(now);
        return stored;
    }

    private static Map<String, String> copy(@Nullable Map<String, String> map) {
        return map == null ? new TreeMap<>() : new TreeMap<>(map);
    }

    /** Empty when it named none. */
    private static String describe(Set<String> labels, Set<String> annotations) {
        ObjectNode names = ResourceCodec.json().createObjectNode();
        if (!labels.isEmpty()) {
            new TreeSet<>(labels).forEach(names.putArray("labels")::add);
        }
        if (!annotations.isEmpty()) {
            new TreeSet<>(annotations).forEach(names.putArray("annotations")::add);
        }
        return names.isEmpty() ? "" : names.toString();
    }

    private static JsonNode parse(String json) {
        try {
            return ResourceCodec.json().readTree(json);
        } catch (JacksonException e) {
            return ResourceCodec.json().createObjectNode();
        }
    }
}
