package ai.thinkheads.phoenix.api.type;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Pattern;

/** A unicast Ethernet address, kept in capitals with colons as Proxmox writes it. */
public record MacAddress(@JsonValue String text) {

    private static final Pattern FORM = Pattern.compile("([0-9A-F]{2}:){5}[0-9A-F]{2}");

    /**
     * Reads six pairs of hexadecimal digits.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    @JsonCreator
    public static MacAddress parse(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        if (!FORM.matcher(upper).matches()) {
            throw new IllegalArgumentException("'" + IpAddress.shorten(text)
                    + "' is not a MAC address; write six pairs such as BC:24:11:00:00:01");
        }
        if ((Integer.parseInt(upper.substring(0, 2), 16) & 1) == 1) {
            throw new IllegalArgumentException("'" + upper + "' is a multicast address; the first byte has to be even");
        }
        return new MacAddress(upper);
    }

    @Override
    public String toString() {
        return text;
    }
}
