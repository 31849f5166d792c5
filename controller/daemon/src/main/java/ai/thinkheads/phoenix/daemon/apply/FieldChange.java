package ai.thinkheads.phoenix.daemon.apply;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A field of a resource that is going to say something else than what is stored; what the host is going to be asked for is told by
 * the plan, and not every field leads to a step there.
 *
 * @param field its path, for example {@code spec.runPolicy}
 * @param from the value that is stored, as compact JSON or plain text; null when there is none or when it is secret
 * @param to the value that is asked for
 */
public record FieldChange(
        String field, @Nullable String from, @Nullable String to) {

    private static final Set<String> METADATA = Set.of("labels", "annotations");

    /** Every field of spec, labels and annotations that differs, in the order of their names. */
    static List<FieldChange> between(Resource<?, ?> stored, Resource<?, ?> asked) {
        List<FieldChange> changes = new ArrayList<>();
        boolean secret = stored.kind().equals(Kinds.SECRET);
        JsonNode before = ResourceCodec.tree(stored);
        JsonNode after = ResourceCodec.tree(asked);
        for (String part : METADATA) {
            compare(
                    "metadata." + part,
                    before.path("metadata").path(part),
                    after.path("metadata").path(part),
                    false,
                    changes);
        }
        compare("spec", before.path("spec"), after.path("spec"), secret, changes);
        changes.removeIf(change -> change.field().equals("metadata.annotations." + Ownership.LAST_APPLIED));
        return List.copyOf(changes);
    }

    private static void compare(
            String path, JsonNode before, JsonNode after, boolean secret, List<FieldChange> changes) {
        if (before.equals(after)) {
            return;
        }
        if ((before.isObject() || before.isMissingNode()) && (after.isObject() || after.isMissingNode())) {
            Set<String> names = new TreeSet<>(names(before));
            names.addAll(names(after));
            names.forEach(name -> compare(path + "." + name, before.path(name), after.path(name), secret, changes));
        } else {
            changes.add(new FieldChange(path, secret ? null : text(before), secret ? null : text(after)));
        }
    }

    private static Set<String> names(JsonNode node) {
        return node instanceof ObjectNode object ? Set.copyOf(object.propertyNames()) : Set.of();
    }

    private static @Nullable String text(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? null : value.isString() ? value.asString() : value.toString();
    }
}
