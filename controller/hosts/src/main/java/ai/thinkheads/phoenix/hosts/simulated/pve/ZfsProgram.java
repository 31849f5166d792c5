package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program.Run;
import ai.thinkheads.phoenix.hosts.zfs.MarkProperty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code zfs} of OpenZFS 2.3, as far as the machine has datasets, volumes and snapshots. */
final class ZfsProgram {

    static final String VERSION = "zfs-2.3.4-pve1\nzfs-kmod-2.3.4-pve1";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> LISTED = List.of("name", "used", "available", "referenced", "mountpoint");
    private static final Map<String, String> HEADINGS =
            Map.of("available", "AVAIL", "referenced", "REFER", "refer", "REFER", "avail", "AVAIL");
    private static final Map<String, String> SHORT = Map.of(
            "avail",
            "available",
            "refer",
            "referenced",
            "compress",
            "compression",
            "recsize",
            "recordsize",
            "reserv",
            "reservation",
            "rdonly",
            "readonly");

    private final SimulatedHost host;
    private final Supplier<HostState> state;

    ZfsProgram(SimulatedHost host, Supplier<HostState> state) {
        this.host = host;
        this.state = state;
    }

    /** A dataset or snapshot with its properties. */
    private record Item(String name, String type, Map<String, ZfsTable.Value> properties) {}

    int run(Run run) {
        if (run.args().isEmpty()) {
            return run.fail(2, "missing command\nusage: zfs command args ...");
        }
        List<String> rest = run.args().subList(1, run.args().size());
        return switch (run.args().getFirst()) {
            case "version", "--version", "-V" -> print(run, VERSION + "\n");
            case "list" -> list(run, rest);
            case "get" -> get(run, rest);
            case "set" -> set(run, rest);
            case "inherit" -> inherit(run, rest);
            case "create" -> create(run, rest);
            case "destroy" -> destroy(run, rest);
            case "snapshot", "snap" -> snapshot(run, rest);
            case "mount", "umount", "unmount" -> mount(run, rest);
            default ->
                run.fail(
                        2,
                        "zfs " + run.args().getFirst()
                                + " is not a part of this simulated machine; it has version, list, get, set, inherit,"
                                + " create, destroy, snapshot and mount");
        };
    }

    private static int print(Run run, String text) {
        run.out().accept(text);
        return 0;
    }

    private Map<String, Item> items(Set<String> types) {
        HostState now = state.get();
        Map<String, Item> all = new LinkedHashMap<>();
        new TreeMap<>(now.datasets()).forEach((name, dataset) -> {
            String type = dataset.volume() ? "volume" : "filesystem";
            if (types.contains(type)) {
                all.put(name, new Item(name, type, ZfsTable.dataset(now, dataset)));
            }
            if (types.contains("snapshot")) {
                dataset.snapshots()
                        .forEach(each -> all.put(
                                name + "@" + each, new Item(name + "@" + each, "snapshot", ZfsTable.snapshot())));
            }
        });
        return all;
    }

    private static Set<String> types(Switches switches, Set<String> fallback) {
        String given = switches.value("", "t");
        if (given.isEmpty()) {
            return fallback;
        }
        Set<String> types = new java.util.TreeSet<>();
        for (String each : given.split(",")) {
            switch (each) {
                case "all" -> types.addAll(Set.of("filesystem", "volume", "snapshot"));
                case "fs" -> types.add("filesystem");
                case "vol" -> types.add("volume");
                case "snap" -> types.add("snapshot");
                default -> types.add(each);
            }
        }
        return types;
    }

    /** The items that were asked for; null when one is not there, which has been said. */
    private @Nullable List<Item> chosen(Run run, Switches switches, List<String> names, Set<String> types) {
        Map<String, Item> all = items(types);
        if (names.isEmpty()) {
            return List.copyOf(all.values());
        }
        int depth = switches.values().containsKey("d")
                ? Integer.parseInt(switches.value("0", "d"))
                : switches.has("r") ? 99 : types.equals(Set.of("snapshot")) ? 1 : 0;
        Map<String, Item> every = items(Set.of("filesystem", "volume", "snapshot"));
        List<Item> found = new ArrayList<>();
        boolean missing = false;
        for (String name : names) {
            if (!every.containsKey(name)) {
                run.err().accept("cannot open '" + name + "': dataset does not exist\n");
                missing = true;
                continue;
            }
            for (Item each : all.values()) {
                if (each.name().equals(name) || below(name, each.name(), depth)) {
                    found.add(each);
                }
            }
        }
        return missing ? null : found;
    }

    private static boolean below(String name, String other, int depth) {
        if (!other.startsWith(name + "/") && !other.startsWith(name + "@")) {
            return false;
        }
        long steps = other.substring(name.length())
                .chars()
                .filter(each -> each == '/' || each == '@')
                .count();
        return steps <= depth;
    }

    private int list(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("o", "s", "S", "t", "d"));
        List<Item> found = chosen(run, switches, switches.words(), types(switches, Set.of("filesystem", "volume")));
        if (found == null) {
            return 1;
        }
        boolean precise = switches.has("p", "parsable");
        List<String> columns = switches.values().containsKey("o")
                ? List.of(switches.value("", "o").split(","))
                : LISTED;
        List<Item> sorted = new ArrayList<>(found);
        String by = switches.value("", "S");
        if (!by.isEmpty()) {
            sorted.sort(
                    Comparator.comparing((Item each) -> field(each, by, true)).reversed());
        }
        if (switches.has("j", "json")) {
            return print(run, json("zfs list", sorted, columns, precise));
        }
        List<List<String>> rows = new ArrayList<>();
        if (!switches.has("H")) {
            if (sorted.isEmpty()) {
                return run.fail(0, "no datasets available");
            }
            rows.add(columns.stream()
                    .map(each -> HEADINGS.getOrDefault(each, each.toUpperCase(java.util.Locale.ROOT)))
                    .toList());
        }
        sorted.forEach(each -> rows.add(
                columns.stream().map(column -> field(each, column, precise)).toList()));
        return print(run, switches.has("H") ? Columns.tabbed(rows) : Columns.table(rows, "  "));
    }

    private static String field(Item item, String column, boolean precise) {
        String property = SHORT.getOrDefault(column, column);
        if (property.equals("name")) {
            return item.name();
        }
        ZfsTable.Value value = item.properties().get(property);
        return value == null ? "-" : ZfsTable.shown(property, value.exact(), precise);
    }

    private static String json(String command, List<Item> items, List<String> columns, boolean precise) {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("output_version")
                .put("command", command)
                .put("vers_major", 0)
                .put("vers_minor", 1);
        ObjectNode all = root.putObject("datasets");
        for (Item item : items) {
            ObjectNode node = all.putObject(item.name());
            node.put("name", item.name())
                    .put("type", item.type().toUpperCase(java.util.Locale.ROOT))
                    .put("pool", item.name().split("[/@]")[0])
                    .put("createtxg", "1");
            ObjectNode properties = node.putObject("properties");
            for (String column : columns) {
                String property = SHORT.getOrDefault(column, column);
                ZfsTable.Value value = item.properties().get(property);
                if (value != null) {
                    ObjectNode one = properties.putObject(property);
                    one.put("value", ZfsTable.shown(property, value.exact(), precise));
                    source(one.putObject("source"), value.source());
                }
            }
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void source(ObjectNode node, String source) {
        boolean inherited = source.startsWith("inherited from ");
        node.put(
                "type",
                inherited ? "INHERITED" : source.equals("-") ? "NONE" : source.toUpperCase(java.util.Locale.ROOT));
        node.put("data", inherited ? source.substring("inherited from ".length()) : "-");
    }

    private int get(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("o", "s", "t", "d"));
        if (switches.words().isEmpty()) {
            return run.fail(2, "missing property=value argument(s)");
        }
        List<String> wanted = List.of(switches.words().getFirst().split(","));
        List<String> names = switches.words().subList(1, switches.words().size());
        List<Item> found = chosen(run, switches, names, types(switches, Set.of("filesystem", "volume", "snapshot")));
        if (found == null) {
            return 1;
        }
        boolean precise = switches.has("p", "parsable");
        if (switches.has("j", "json")) {
            return print(
                    run,
                    json(
                            "zfs get",
                            found,
                            wanted.equals(List.of("all"))
                                    ? found.stream()
                                            .flatMap(each -> each.properties().keySet().stream())
                                            .distinct()
                                            .toList()
                                    : wanted,
                            precise));
        }
        List<String> fields =
                List.of(switches.value("name,property,value,source", "o").split(","));
        List<List<String>> rows = new ArrayList<>();
        if (!switches.has("H")) {
            rows.add(fields.stream()
                    .map(each -> each.toUpperCase(java.util.Locale.ROOT))
                    .toList());
        }
        for (Item item : found) {
            for (String property :
                    wanted.equals(List.of("all")) ? item.properties().keySet() : wanted) {
                row(item, SHORT.getOrDefault(property, property), fields, precise, rows);
            }
        }
        return print(run, switches.has("H") ? Columns.tabbed(rows) : Columns.table(rows, "  "));
    }

    private static void row(Item item, String property, List<String> fields, boolean precise, List<List<String>> rows) {
        ZfsTable.Value value = item.properties().getOrDefault(property, new ZfsTable.Value("-", "-"));
        Map<String, String> all = new HashMap<>();
        all.put("name", item.name());
        all.put("property", property);
        all.put("value", ZfsTable.shown(property, value.exact(), precise));
        all.put("received", "-");
        all.put("source", value.source());
        rows.add(fields.stream().map(field -> all.getOrDefault(field, "-")).toList());
    }

    private ZfsDatasets.@Nullable Observed dataset(String name) {
        return state.get().datasets().get(name);
    }

    private int set(Run run, List<String> args) {
        Map<String, String> assigned = new TreeMap<>();
        List<String> names = new ArrayList<>();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (equals > 0 && names.isEmpty()) {
                assigned.put(arg.substring(0, equals), arg.substring(equals + 1));
            } else {
                names.add(arg);
            }
        }
        if (assigned.isEmpty() || names.isEmpty()) {
            return run.fail(2, "missing property=value argument(s)");
        }
        for (String name : names) {
            if (dataset(name) == null) {
                return run.fail(1, "cannot open '" + name + "': dataset does not exist");
            }
            properties(name, assigned);
        }
        return 0;
    }

    private void properties(String name, Map<String, String> assigned) {
        Map<String, String> plain = new TreeMap<>(assigned);
        String mark = plain.remove(MarkProperty.NAME);
        if (!plain.isEmpty()) {
            host.zfsDatasets().setProperties(name, plain);
        }
        Mark read = MarkProperty.read(mark);
        if (read != null) {
            host.zfsDatasets().setMark(name, read);
        }
    }

    private int inherit(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of());
        if (switches.words().size() < 2) {
            return run.fail(2, "missing property argument");
        }
        String property = switches.words().getFirst();
        for (String name : switches.words().subList(1, switches.words().size())) {
            ZfsDatasets.Observed dataset = dataset(name);
            if (dataset == null) {
                return run.fail(1, "cannot open '" + name + "': dataset does not exist");
            }
            if (!property.equals(MarkProperty.NAME)) {
                host.zfsDatasets().inherit(name, Set.of(property));
            } else if (dataset.mark() != null) {
                host.zfsDatasets().setMark(name, null);
            }
        }
        return 0;
    }

    private int create(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("o", "V", "b"));
        if (switches.words().size() != 1) {
            return run.fail(2, "missing filesystem argument");
        }
        String name = switches.words().getFirst();
        if (dataset(name) != null) {
            return switches.has("p") ? 0 : run.fail(1, "cannot create '" + name + "': dataset already exists");
        }
        String parent = ZfsTable.parent(name);
        if (parent.isEmpty()) {
            return run.fail(1, "cannot create '" + name + "': missing dataset name");
        }
        Map<String, String> properties = new TreeMap<>(switches.assignments("o"));
        Mark mark = MarkProperty.read(properties.remove(MarkProperty.NAME));
        boolean volume = switches.values().containsKey("V");
        if (mark != null && !volume && (switches.has("p") || dataset(parent) != null)) {
            host.zfsDatasets().create(name, properties, mark);
            return 0;
        }
        List<String> missing = new ArrayList<>();
        for (String above = parent; !above.isEmpty() && dataset(above) == null; above = ZfsTable.parent(above)) {
            missing.addFirst(above);
        }
        if (!missing.isEmpty() && (!switches.has("p") || !missing.getFirst().contains("/"))) {
            return run.fail(1, "cannot create '" + name + "': parent does not exist");
        }
        missing.forEach(each -> host.person().createDataset(each, null, Map.of()));
        long size = volume ? Columns.bytes(switches.value("", "V")) : 0;
        if (size < 0) {
            return run.fail(1, "bad volume size '" + switches.value("", "V") + "'");
        }
        // A volume that is not sparse keeps its whole size for itself.
        if (volume && !switches.has("s") && !properties.containsKey("refreservation")) {
            ZfsDatasets.Observed above = dataset(parent);
            if (above != null && above.available().bytes() < size) {
                return run.fail(1, "cannot create '" + name + "': out of space");
            }
            properties.put("refreservation", String.valueOf(size));
        }
        host.person().createDataset(name, volume ? Long.valueOf(size) : null, properties);
        if (mark != null) {
            host.zfsDatasets().setMark(name, mark);
        }
        return 0;
    }

    private int destroy(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of());
        if (switches.words().size() != 1) {
            return run.fail(2, "missing dataset argument");
        }
        String name = switches.words().getFirst();
        int at = name.indexOf('@');
        if (at > 0) {
            ZfsDatasets.Observed dataset = dataset(name.substring(0, at));
            if (dataset == null || !dataset.snapshots().contains(name.substring(at + 1))) {
                return run.fail(1, "could not find any snapshots to destroy; check snapshot names.");
            }
            host.zfsDatasets().destroySnapshot(name.substring(0, at), name.substring(at + 1));
            return 0;
        }
        ZfsDatasets.Observed dataset = dataset(name);
        if (dataset == null) {
            return run.fail(1, "cannot open '" + name + "': dataset does not exist");
        }
        boolean recursive = switches.has("r", "R");
        String kind = dataset.volume() ? "volume" : "filesystem";
        List<String> below = items(Set.of("filesystem", "volume", "snapshot")).keySet().stream()
                .filter(each -> each.startsWith(name + "/") || each.startsWith(name + "@"))
                .toList();
        if (!below.isEmpty() && !recursive) {
            return run.fail(
                    1,
                    "cannot destroy '" + name + "': " + kind
                            + " has children\nuse '-r' to destroy the following datasets:\n"
                            + String.join("\n", below));
        }
        List<String> datasets = new ArrayList<>(
                below.stream().filter(each -> each.indexOf('@') < 0).sorted().toList());
        datasets.addFirst(name);
        for (String each : datasets.reversed()) {
            ZfsDatasets.Observed one = dataset(each);
            if (one != null) {
                one.snapshots().forEach(snapshot -> host.zfsDatasets().destroySnapshot(each, snapshot));
                host.zfsDatasets().destroy(each);
            }
        }
        return 0;
    }

    private int snapshot(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("o"));
        for (String word : switches.words()) {
            int at = word.indexOf('@');
            ZfsDatasets.Observed dataset = at < 0 ? null : dataset(word.substring(0, at));
            if (dataset == null) {
                return run.fail(
                        1,
                        at < 0
                                ? "cannot create snapshot '" + word + "': missing '@' delimiter in snapshot name"
                                : "cannot open '" + word.substring(0, at) + "': dataset does not exist");
            }
            String name = word.substring(at + 1);
            if (dataset.snapshots().contains(name)) {
                return run.fail(1, "cannot create snapshot '" + word + "': dataset already exists");
            }
            host.zfsDatasets().snapshot(dataset.name(), name);
            if (switches.has("r")) {
                state.get().datasets().keySet().stream()
                        .filter(each -> each.startsWith(dataset.name() + "/"))
                        .sorted()
                        .forEach(each -> host.zfsDatasets().snapshot(each, name));
            }
        }
        return 0;
    }

    private int mount(Run run, List<String> args) {
        if (args.isEmpty() && run.args().getFirst().equals("mount")) {
            List<List<String>> rows = new ArrayList<>();
            new TreeMap<>(state.get().datasets()).forEach((name, dataset) -> {
                String at = dataset.mountpoint();
                if (at != null) {
                    rows.add(List.of(name, at));
                }
            });
            return print(run, Columns.table(rows, "  "));
        }
        return 0;
    }
}
