package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A guest's configuration file in {@code /etc/pve}: notes as comments, options, raw lines, what is pending, snapshots. Pure.
 *
 * @param options of the first section, {@code description} being the notes
 * @param raw lines of LXC
 */
public record GuestText(Map<String, String> options, List<String> raw) {

    /** Writes a guest's file. */
    static String write(Guests.Observed<? extends GuestConfig> guest) {
        StringBuilder text = new StringBuilder(512);
        Map<String, String> current = GuestOptions.of(guest.effective());
        Map<String, String> first = new TreeMap<>(current);
        if (guest.lock() != null) {
            first.put("lock", guest.lock());
        }
        if (guest.template()) {
            first.put("template", "1");
        }
        for (int i = 0; i < guest.unused().size(); i++) {
            first.put("unused" + i, guest.unused().get(i));
        }
        section(text, first, GuestOptions.raw(guest.effective()));
        if (!guest.pending().isEmpty()) {
            Map<String, String> next = GuestOptions.of(guest.config());
            text.append("\n[pve:pending]\n");
            String gone = String.join(
                    ",",
                    current.keySet().stream()
                            .filter(key -> !next.containsKey(key))
                            .toList());
            if (!gone.isEmpty()) {
                text.append("delete: ").append(gone).append('\n');
            }
            next.entrySet().removeIf(each -> each.getValue().equals(current.get(each.getKey())));
            section(text, next, List.of());
        }
        guest.snapshots().forEach(snapshot -> {
            text.append("\n[").append(snapshot.name()).append("]\n");
            Map<String, String> options = new LinkedHashMap<>();
            options.put("description", snapshot.description());
            if (snapshot.takenAt() != null) {
                options.put("snaptime", String.valueOf(snapshot.takenAt().getEpochSecond()));
            }
            section(text, options, List.of());
        });
        return text.toString();
    }

    private static void section(StringBuilder text, Map<String, String> options, List<String> raw) {
        String notes = options.getOrDefault("description", "");
        notes.lines().forEach(line -> text.append('#').append(encoded(line)).append('\n'));
        options.forEach((key, value) -> {
            if (!key.equals("description")) {
                text.append(key).append(": ").append(value).append('\n');
            }
        });
        raw.forEach(line -> text.append(line).append('\n'));
    }

    /** Notes are kept with what a line cannot hold behind percent signs. */
    private static String encoded(String line) {
        return line.replace("%", "%25").replace("\r", "%0D").replace(":", "%3A");
    }

    /** Reads the first section of a file. */
    public static GuestText parse(String text) {
        Map<String, String> options = new LinkedHashMap<>();
        List<String> raw = new ArrayList<>();
        StringBuilder notes = new StringBuilder();
        for (String line : text.lines().toList()) {
            if (line.startsWith("[")) {
                break;
            }
            int colon = line.indexOf(':');
            if (line.startsWith("#")) {
                notes.append(line.substring(1)
                                .replace("%3A", ":")
                                .replace("%0D", "\r")
                                .replace("%25", "%"))
                        .append('\n');
            } else if (line.startsWith("lxc.")) {
                raw.add(line);
            } else if (colon > 0) {
                options.put(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        if (!notes.isEmpty()) {
            options.put("description", notes.toString());
        }
        return new GuestText(options, raw);
    }

    @Nullable
    String lock() {
        return options.get("lock");
    }
}
