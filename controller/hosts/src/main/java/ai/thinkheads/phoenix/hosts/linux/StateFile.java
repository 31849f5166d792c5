package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The small JSON files in which Phoenix remembers on a host what the host itself has no place for. */
final class StateFile {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private StateFile() {}

    /** A file with a list; an empty text is an empty list. */
    static <T> List<T> list(String name, String text, Class<T> type) {
        if (text.isBlank()) {
            return List.of();
        }
        try {
            return JSON.readValue(text, JSON.getTypeFactory().constructCollectionType(List.class, type));
        } catch (JacksonException e) {
            throw unreadable(name, e);
        }
    }

    /** A file with one value; null for an empty text. */
    static <T> @Nullable T value(String name, String text, Class<T> type) {
        if (text.isBlank()) {
            return null;
        }
        try {
            return JSON.readValue(text, type);
        } catch (JacksonException e) {
            throw unreadable(name, e);
        }
    }

    private static HostException unreadable(String name, JacksonException e) {
        return new HostException(
                HostException.Cause.REFUSED,
                "the file " + name + " in Phoenix's folder on the host is not what Phoenix wrote: "
                        + e.getOriginalMessage()
                        + "; put back a copy of it, or remove it and its resources are adopted anew",
                e);
    }

    static void write(HostCommands commands, LinuxRoots roots, String name, Object value) {
        commands.script("mkdir -p -m 0755 -- \"$1\"", roots.state());
        commands.write(
                roots.stateFile(name), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n", "0644");
    }
}
