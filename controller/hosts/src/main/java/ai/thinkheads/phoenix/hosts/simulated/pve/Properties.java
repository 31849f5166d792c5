package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values with parts, {@code local-zfs:vm-101-disk-0,size=8G}, and the sizes in them. Pure. */
public final class Properties {

    private Properties() {}

    /**
     * Takes a value apart.
     *
     * @param first the name of a first part that stands without one; empty for none
     */
    public static Map<String, String> parse(String text, String first) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            if (equals < 0 && !first.isEmpty()) {
                parts.put(first, part);
            } else if (equals > 0) {
                parts.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return parts;
    }

    /** The parts that are not null, in their order; one without a name stands first. */
    public static String write(@Nullable String first, Map<String, @Nullable String> parts) {
        String rest = parts.entrySet().stream()
                .filter(each -> each.getValue() != null)
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
        return first == null ? rest : rest.isEmpty() ? first : first + "," + rest;
    }

    /** A size in the largest unit that leaves no rest: {@code 8G}. */
    public static String size(ByteSize size) {
        long value = size.bytes();
        String units = "KMGT";
        int unit = -1;
        while (value > 0 && value % 1024 == 0 && unit + 1 < units.length()) {
            value /= 1024;
            unit++;
        }
        return value + (unit < 0 ? "" : units.substring(unit, unit + 1));
    }

    /** Reads such a size; null when there is none. */
    public static @Nullable ByteSize size(@Nullable String text) {
        long bytes = text == null ? -1 : Columns.bytes(text);
        return bytes < 0 ? null : new ByteSize(bytes);
    }

    /** The part before the colon of a volume's id. */
    public static String storage(String volume) {
        int colon = volume.indexOf(':');
        return colon < 0 ? "" : volume.substring(0, colon);
    }

    public static boolean on(@Nullable String text) {
        return text != null && text.matches("1|yes|on|true");
    }

    public static @Nullable Integer number(@Nullable String text) {
        return text != null && text.matches("\\d{1,9}") ? Integer.valueOf(text) : null;
    }
}
