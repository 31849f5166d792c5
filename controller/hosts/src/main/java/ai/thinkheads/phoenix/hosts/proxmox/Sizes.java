package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes as Proxmox writes them: {@code 8G} is 8 GiB. */
final class Sizes {

    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)([KMGT]?)");
    private static final String UNITS = "KMGT";
    private static final int GIBIBYTE = 30;

    private Sizes() {}

    /** Reads the size in a disk's {@code size}; null when there is none, or none that a disk can have. */
    static @Nullable ByteSize parse(@Nullable String text) {
        Matcher parts = FORM.matcher(text == null ? "" : text);
        if (!parts.matches()) {
            return null;
        }
        int power = parts.group(2).isEmpty() ? 0 : UNITS.indexOf(parts.group(2)) + 1;
        BigInteger bytes = new BigDecimal(parts.group(1))
                .multiply(BigDecimal.valueOf(1024).pow(power))
                .toBigInteger();
        return bytes.bitLength() < Long.SIZE ? new ByteSize(bytes.longValue()) : null;
    }

    /** The shortest exact form. */
    static String write(ByteSize size) {
        long value = size.bytes();
        int unit = 0;
        while (value != 0 && value % 1024 == 0 && unit < UNITS.length()) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? String.valueOf(value) : value + UNITS.substring(unit - 1, unit);
    }

    /** A number of GiB for a new volume, with as many decimals as it takes. */
    static String gibibytes(ByteSize size) {
        return new BigDecimal(size.bytes())
                .divide(BigDecimal.valueOf(1L << GIBIBYTE))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Whole MiB, rounded up. */
    static String mebibytes(ByteSize size) {
        return String.valueOf((size.bytes() + (1L << 20) - 1) >> 20);
    }
}
