package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a call, or the parts of a value with parts.
 *
 * @param named by name; a name that ends in {@code [n]} stands for it with any number
 */
record Rules(Map<String, Rule> named) {

    static final Rules NONE = new Rules(Map.of());
    private static final String UNKNOWN =
            "property is not defined in schema and the schema does not allow additional properties";
    private static final String MISSING = "property is missing and it is not optional";

    /** Reads lines of the form {@code name[!]: rule}; an exclamation mark says that it must be there. */
    static Rules of(String... lines) {
        Map<String, Rule> all = new LinkedHashMap<>();
        for (String block : lines) {
            for (String line : block.split("\n")) {
                int colon = line.indexOf(':');
                if (colon < 0) {
                    continue;
                }
                String name = line.substring(0, colon).strip();
                boolean required = name.endsWith("!");
                Rule rule = Rule.parse(line.substring(colon + 1).strip(), required);
                all.put(required ? name.substring(0, name.length() - 1) : name, rule);
            }
        }
        return new Rules(all);
    }

    Rules and(Rules other) {
        Map<String, Rule> all = new LinkedHashMap<>(named);
        all.putAll(other.named);
        return new Rules(all);
    }

    @Nullable
    Rule rule(String name) {
        Rule exact = named.get(name);
        return exact != null ? exact : named.get(name.replaceFirst("\\d{1,3}$", "[n]"));
    }

    /** What is wrong, by parameter; all of it at once. */
    Map<String, String> check(Map<String, String> values) {
        return check("", values);
    }

    /** The same for parts of a value, which are named after it. */
    Map<String, String> check(String prefix, Map<String, String> values) {
        Map<String, String> errors = new TreeMap<>();
        values.forEach((name, value) -> {
            Rule rule = rule(name);
            String wrong = rule == null ? UNKNOWN : rule.check(prefix + name, value);
            if (wrong != null) {
                errors.put(name, wrong);
            }
        });
        named.forEach((name, rule) -> {
            if (rule.required() && !values.containsKey(name)) {
                errors.put(name, MISSING);
            }
        });
        return errors;
    }
}
