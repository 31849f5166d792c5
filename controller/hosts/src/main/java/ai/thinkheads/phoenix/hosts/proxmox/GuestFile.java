package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.Guests.Snapshot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A guest's configuration file: {@code /etc/pve/lxc/ID.conf} or {@code /etc/pve/qemu-server/ID.conf}.
 *
 * @param current the options in force
 * @param lxc raw {@code lxc.*} lines, in their order
 * @param pending options that wait for a restart
 * @param deleted options that are taken away by a restart
 * @param snapshots the oldest first
 * @param digest SHA-1 of the file
 */
record GuestFile(
        Map<String, String> current,
        List<Line> lxc,
        Map<String, String> pending,
        Set<String> deleted,
        List<Snapshot> snapshots,
        String digest) {

    private static final String PENDING = "pve:pending";

    GuestFile {
        current = Map.copyOf(current);
        lxc = List.copyOf(lxc);
        pending = Map.copyOf(pending);
        deleted = Set.copyOf(deleted);
        snapshots = List.copyOf(snapshots);
    }

    /** A raw line. */
    record Line(String key, String value) {
        @Override
        public String toString() {
            return key + ": " + value;
        }
    }

    /** The options as they are after the next start. */
    Map<String, String> next() {
        Map<String, String> next = new LinkedHashMap<>(current);
        deleted.forEach(next::remove);
        next.putAll(pending);
        return next;
    }

    @Nullable
    String lock() {
        return current.get("lock");
    }

    boolean isTemplate() {
        return "1".equals(current.get("template"));
    }

    /** Volumes that belong to the guest and are not attached, by the option that lists them. */
    Map<String, String> unused() {
        Map<String, String> unused = new java.util.TreeMap<>(Comparator.comparingInt(GuestFile::index));
        current.forEach((key, value) -> {
            if (key.matches("unused\\d+")) {
                unused.put(key, value.contains(",") ? value.substring(0, value.indexOf(',')) : value);
            }
        });
        return unused;
    }

    /** The number at the end of an option's name. */
    static int index(String key) {
        String digits = key.replaceFirst("^\\D+", "");
        return digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(Character::isDigit)
                ? 0
                : Integer.parseInt(digits);
    }

    /** Reads a file's text. */
    static GuestFile parse(String text) {
        Parser parser = new Parser();
        text.lines().forEach(parser::line);
        return parser.done(digest(text));
    }

    /** What Proxmox calls the digest of a file. */
    static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The file's text with other raw lines in its first section, and everything else as it was. */
    static String withRaw(String text, List<Line> lxc) {
        StringBuilder out = new StringBuilder();
        boolean first = true;
        boolean written = false;
        for (String line : text.split("\n", -1)) {
            boolean section = line.startsWith("[");
            if (first && section) {
                written = appendRaw(out, lxc);
                out.append('\n');
                first = false;
            }
            if (first && (line.startsWith("lxc.") || line.isBlank())) {
                continue;
            }
            out.append(line).append('\n');
        }
        if (!written) {
            appendRaw(out, lxc);
        }
        return out.toString().stripTrailing() + "\n";
    }

    private static boolean appendRaw(StringBuilder out, List<Line> lxc) {
        lxc.forEach(line -> out.append(line).append('\n'));
        return true;
    }

    /** Notes are kept as comments, with what is not plain text escaped by percent signs. */
    static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * 4);
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '%' && i + 2 < text.length() && isHex(text.charAt(i + 1)) && isHex(text.charAt(i + 2))) {
                bytes.put((byte) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 3;
            } else {
                int point = text.codePointAt(i);
                bytes.put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(point);
            }
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0;
    }

    /** One section of the file. */
    private static final class Section {
        final Map<String, String> options = new LinkedHashMap<>();
        final List<Line> lxc = new ArrayList<>();
        final StringBuilder notes = new StringBuilder();

        void line(String line) {
            if (line.startsWith("#")) {
                notes.append(decode(line.substring(1).stripTrailing())).append('\n');
                return;
            }
            if (line.startsWith("lxc.")) {
                String[] pair = line.split("\\s*[:=]\\s*", 2);
                lxc.add(new Line(pair[0].strip(), pair.length > 1 ? pair[1].strip() : ""));
                return;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                options.merge(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip(),
                        (before, more) -> line.startsWith("delete:") ? before + "," + more : more);
            }
        }

        Map<String, String> all() {
            if (!notes.isEmpty()) {
                options.put("description", notes.toString());
            }
            return options;
        }
    }

    private static final class Parser {
        private final Section main = new Section();
        private final Section pending = new Section();
        private final Map<String, Section> snapshots = new LinkedHashMap<>();
        private Section at = main;

        void line(String line) {
            if (line.startsWith("[") && line.stripTrailing().endsWith("]")) {
                String name = line.strip().substring(1, line.strip().length() - 1);
                if (name.equals(PENDING)) {
                    at = pending;
                } else if (name.contains(":")) {
                    at = new Section();
                } else {
                    at = snapshots.computeIfAbsent(name, key -> new Section());
                }
                return;
            }
            at.line(line);
        }

        GuestFile done(String digest) {
            Map<String, String> waiting = new LinkedHashMap<>(pending.all());
            Set<String> deleted = new HashSet<>();
            String gone = waiting.remove("delete");
            if (gone != null) {
                for (String each : gone.split("[,; ]+")) {
                    deleted.add(each.startsWith("!") ? each.substring(1) : each);
                }
            }
            List<Snapshot> taken = new ArrayList<>();
            snapshots.forEach((name, section) -> taken.add(snapshot(name, section.all())));
            taken.sort(Comparator.comparing(each -> each.takenAt() == null ? Instant.MAX : each.takenAt()));
            return new GuestFile(main.all(), main.lxc, waiting, deleted, taken, digest);
        }

        private static Snapshot snapshot(String name, Map<String, String> options) {
            String time = options.getOrDefault("snaptime", "");
            return new Snapshot(
                    name,
                    options.getOrDefault("description", "").stripTrailing(),
                    time.matches("\\d{1,12}") ? Instant.ofEpochSecond(Long.parseLong(time)) : null);
        }
    }
}
