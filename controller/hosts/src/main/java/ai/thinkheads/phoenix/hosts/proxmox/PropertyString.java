package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proxmox's property strings, such as {@code local:2,mp=/data,ro=1}: pairs of key and value in an order that means nothing, of
 * which one key, the format's default, may be left out.
 */
final class PropertyString {

    private PropertyString() {}

    /**
     * Takes a property string apart.
     *
     * @param defaultKey the key of a value without one; null when the format has none, and such a value becomes a key with an empty
     *     value
     */
    static Map<String, String> parse(String text, @Nullable String defaultKey) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            String pair = part.strip();
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parts.put(pair.substring(0, equals), pair.substring(equals + 1));
            } else if (defaultKey != null) {
                parts.putIfAbsent(defaultKey, pair);
            } else {
                parts.put(pair, "");
            }
        }
        return parts;
    }

    /**
     * Puts a property string together. The default key comes first and without its name where its value allows that.
     *
     * @throws HostException REFUSED when a value holds a comma, which the format has no way to write
     */
    static String write(Map<String, String> parts, @Nullable String defaultKey) {
        StringBuilder text = new StringBuilder();
        String first = defaultKey == null ? null : parts.get(defaultKey);
        if (first != null) {
            text.append(first.contains("=") ? defaultKey + "=" : "").append(checked(defaultKey, first));
        }
        parts.forEach((key, value) -> {
            if (!key.equals(defaultKey)) {
                text.append(text.isEmpty() ? "" : ",").append(key);
                if (!value.isEmpty()) {
                    text.append('=').append(checked(key, value));
                }
            }
        });
        return text.toString();
    }

    private static String checked(@Nullable String key, String value) {
        if (value.indexOf(',') >= 0 || value.indexOf('\n') >= 0) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "proxmox cannot write " + key + " '" + value + "': a value must not hold a comma or a line's end");
        }
        return value;
    }
}
