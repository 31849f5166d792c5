package ai.thinkheads.phoenix.hosts.proxmox;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a call, in order; a list is the same name several times. Never printed: values may be secrets. */
final class Params {

    private final List<Map.Entry<String, String>> entries = new ArrayList<>();

    static Params none() {
        return new Params();
    }

    static Params of(Map<String, String> options) {
        Params params = new Params();
        options.forEach(params::with);
        return params;
    }

    Params with(String name, String value) {
        entries.add(Map.entry(name, value));
        return this;
    }

    Params with(String name, long value) {
        return with(name, String.valueOf(value));
    }

    /** One that is left out when it is null. */
    Params maybe(String name, @Nullable String value) {
        return value == null ? this : with(name, value);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** As in a query or a form. */
    String encoded() {
        StringBuilder text = new StringBuilder();
        entries.forEach(each -> text.append(text.isEmpty() ? "" : "&")
                .append(encode(each.getKey()))
                .append('=')
                .append(encode(each.getValue())));
        return text.toString();
    }

    /** One part of a path or a query. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return entries.stream().map(Map.Entry::getKey).toList().toString();
    }
}
