package ai.thinkheads.phoenix.api.manifest;

import java.math.BigInteger;
import java.util.regex.Pattern;

/** What a value written without quotes is, by the core schema of YAML 1.2: {@code no} is text, {@code 0640} a number. */
final class Scalars {

    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    private static final Pattern REAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final int LONGEST_NUMBER = 40;

    private Scalars() {}

    static boolean isNull(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> true;
            default -> false;
        };
    }

    static boolean isFlag(String text) {
        return switch (text) {
            case "true", "True", "TRUE", "false", "False", "FALSE" -> true;
            default -> false;
        };
    }

    static boolean flag(String text) {
        return text.charAt(0) == 't' || text.charAt(0) == 'T';
    }

    static boolean isWhole(String text) {
        return mayBeNumber(text) && WHOLE.matcher(text).matches();
    }

    static boolean isNumber(String text) {
        return mayBeNumber(text)
                && (WHOLE.matcher(text).matches() || REAL.matcher(text).matches());
    }

    /** The number, as {@link Integer} or {@link Long} where it fits, else as {@link BigInteger}. */
    static Number whole(String text) {
        BigInteger number = text.startsWith("0o")
                ? new BigInteger(text.substring(2), 8)
                : text.startsWith("0x")
                        ? new BigInteger(text.substring(2), 16)
                        : new BigInteger(text.startsWith("+") ? text.substring(1) : text);
        if (number.bitLength() < 32) {
            return number.intValue();
        }
        return number.bitLength() < 64 ? (Number) number.longValue() : number;
    }

    static double real(String text) {
        return isWhole(text) ? whole(text).doubleValue() : Double.parseDouble(text);
    }

    private static boolean mayBeNumber(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NUMBER) {
            return false;
        }
        char first = text.charAt(0);
        return (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
    }
}
