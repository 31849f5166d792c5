package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** ZFS property values in one canonical form each, so that {@code 128K} and {@code 131072} are no difference. */
public final class ZfsValues {

    private static final Set<String> SIZES = Set.of(
            "quota",
            "refquota",
            "reservation",
            "refreservation",
            "recordsize",
            "volblocksize",
            "volsize",
            "special_small_blocks");
    private static final Set<String> NOT_INHERITED = Set.of("quota", "refquota", "reservation", "refreservation");
    private static final Pattern SIZE = Pattern.compile("(\\d+)(\\.\\d+)?([kmgtpe]?)(?:i?b?)");
    private static final String UNITS = "kmgtpe";
    private static final Map<String, String> SAME = Map.of(
            "acltype=posixacl", "posix",
            "acltype=noacl", "off",
            "xattr=dir", "on",
            "compression=gzip-6", "gzip",
            "compression=zstd-3", "zstd");

    private ZfsValues() {}

    /** The canonical form of a value: sizes in plain bytes, {@code none} for no size as 0, other names of the same as one. */
    public static String canonical(String property, String value) {
        String text = value.strip();
        if (SIZES.contains(property)) {
            return bytes(text.toLowerCase(Locale.ROOT));
        }
        if (property.equals("mountpoint")) {
            return text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        String plain = lower.equals("true") || lower.equals("yes")
                ? "on"
                : lower.equals("false") || lower.equals("no") ? "off" : text;
        return SAME.getOrDefault(property + "=" + plain, plain);
    }

    /** The value for a person: limits on space in the units that they were written in, and none for no limit. */
    public static String readable(String property, String value) {
        if (!NOT_INHERITED.contains(property) || !value.matches("\\d{1,18}")) {
            return value;
        }
        long bytes = Long.parseLong(value);
        return bytes == 0 ? "none" : new ByteSize(bytes).toString();
    }

    /** Whether two values of a property mean the same. */
    public static boolean same(String property, String one, String other) {
        return canonical(property, one).equals(canonical(property, other));
    }

    /** Whether a property goes back to its default by being inherited; limits on space are taken away by {@code none}. */
    public static boolean isInherited(String property) {
        return !NOT_INHERITED.contains(property);
    }

    /** The names of properties as one short fact of a mark. */
    public static String fact(Set<String> names) {
        return String.join(",", new TreeSet<>(names));
    }

    /** The names that such a fact lists. */
    public static Set<String> names(String fact) {
        return new TreeSet<>(ordered(fact));
    }

    /** The names that such a fact lists, in its order. */
    public static List<String> ordered(String fact) {
        return Arrays.stream(fact.split(",", -1))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static String bytes(String text) {
        if (text.equals("none") || text.equals("0")) {
            return "0";
        }
        Matcher parts = SIZE.matcher(text);
        if (!parts.matches()) {
            return text;
        }
        int power = parts.group(3).isEmpty() ? 0 : UNITS.indexOf(parts.group(3)) + 1;
        BigDecimal number = new BigDecimal(parts.group(2) == null ? parts.group(1) : parts.group(1) + parts.group(2));
        return number.multiply(BigDecimal.valueOf(1024).pow(power))
                .toBigInteger()
                .toString();
    }
}
