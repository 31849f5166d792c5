package ai.thinkheads.phoenix.hosts.zfs;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what the tools print, OpenZFS 2.x and zfs-fuse alike. Pure. */
final class ZfsText {

    private static final Pattern FIELD =
            Pattern.compile("^ *(pool|state|scan|scrub|errors|config|status|action|see|id): ?(.*)$");
    private static final Pattern ROW = Pattern.compile(
            "^\\t( *)(.+?) +(ONLINE|DEGRADED|FAULTED|OFFLINE|UNAVAIL|REMOVED|AVAIL|INUSE|SUSPENDED)\\b *(.*)$");
    private static final Pattern CLASS = Pattern.compile("^\\t(logs|spares|cache|special|dedup)\\s*$");
    private static final Pattern GROUP = Pattern.compile("(mirror|raidz[123]?|draid\\S*|replacing|spare)(-\\d+)?");
    private static final Pattern WAS = Pattern.compile("\\bwas (/.*)$");
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)([KMGTPEZ]?)B?");
    private static final Map<String, String> CLASSES =
            Map.of("logs", "log", "spares", "spare", "cache", "cache", "special", "special", "dedup", "dedup");

    private ZfsText() {}

    /**
     * One pool of {@code zpool status}.
     *
     * @param paths of its devices as the tool shows them
     */
    record Status(
            String name, String state, String scan, String errors, List<Vdev> vdevs, Map<String, String> health) {}

    /** A property of a dataset as {@code zfs get} prints it. */
    record Property(String value, String source) {
        boolean isOwn() {
            return source.equals("local") || source.equals("received");
        }
    }

    /** Reads {@code zpool status}, or the pools of {@code zpool import}. */
    static List<Status> status(String text) {
        List<Status> all = new ArrayList<>();
        Map<String, String> fields = new HashMap<>();
        List<String> rows = new ArrayList<>();
        String field = "";
        for (String line : text.lines().toList()) {
            Matcher at = FIELD.matcher(line);
            if (at.matches()) {
                field = at.group(1).equals("scrub") ? "scan" : at.group(1);
                if (field.equals("pool")) {
                    finish(fields, rows, all);
                }
                fields.put(field, at.group(2));
            } else if (field.equals("config")) {
                rows.add(line);
            } else if (!line.isBlank() && !field.isEmpty()) {
                fields.merge(field, line.strip(), (before, more) -> before + " " + more);
            }
        }
        finish(fields, rows, all);
        return all;
    }

    private static void finish(Map<String, String> fields, List<String> rows, List<Status> all) {
        String name = fields.get("pool");
        if (name != null) {
            Config config = new Config(name);
            rows.forEach(config::row);
            all.add(new Status(
                    name,
                    fields.getOrDefault("state", "UNKNOWN"),
                    fields.getOrDefault("scan", "none requested"),
                    fields.getOrDefault("errors", ""),
                    config.vdevs(),
                    config.health));
        }
        fields.clear();
        rows.clear();
    }

    /** The tree of devices, row by row; depth is two spaces a level. */
    private static final class Config {
        private final String pool;
        private final Map<String, String> health = new LinkedHashMap<>();
        private final List<Vdev> vdevs = new ArrayList<>();
        private String section = "";
        private @Nullable String group;
        private List<String> members = new ArrayList<>();
        private @Nullable String nested;
        private boolean nestedHasMember;

        Config(String pool) {
            this.pool = pool;
        }

        void row(String line) {
            Matcher section = CLASS.matcher(line);
            if (section.matches()) {
                close();
                this.section = CLASSES.getOrDefault(section.group(1), section.group(1));
                return;
            }
            Matcher row = ROW.matcher(line);
            if (!row.matches()) {
                return;
            }
            int depth = row.group(1).length() / 2;
            String name = row.group(2);
            if (depth == 0 && name.equals(pool)) {
                return;
            }
            if (depth == 0) {
                // Some versions print the name of a section with a state.
                close();
                this.section = CLASSES.getOrDefault(name, "");
                return;
            }
            Matcher group = GROUP.matcher(name);
            if (group.matches() && !name.startsWith("/")) {
                group(depth, group.group(1));
                return;
            }
            device(depth, path(name, row.group(4)), row.group(3));
        }

        private void group(int depth, String type) {
            if (depth > 1) {
                nested = type;
                nestedHasMember = false;
                return;
            }
            close();
            group = type.equals("raidz") ? "raidz1" : type;
            nested = null;
            if (type.equals("replacing") || type.equals("spare")) {
                // A lone disk that is being replaced: its place is taken by a group of its own.
                group = "stripe";
                nested = type;
                nestedHasMember = false;
            }
        }

        private void device(int depth, String path, String state) {
            health.put(path, state);
            if (depth == 1) {
                close();
                add(section.isEmpty() ? "stripe" : section, List.of(path));
                return;
            }
            boolean inside = nested != null && (depth > 2 || "stripe".equals(group));
            if (!inside) {
                nested = null;
                members.add(path);
                return;
            }
            // The new disk of a replacement counts, and the old one whose place a spare has taken.
            if (!nestedHasMember) {
                members.add(path);
                nestedHasMember = true;
            } else if ("replacing".equals(nested)) {
                members.set(members.size() - 1, path);
            }
        }

        private static String path(String name, String remark) {
            Matcher was = WAS.matcher(remark);
            return !name.startsWith("/") && was.find() ? was.group(1).strip() : name;
        }

        private void close() {
            // An answer that was cut off may end with a group's name.
            if (group != null && !members.isEmpty()) {
                add(section.isEmpty() ? group : section, members);
            }
            group = null;
            nested = null;
            members = new ArrayList<>();
        }

        /** Disks that stand alone and sections are one group each, as manifests write them. */
        private void add(String type, List<String> devices) {
            boolean merges = type.equals("stripe") || CLASSES.containsValue(type);
            for (int i = 0; merges && i < vdevs.size(); i++) {
                if (vdevs.get(i).type().equals(type)) {
                    List<String> both = new ArrayList<>(vdevs.get(i).devices());
                    both.addAll(devices);
                    vdevs.set(i, new Vdev(type, both));
                    return;
                }
            }
            vdevs.add(new Vdev(type, devices));
        }

        List<Vdev> vdevs() {
            close();
            return List.copyOf(vdevs);
        }
    }

    /** Reads {@code zpool get all} of several pools: the table or, of {@code -Hp}, fields between tabs. */
    static Map<String, Map<String, String>> poolProperties(String text) {
        Map<String, Map<String, String>> all = new TreeMap<>();
        for (String line : text.lines().toList()) {
            String[] words = line.indexOf('\t') >= 0
                    ? line.split("\t", -1)
                    : line.strip().split("\\s+", -1);
            if (words.length >= 4 && !(words[0].equals("NAME") && words[1].equals("PROPERTY"))) {
                all.computeIfAbsent(words[0], name -> new TreeMap<>()).put(words[1], words[2]);
            }
        }
        return all;
    }

    /** Reads {@code zfs get -Hp -o name,property,value,source}; values may hold tabs. */
    static Map<String, Map<String, Property>> datasetProperties(String text) {
        Map<String, Map<String, Property>> all = new TreeMap<>();
        for (String line : text.lines().toList()) {
            int first = line.indexOf('\t');
            int second = line.indexOf('\t', first + 1);
            int last = line.lastIndexOf('\t');
            if (first < 0 || second < 0 || last <= second) {
                throw new HostException(
                        HostException.Cause.UNREACHABLE,
                        "zfs get printed '" + line + "', which is not name, property, value and source between tabs");
            }
            all.computeIfAbsent(line.substring(0, first), name -> new TreeMap<>())
                    .put(
                            line.substring(first + 1, second),
                            new Property(line.substring(second + 1, last), line.substring(last + 1)));
        }
        return all;
    }

    /** Bytes of {@code 370M}, {@code 1.70G} or plain numbers; zero where there is no size, as of a pool that cannot be read. */
    static long bytes(@Nullable String text) {
        Matcher parts = SIZE.matcher(text == null ? "" : text.strip());
        if (!parts.matches()) {
            return 0;
        }
        int power = parts.group(2).isEmpty() ? 0 : "KMGTPEZ".indexOf(parts.group(2)) + 1;
        return new BigDecimal(parts.group(1))
                .multiply(BigDecimal.valueOf(1024).pow(power))
                .longValue();
    }

    /** The version of the first line of {@code zfs version}. */
    static Optional<String> version(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("zfs-"))
                .findFirst();
    }
}
