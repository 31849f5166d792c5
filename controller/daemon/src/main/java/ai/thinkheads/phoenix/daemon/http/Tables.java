package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.type.ByteSize;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists as {@code meta.k8s.io/v1 Table}: name, readiness, the columns of the kind, age. */
final class Tables {

    private static final String EMPTY = "<none>";

    private Tables() {}

    /** What a row carries beside its cells. */
    enum Include {
        NONE,
        METADATA,
        OBJECT;

        static Include of(Optional<String> parameter) {
            return switch (parameter.orElse("")) {
                case "None" -> NONE;
                case "Object" -> OBJECT;
                default -> METADATA;
            };
        }
    }

    static boolean isWanted(String accept) {
        return accept.contains("as=Table");
    }

    /**
     * A table.
     *
     * @param headed whether it describes its columns; in a watch only the first one does
     */
    static ObjectNode table(
            Kind<?, ?> kind,
            List<? extends Resource<?, ?>> items,
            long revision,
            Include include,
            boolean headed,
            Instant now) {
        ObjectNode table = empty(revision);
        ArrayNode columns = table.putArray("columnDefinitions");
        if (headed) {
            describe(kind, columns);
        }
        List<FieldPath> paths = kind.columns().stream()
                .map(column -> FieldPath.parse(column.path()))
                .toList();
        ArrayNode rows = table.putArray("rows");
        for (Resource<?, ?> item : items) {
            row(rows.addObject(), item, paths, include, now);
        }
        return table;
    }

    /** A table without columns and rows, as bookmarks are. */
    static ObjectNode empty(long revision) {
        ObjectNode table = ResourceCodec.json().createObjectNode();
        table.put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata").put("resourceVersion", Long.toString(revision));
        return table;
    }

    private static void describe(Kind<?, ?> kind, ArrayNode columns) {
        column(columns, "NAME", "name", "Name of the resource.", 0);
        column(columns, "READY", "", "Whether the host was read back and matches.", 0);
        column(columns, "STATUS", "", "The reason that the Ready condition gives.", 0);
        kind.columns().forEach(column -> column(columns, column.title(), "", column.path(), column.wide() ? 1 : 0));
        column(columns, "AGE", "", "Time since the resource was created.", 0);
        column(columns, "MESSAGE", "", "The message that the Ready condition gives.", 1);
    }

    static void column(ArrayNode columns, String name, String format, String description, int priority) {
        columns.addObject()
                .put("name", name)
                .put("type", "string")
                .put("format", format)
                .put("description", description)
                .put("priority", priority);
    }

    private static void row(ObjectNode row, Resource<?, ?> item, List<FieldPath> paths, Include include, Instant now) {
        ObjectNode tree = ResourceCodec.tree(item);
        Optional<Condition> ready = item.status().condition(Conditions.READY);
        List<@Nullable String> cells = new ArrayList<>();
        cells.add(item.name());
        cells.add(isCurrent(item) ? ready.map(Condition::getStatus).orElse("Unknown") : "Unknown");
        cells.add(state(item, ready));
        paths.forEach(path -> cells.add(readable(path.text(tree))));
        cells.add(Ages.text(item.metadata().getCreationTimestamp(), now));
        cells.add(ready.map(Condition::getMessage)
                .filter(message -> !message.isEmpty())
                .orElse(null));
        ArrayNode written = row.putArray("cells");
        cells.forEach(cell -> written.add(cell == null ? EMPTY : cell));
        switch (include) {
            case NONE -> {}
            case OBJECT -> row.set("object", tree);
            case METADATA ->
                row.putObject("object")
                        .put("kind", "PartialObjectMetadata")
                        .put("apiVersion", "meta.k8s.io/v1")
                        .set("metadata", tree.path("metadata"));
        }
    }

    private static boolean isCurrent(Resource<?, ?> item) {
        return item.status().observedGeneration() == item.generation();
    }

    private static String state(Resource<?, ?> item, Optional<Condition> ready) {
        if (item.isDeleting()) {
            return "Deleting";
        }
        if (!isCurrent(item)) {
            return "Pending";
        }
        return ready.map(Condition::getReason)
                .filter(reason -> !reason.isEmpty())
                .orElse("Pending");
    }

    /** An exact count of bytes is for programs. */
    private static @Nullable String readable(@Nullable String text) {
        return text != null && text.matches("\\d+[KMGTP]i")
                ? ByteSize.parse(text).rounded()
                : text;
    }
}
