package ai.thinkheads.phoenix.api.manifest;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A parsed text whose values know their places. What an alias refers to is the same object as the anchor's value. */
sealed interface Tree {

    Place place();

    /** How many values this holds, itself included and aliases counted each time; at most {@link Integer#MAX_VALUE}. */
    int values();

    /** Whether this is a value left empty, or {@code null}. */
    default boolean isNull() {
        return false;
    }

    /** What this is, for messages. */
    String word();

    /** The same as a tree of Jackson, without places. */
    JsonNode json();

    /** A place in a text, both counted from 1; both 0 where there is no text. */
    record Place(int line, int column) {
        static final Place NONE = new Place(0, 0);

        Location in(String source) {
            return new Location(source, line, column);
        }
    }

    /** A mapping. */
    record Fields(Place place, SequencedMap<String, Entry> entries, int values) implements Tree {

        @Nullable
        Tree get(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value();
        }

        @Override
        public String word() {
            return "a mapping";
        }

        @Override
        public JsonNode json() {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, Entry> each : entries.entrySet()) {
                object.set(each.getKey(), each.getValue().value().json());
            }
            return object;
        }
    }

    /** A field of a mapping, at the place of its key. */
    record Entry(Place place, Tree value) {}

    /** A list. */
    record Items(Place place, List<Tree> items, int values) implements Tree {
        @Override
        public String word() {
            return "a list";
        }

        @Override
        public JsonNode json() {
            ArrayNode array = JsonNodeFactory.instance.arrayNode(items.size());
            items.forEach(each -> array.add(each.json()));
            return array;
        }
    }

    /**
     * A single value.
     *
     * @param plain whether it was written without quotes, so that its text decides what it is
     */
    record Value(Place place, String text, boolean plain) implements Tree {

        @Override
        public int values() {
            return 1;
        }

        @Override
        public boolean isNull() {
            return plain && Scalars.isNull(text);
        }

        boolean isFlag() {
            return plain && Scalars.isFlag(text);
        }

        boolean isWhole() {
            return plain && Scalars.isWhole(text);
        }

        boolean isNumber() {
            return plain && Scalars.isNumber(text);
        }

        @Override
        public String word() {
            return isNull() ? "nothing" : isFlag() ? "a boolean" : isNumber() ? "a number" : "text";
        }

        @Override
        public JsonNode json() {
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            if (isNull()) {
                return nodes.nullNode();
            }
            if (isFlag()) {
                return nodes.booleanNode(Scalars.flag(text));
            }
            if (isWhole()) {
                Number number = Scalars.whole(text);
                return number instanceof Integer small
                        ? nodes.numberNode(small)
                        : number instanceof Long large
                                ? nodes.numberNode(large)
                                : nodes.numberNode((java.math.BigInteger) number);
            }
            return isNumber() ? nodes.numberNode(Scalars.real(text)) : nodes.stringNode(text);
        }
    }
}
