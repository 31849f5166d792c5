package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a value may be.
 *
 * @param type {@code string}, {@code integer}, {@code number} or {@code boolean}
 * @param words of an enumeration; empty for none
 * @param format of a string, by its name in {@link Formats}
 */
record Rule(
        String type,
        @Nullable Double least,
        @Nullable Double most,
        List<String> words,
        @Nullable String format,
        boolean required) {

    /** Reads {@code int 1..8192}, {@code num 0..}, {@code bool}, {@code enum a|b}, {@code str}, or a format's name. */
    static Rule parse(String text, boolean required) {
        String[] pair = text.split(" ", 2);
        String rest = pair.length > 1 ? pair[1] : "";
        return switch (pair[0]) {
            case "str" -> new Rule("string", null, null, List.of(), null, required);
            case "bool" -> new Rule("boolean", null, null, List.of(), null, required);
            case "enum" -> new Rule("string", null, null, List.of(rest.split("\\|")), null, required);
            case "int", "num" -> {
                String[] range = rest.split("\\.\\.", -1);
                yield new Rule(
                        pair[0].equals("int") ? "integer" : "number",
                        range[0].isEmpty() ? null : Double.valueOf(range[0]),
                        range.length < 2 || range[1].isEmpty() ? null : Double.valueOf(range[1]),
                        List.of(),
                        null,
                        required);
            }
            default -> new Rule("string", null, null, List.of(), pair[0], required);
        };
    }

    /** The same in Proxmox VE 8.4, some of whose formats have fewer parts. */
    Rule older() {
        String before = format == null ? null : Formats.older(format);
        return new Rule(type, least, most, words, before, required);
    }

    /**
     * What is wrong with a value; null when nothing is. In the words of {@code PVE/JSONSchema.pm:check_prop}.
     *
     * @param name of the parameter, with which parts of a value are named
     */
    @Nullable
    String check(String name, String value) {
        String wrong = switch (type) {
            case "integer" -> value.matches("[+-]?\\d{1,18}") ? null : typeError(value);
            case "number" ->
                value.matches("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?") ? null : typeError(value);
            case "boolean" -> value.matches("(?i)1|on|yes|true|0|off|no|false") ? null : typeError(value);
            default -> null;
        };
        if (wrong != null) {
            return wrong;
        }
        if (least != null && Double.parseDouble(value) < least) {
            return "value must have a minimum value of " + plain(least);
        }
        if (most != null && Double.parseDouble(value) > most) {
            return "value must have a maximum value of " + plain(most);
        }
        if (!words.isEmpty() && !words.contains(value)) {
            return "value '" + value + "' does not have a value in the enumeration '" + String.join(", ", words) + "'";
        }
        String problem = format == null ? null : Formats.problem(format, name, value);
        return problem == null ? null : "invalid format - " + problem + "\n";
    }

    private String typeError(String value) {
        return "type check ('" + type + "') failed - got '" + value + "'";
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }
}
