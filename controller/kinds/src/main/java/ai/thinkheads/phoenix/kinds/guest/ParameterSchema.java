package ai.thinkheads.phoenix.kinds.guest;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Checks a feature's parameters against the part of JSON Schema that features may use: {@code type}, {@code enum}, {@code const},
 * {@code pattern}, {@code minLength}, {@code maxLength}, {@code minimum}, {@code maximum}, {@code items}, {@code minItems},
 * {@code maxItems}, {@code properties}, {@code required}, {@code additionalProperties} and {@code default}. A parameter that
 * comes from a Secret is checked for its name only.
 */
final class ParameterSchema {

    private final List<String> problems = new ArrayList<>();

    private ParameterSchema() {}

    /** Everything that is wrong with the parameters, each as {@code field: cause}. */
    static List<String> problems(String field, Map<String, Object> schema, Map<String, Object> parameters) {
        ParameterSchema check = new ParameterSchema();
        if (!schema.isEmpty()) {
            check.object(field, schema, parameters);
        } else if (!parameters.isEmpty()) {
            check.add(field + "." + parameters.keySet().iterator().next(), "this feature takes no parameters");
        }
        return check.problems;
    }

    /** The parameters with the schema's defaults for those that are not given. */
    static Map<String, Object> withDefaults(Map<String, Object> schema, Map<String, Object> parameters) {
        Map<String, Object> all = new TreeMap<>();
        properties(schema).forEach((name, property) -> {
            if (property instanceof Map<?, ?> map && map.get("default") != null) {
                all.put(name, Objects.requireNonNull(map.get("default")));
            }
        });
        all.putAll(parameters);
        return all;
    }

    private void object(String field, Map<?, ?> schema, Map<?, ?> value) {
        Map<String, ?> properties = properties(schema);
        if (schema.get("required") instanceof List<?> required) {
            for (Object name : required) {
                boolean defaulted =
                        properties.get(String.valueOf(name)) instanceof Map<?, ?> map && map.get("default") != null;
                if (!value.containsKey(name) && !defaulted) {
                    add(field + "." + name, "is required");
                }
            }
        }
        value.forEach((name, each) -> {
            String at = field + "." + name;
            if (properties.get(String.valueOf(name)) instanceof Map<?, ?> property) {
                value(at, property, each);
            } else if (schema.get("additionalProperties") instanceof Map<?, ?> others) {
                value(at, others, each);
            } else if (!properties.containsKey(String.valueOf(name))
                    && !Boolean.TRUE.equals(schema.get("additionalProperties"))) {
                add(at, "is not a parameter of this feature, which has " + GuestFields.list(properties.keySet()));
            }
        });
    }

    private void value(String field, Map<?, ?> schema, @Nullable Object value) {
        if (value instanceof Map<?, ?> map && map.containsKey("secretRef")) {
            return;
        }
        if (!type(field, schema.get("type"), value)) {
            return;
        }
        if (schema.get("enum") instanceof List<?> words && words.stream().noneMatch(each -> equal(each, value))) {
            add(field, "must be one of " + words);
        }
        if (schema.containsKey("const") && !equal(schema.get("const"), value)) {
            add(field, "must be " + schema.get("const"));
        }
        switch (value) {
            case String text -> text(field, schema, text);
            case Number number -> number(field, schema, number);
            case List<?> list -> list(field, schema, list);
            case Map<?, ?> map -> object(field, schema, map);
            case null, default -> {
                // Booleans and null have a type and nothing more.
            }
        }
    }

    private boolean type(String field, @Nullable Object type, @Nullable Object value) {
        List<?> types = type instanceof List<?> list ? list : type == null ? List.of() : List.of(type);
        boolean fits = types.isEmpty()
                || types.stream().anyMatch(each -> switch (String.valueOf(each)) {
                    case "string" -> value instanceof String;
                    case "integer" -> value instanceof Number n && isWhole(n);
                    case "number" -> value instanceof Number;
                    case "boolean" -> value instanceof Boolean;
                    case "array" -> value instanceof List;
                    case "object" -> value instanceof Map;
                    case "null" -> value == null;
                    default -> true;
                });
        if (!fits) {
            add(
                    field,
                    "must be of type "
                            + String.join(
                                    " or ", types.stream().map(String::valueOf).toList()));
        }
        return fits;
    }

    private void text(String field, Map<?, ?> schema, String text) {
        if (schema.get("pattern") instanceof String pattern && !find(pattern, text)) {
            add(field, "must match " + pattern);
        }
        if (schema.get("minLength") instanceof Number least && text.length() < least.intValue()) {
            add(field, "must have at least " + least + " characters");
        }
        if (schema.get("maxLength") instanceof Number most && text.length() > most.intValue()) {
            add(field, "must have at most " + most + " characters");
        }
    }

    private void number(String field, Map<?, ?> schema, Number number) {
        if (schema.get("minimum") instanceof Number least && decimal(number).compareTo(decimal(least)) < 0) {
            add(field, "must be at least " + least);
        }
        if (schema.get("maximum") instanceof Number most && decimal(number).compareTo(decimal(most)) > 0) {
            add(field, "must be at most " + most);
        }
    }

    private void list(String field, Map<?, ?> schema, List<?> list) {
        if (schema.get("minItems") instanceof Number least && list.size() < least.intValue()) {
            add(field, "must have at least " + least + " elements");
        }
        if (schema.get("maxItems") instanceof Number most && list.size() > most.intValue()) {
            add(field, "must have at most " + most + " elements");
        }
        if (schema.get("items") instanceof Map<?, ?> items) {
            for (int i = 0; i < list.size(); i++) {
                value(field + "[" + i + "]", items, list.get(i));
            }
        }
    }

    private void add(String field, String problem) {
        problems.add(field + ": " + problem);
    }

    private static Map<String, ?> properties(Map<?, ?> schema) {
        Map<String, Object> properties = new TreeMap<>();
        if (schema.get("properties") instanceof Map<?, ?> map) {
            map.forEach((name, property) -> properties.put(String.valueOf(name), property == null ? "" : property));
        }
        return properties;
    }

    private static boolean find(String pattern, String text) {
        try {
            return Pattern.compile(pattern).matcher(text).find();
        } catch (PatternSyntaxException e) {
            return true;
        }
    }

    private static boolean equal(@Nullable Object a, @Nullable Object b) {
        return a instanceof Number x && b instanceof Number y
                ? decimal(x).compareTo(decimal(y)) == 0
                : Objects.equals(a, b);
    }

    private static boolean isWhole(Number number) {
        return decimal(number).stripTrailingZeros().scale() <= 0;
    }

    private static BigDecimal decimal(Number number) {
        return new BigDecimal(number.toString());
    }
}
