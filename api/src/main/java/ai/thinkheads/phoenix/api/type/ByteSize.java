package ai.thinkheads.phoenix.api.type;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written as a Kubernetes quantity ({@code 2Gi}, {@code 512Mi}, {@code 1.5T}).
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final int LONGEST = 32;
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
        if (parts.group(2) == null && parts.group(3) != null && parts.group(1).length() <= 3) {
            int unit = List.of(BINARY).indexOf(parts.group(3));
            if (unit > 0 && unit < 5) {
                return new ByteSize(Long.parseLong(parts.group(1)) << (10 * unit));
            }
        }
        BigDecimal bytes = Quantity.getAmountInBytes(new Quantity(text));
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

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    private static String shorten(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
