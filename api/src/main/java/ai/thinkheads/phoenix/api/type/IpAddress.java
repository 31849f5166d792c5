package ai.thinkheads.phoenix.api.type;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** An IPv4 or IPv6 address, written literally; names are refused and nothing is looked up. */
public record IpAddress(InetAddress address) {

    private static final Pattern CHARACTERS = Pattern.compile("[0-9a-fA-F:.]+");
    private static final Pattern DOTTED_QUAD = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}");

    /**
     * Reads an address literal.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    @JsonCreator
    public static IpAddress parse(String text) {
        if (text.length() > 45 || !CHARACTERS.matcher(text).matches() || (!text.contains(":") && !isDottedQuad(text))) {
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

    private static boolean isDottedQuad(String text) {
        return DOTTED_QUAD.matcher(text).matches();
    }

    static String shorten(String text) {
        return text.length() <= 45 ? text : text.substring(0, 45) + "…";
    }
}
