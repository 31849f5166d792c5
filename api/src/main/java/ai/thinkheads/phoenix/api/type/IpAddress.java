package ai.thinkheads.phoenix.api.type;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;
import java.net.InetAddress;

/** An IPv4 or IPv6 address, written literally; names are refused and nothing is looked up. */
public record IpAddress(InetAddress address) {

    /**
     * Reads an address literal.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    @JsonCreator
    public static IpAddress parse(String text) {
        if (text.length() > 45 || !(text.indexOf(':') < 0 ? isDottedQuad(text) : isOfV6(text))) {
            throw new IllegalArgumentException(
                    "'" + shorten(text) + "' is not an IP address; write for example 10.0.0.13 or fd00::13");
        }
        try {
            return new IpAddress(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + shorten(text) + "' is not an IP address", e);
        }
    }

    public boolean isV6() {
        return address.getAddress().length == 16;
    }

    /** The address as an unsigned number. */
    public BigInteger number() {
        return new BigInteger(1, address.getAddress());
    }

    @JsonValue
    @Override
    public String toString() {
        return address.getHostAddress();
    }

    /** Whether it is four numbers of one to three digits with dots between them. */
    private static boolean isDottedQuad(String text) {
        int dots = 0;
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each >= '0' && each <= '9' && digits < 3) {
                digits++;
            } else if (each == '.' && digits > 0) {
                dots++;
                digits = 0;
            } else {
                return false;
            }
        }
        return dots == 3 && digits > 0;
    }

    /** Whether it has only what an IPv6 address is written with. */
    private static boolean isOfV6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each != ':' && each != '.' && (each > 'f' || Character.digit(each, 16) < 0)) {
                return false;
            }
        }
        return true;
    }

    static String shorten(String text) {
        return text.length() <= 45 ? text : text.substring(0, 45) + "…";
    }
}
