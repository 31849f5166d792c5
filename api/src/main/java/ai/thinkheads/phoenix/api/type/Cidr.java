package ai.thinkheads.phoenix.api.type;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;

/**
 * An address with the length of its network's prefix, for example {@code 10.0.0.13/24}.
 *
 * @param prefix 0 to 32, or to 128 for IPv6
 */
public record Cidr(IpAddress address, int prefix) {

    public Cidr {
        if (prefix < 0 || prefix > bits(address)) {
            throw new IllegalArgumentException("the prefix length /" + prefix + " is not within 0 to " + bits(address));
        }
    }

    /**
     * Reads {@code address/prefix}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    @JsonCreator
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !isPrefix(text, slash + 1)) {
            throw new IllegalArgumentException("'" + IpAddress.shorten(text)
                    + "' is not an address with a prefix length; write for example 10.0.0.13/24");
        }
        return new Cidr(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** Whether one to three digits stand there, up to the end. */
    private static boolean isPrefix(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return from < text.length() && text.length() <= from + 3;
    }

    /** Whether {@code other} lies in this network. */
    public boolean contains(IpAddress other) {
        return other.isV6() == address.isV6() && network(other).equals(network(address));
    }

    @JsonValue
    @Override
    public String toString() {
        return address + "/" + prefix;
    }

    private BigInteger network(IpAddress of) {
        return of.number().shiftRight(bits(address) - prefix);
    }

    private static int bits(IpAddress address) {
        return address.isV6() ? 128 : 32;
    }
}
