package ai.thinkheads.phoenix.api.type;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A number of bytes, written as a Kubernetes quantity ({@code 2Gi}, {@code 512Mi}, {@code 1.5T}).
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final int LONGEST = 32;
    private static final long LARGEST_QUICK_UNIT = 1L << 50;
    private static final Pattern FORM = Pattern.compile("(\\d+)(\\.\\d+)?([KMGTPE]i|[kMGTPE])?");

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size cannot be negative");
        }
    }

    /**
     * Reads a quantity.
     *
     * @throws IllegalArgumentException with a message for the user when it is none, is negative or is not a whole number of bytes
     */
    @JsonCreator
    public static ByteSize parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (text.length() > LONGEST || !parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + shorten(text) + "' is not a size; write a number and a unit such as 512Mi, 2Gi or 1Ti");
        }
        String whole = parts.group(1);
        if (parts.group(2) == null && whole.length() <= 3) {
            long unit = unit(parts.group(3)).longValue();
            if (unit <= LARGEST_QUICK_UNIT) {
                return new ByteSize(Long.parseLong(whole) * unit);
            }
        }
        String fraction = parts.group(2) == null ? "" : parts.group(2);
        BigDecimal bytes = new BigDecimal(whole + fraction).multiply(unit(parts.group(3)));
        try {
            return new ByteSize(bytes.longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number of bytes below 8Ei", e);
        }
    }

    public static ByteSize ofGi(long gibibytes) {
        return new ByteSize(Math.multiplyExact(gibibytes, 1L << 30));
    }

    public static ByteSize ofMi(long mebibytes) {
        return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    /** The shortest exact binary quantity: {@code 2Gi}, never {@code 2048Mi}. */
    @JsonValue
    @Override
    public String toString() {
        int unit = 0;
        long value = bytes;
        while (value != 0 && value % 1024 == 0 && unit < BINARY.length - 1) {
            value /= 1024;
            unit++;
        }
        return value + BINARY[unit];
    }

    /** To three digits, for people: {@code 3.33Gi}, {@code 420Mi}. */
    public String rounded() {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < BINARY.length - 1) {
            value /= 1024;
            unit++;
        }
        String form = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
        String digits = String.format(Locale.ROOT, form, value);
        return (digits.contains(".") ? digits.replaceAll("\\.?0+$", "") : digits) + BINARY[unit];
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    private static BigDecimal unit(@Nullable String suffix) {
        if (suffix == null) {
            return BigDecimal.ONE;
        }
        int power = "kmgtpe".indexOf(Character.toLowerCase(suffix.charAt(0))) + 1;
        return BigDecimal.valueOf(suffix.endsWith("i") ? 1024 : 1000).pow(power);
    }

    private static String shorten(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
