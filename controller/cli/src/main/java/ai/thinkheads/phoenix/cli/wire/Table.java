package ai.thinkheads.phoenix.cli.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code meta.k8s.io/v1} Table.
 *
 * @param revision of the store when it was made; a watch from there misses nothing
 * @param rows the cells of each row, in the order of the columns; what is null is empty
 */
public record Table(String revision, List<Column> columns, List<List<String>> rows) {

    public Table {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /**
     * A column.
     *
     * @param priority 0 for one that is always shown
     */
    public record Column(String name, int priority) {}

    static Table read(byte[] json) {
        Object answer = PlainJson.read(json);
        List<Column> columns = new ArrayList<>();
        for (Object each : items(field(answer, "columnDefinitions"))) {
            String priority = text(field(each, "priority"));
            columns.add(new Column(text(field(each, "name")), priority.isEmpty() ? 0 : Integer.parseInt(priority)));
        }
        List<List<String>> rows = new ArrayList<>();
        for (Object row : items(field(answer, "rows"))) {
            List<String> cells = new ArrayList<>();
            for (Object cell : items(field(row, "cells"))) {
                cells.add(text(cell));
            }
            rows.add(cells);
        }
        String revision = text(field(field(answer, "metadata"), "resourceVersion"));
        return new Table(revision.isEmpty() ? "0" : revision, columns, rows);
    }

    private static @Nullable Object field(@Nullable Object object, String name) {
        return object instanceof Map<?, ?> fields ? fields.get(name) : null;
    }

    private static List<?> items(@Nullable Object array) {
        return array instanceof List<?> items ? items : List.of();
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }
}
