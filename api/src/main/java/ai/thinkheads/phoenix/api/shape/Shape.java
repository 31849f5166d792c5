package ai.thinkheads.phoenix.api.shape;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The form of a value in a manifest. */
public sealed interface Shape {

    /** The name of the form for people, as {@code explain} prints it, for example {@code []Object} or {@code Quantity}. */
    String word();

    /** Text. */
    record Text() implements Shape {
        @Override
        public String word() {
            return "string";
        }
    }

    /** True or false. */
    record Flag() implements Shape {
        @Override
        public String word() {
            return "boolean";
        }
    }

    /**
     * A whole number.
     *
     * @param wide whether it has 64 bits and not 32
     */
    record Whole(boolean wide) implements Shape {
        @Override
        public String word() {
            return "integer";
        }
    }

    /** A number with or without a fraction. */
    record Real() implements Shape {
        @Override
        public String word() {
            return "number";
        }
    }

    /** Whatever JSON can say; for parameters whose form another resource decides. */
    record Anything() implements Shape {
        @Override
        public String word() {
            return "any";
        }
    }

    /**
     * Text with a meaning of its own.
     *
     * @param type the value type
     * @param word its name for people
     * @param pattern a regular expression that every valid text matches, for editors; the parser is stricter
     * @param parser throws {@link IllegalArgumentException} with a message for the user
     */
    record Parsed(Class<?> type, String word, String pattern, Function<String, Object> parser) implements Shape {}

    /**
     * One of a few words.
     *
     * @param words the constants by their words in manifests, in the order of declaration
     */
    record Choice(Class<?> type, Map<String, Object> words) implements Shape {
        @Override
        public String word() {
            return "enum";
        }
    }

    /**
     * Any number of values of one form, in order.
     *
     * @param rules the bounds of each value
     */
    record ListOf(Shape element, List<Rule> rules) implements Shape {

        public ListOf {
            rules = List.copyOf(rules);
        }

        @Override
        public String word() {
            return "[]" + element.word();
        }
    }

    /**
     * Values of one form by a key that the user chooses.
     *
     * @param rules the bounds of each value
     */
    record MapOf(Shape value, List<Rule> rules) implements Shape {

        public MapOf {
            rules = List.copyOf(rules);
        }

        @Override
        public String word() {
            return "map[string]" + value.word();
        }
    }

    /**
     * An object with fields of its own.
     *
     * @param fields in the order of declaration
     * @param constructor makes the object of one value, or null, for each field in that order
     */
    record ObjectOf(Class<?> type, List<Field> fields, Function<@Nullable Object[], Object> constructor)
            implements Shape {

        public ObjectOf {
            fields = List.copyOf(fields);
        }

        @Override
        public String word() {
            return "Object";
        }

        /** The field of that name. */
        public Optional<Field> field(String name) {
            return fields.stream().filter(each -> each.name().equals(name)).findFirst();
        }
    }
}
