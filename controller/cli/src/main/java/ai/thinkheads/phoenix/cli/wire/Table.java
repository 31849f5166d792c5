package ai.thinkheads.phoenix.cli.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A {@code meta.k8s.io/v1} Table, read token by token: what people ask for most often should not wait until a tree model is loaded.
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
        List<Column> columns = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        String revision = "0";
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                for (String field = parser.nextName(); field != null; field = parser.nextName()) {
                    JsonToken value = parser.nextToken();
                    if (field.equals("columnDefinitions") && value == JsonToken.START_ARRAY) {
                        while (parser.nextToken() == JsonToken.START_OBJECT) {
                            columns.add(column(parser));
                        }
                    } else if (field.equals("rows") && value == JsonToken.START_ARRAY) {
                        while (parser.nextToken() == JsonToken.START_OBJECT) {
                            rows.add(row(parser));
                        }
                    } else if (field.equals("metadata") && value == JsonToken.START_OBJECT) {
                        revision = revision(parser);
                    } else {
                        parser.skipChildren();
                    }
                }
            }
        }
        return new Table(revision, columns, rows);
    }

    private static String revision(JsonParser parser) {
        String revision = "0";
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (field.equals("resourceVersion") && value == JsonToken.VALUE_STRING) {
                revision = text(parser.getString());
            } else {
                parser.skipChildren();
            }
        }
        return revision;
    }

    private static Column column(JsonParser parser) {
        String name = "";
        int priority = 0;
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (field.equals("name")) {
                name = text(parser.getString());
            } else if (field.equals("priority") && value == JsonToken.VALUE_NUMBER_INT) {
                priority = parser.getIntValue();
            } else {
                parser.skipChildren();
            }
        }
        return new Column(name, priority);
    }

    private static List<String> row(JsonParser parser) {
        List<String> cells = new ArrayList<>();
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            if (parser.nextToken() == JsonToken.START_ARRAY && field.equals("cells")) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    boolean nothing = parser.currentToken() == JsonToken.VALUE_NULL;
                    cells.add(nothing ? "" : text(parser.getString()));
                    parser.skipChildren();
                }
            } else {
                parser.skipChildren();
            }
        }
        return cells;
    }

    private static String text(@Nullable String found) {
        return found == null ? "" : found;
    }
}
