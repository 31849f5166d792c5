package ai.thinkheads.phoenix.hosts.zfs;

import ai.thinkheads.phoenix.hosts.port.Mark;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Phoenix's mark as a user property of a dataset; that of a pool is on its root dataset. */
public final class MarkProperty {

    /** The property; datasets below inherit it, and only a value of a dataset's own counts. */
    public static final String NAME = "ai.thinkheads.phoenix:mark";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MarkProperty() {}

    private record Text(String owner, Map<String, String> facts) {}

    /** As ZFS keeps it: one line. */
    public static String write(Mark mark) {
        return JSON.writeValueAsString(new Text(mark.owner(), new TreeMap<>(mark.facts())));
    }

    /** The mark in a value; null where somebody has written something else. */
    public static @Nullable Mark read(@Nullable String value) {
        if (value == null || !value.startsWith("{")) {
            return null;
        }
        try {
            Text text = JSON.readValue(value, Text.class);
            return text.owner() == null ? null : new Mark(text.owner(), text.facts() == null ? Map.of() : text.facts());
        } catch (JacksonException e) {
            return null;
        }
    }
}
