package ai.thinkheads.phoenix.hosts.proxmox;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Reading Proxmox's JSON, which writes the same number as a number here and as a text there, and switches as 0 and 1. */
final class Json {

    private Json() {}

    static String text(JsonNode node, String name, String fallback) {
        return text(node.path(name), fallback);
    }

    static String text(JsonNode value, String fallback) {
        return value.isValueNode() && !value.isNull() ? value.asString(fallback) : fallback;
    }

    static boolean has(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isValueNode() && !value.isNull();
    }

    static long number(JsonNode node, String name, long fallback) {
        JsonNode value = node.path(name);
        if (value.isNumber()) {
            return value.asLong(fallback);
        }
        String digits = text(value, "").strip();
        return digits.matches("-?\\d{1,18}") ? Long.parseLong(digits) : fallback;
    }

    static boolean flag(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isBoolean() ? value.asBoolean(false) : isOn(text(value, ""));
    }

    /** Whether a switch is on, in any of the ways Proxmox writes that. */
    static boolean isOn(String value) {
        return value.equals("1") || value.equals("on") || value.equals("yes") || value.equals("true");
    }

    /** The plain values of an object, as text. */
    static Map<String, String> texts(JsonNode object) {
        Map<String, String> all = new TreeMap<>();
        object.properties().forEach(each -> {
            if (each.getValue().isValueNode() && !each.getValue().isNull()) {
                all.put(each.getKey(), each.getValue().asString(""));
            }
        });
        return all;
    }
}
