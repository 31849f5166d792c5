package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program.Run;
import ai.thinkheads.phoenix.hosts.zfs.MarkProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code zpool} of OpenZFS 2.3 over the machine's pools. */
final class ZpoolProgram {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> TYPES =
            Set.of("mirror", "raidz", "raidz1", "raidz2", "raidz3", "spare", "log", "cache", "special", "dedup");
    private static final Map<String, String> SECTIONS =
            Map.of("log", "logs", "cache", "cache", "spare", "spares", "special", "special", "dedup", "dedup");
    private static final List<String> LISTED = List.of(
            "name",
            "size",
            "allocated",
            "free",
            "checkpoint",
            "expandsize",
            "fragmentation",
            "capacity",
            "dedupratio",
            "health",
            "altroot");
    private static final Map<String, String> HEADINGS = Map.of(
            "allocated", "ALLOC",
            "checkpoint", "CKPOINT",
            "expandsize", "EXPANDSZ",
            "fragmentation", "FRAG",
            "capacity", "CAP",
            "dedupratio", "DEDUP");
    private static final Map<String, String> SHORT = Map.of(
            "alloc",
            "allocated",
            "cap",
            "capacity",
            "frag",
            "fragmentation",
            "dedup",
            "dedupratio",
            "expandsz",
            "expandsize",
            "ckpoint",
            "checkpoint");

    private final SimulatedHost host;
    private final Supplier<HostState> state;

    ZpoolProgram(SimulatedHost host, Supplier<HostState> state) {
        this.host = host;
        this.state = state;
    }

    int run(Run run) {
        if (run.args().isEmpty()) {
            return run.fail(2, "missing command\nusage: zpool command args ...");
        }
        List<String> rest = run.args().subList(1, run.args().size());
        return switch (run.args().getFirst()) {
            case "version", "--version", "-V" -> print(run, ZfsProgram.VERSION + "\n");
            case "list" -> list(run, rest);
            case "status" -> status(run, rest);
            case "get" -> get(run, rest);
            case "set" -> set(run, rest);
            case "create" -> create(run, rest);
            case "add" -> add(run, rest);
            case "import" -> imports(run, rest);
            case "export" -> export(run, rest);
            case "destroy" -> destroy(run, rest);
            case "replace" -> replace(run, rest);
            case "attach" -> attach(run, rest);
            case "remove" -> remove(run, rest);
            case "scrub", "trim", "clear", "sync", "online", "upgrade" -> known(run, rest);
            default ->
                run.fail(
                        2,
                        "zpool " + run.args().getFirst() + " is not a part of this simulated machine; it has version,"
                                + " list, status, get, set, create, add, import, export, destroy, replace, attach and remove");
        };
    }

    private static int print(Run run, String text) {
        run.out().accept(text);
        return 0;
    }

    private Map<String, ZfsPools.Observed> pools() {
        return new TreeMap<>(state.get().pools());
    }

    /** The pools of those names, or all; null when one is not there, which has been said. */
    private @Nullable List<ZfsPools.Observed> chosen(Run run, List<String> names) {
        Map<String, ZfsPools.Observed> all = pools();
        List<ZfsPools.Observed> found = new ArrayList<>();
        for (String name : names) {
            ZfsPools.Observed pool = all.get(name);
            if (pool == null) {
                run.fail(1, "cannot open '" + name + "': no such pool");
                return null;
            }
            found.add(pool);
        }
        return names.isEmpty() ? List.copyOf(all.values()) : found;
    }

    private int known(Run run, List<String> args) {
        List<String> names = Switches.parse(args, Set.of()).words();
        return chosen(run, names.isEmpty() ? names : names.subList(0, 1)) == null ? 1 : 0;
    }

    private static String shown(String property, String exact, boolean precise) {
        if (precise) {
            return exact;
        }
        return switch (property) {
            case "capacity", "fragmentation" -> exact + "%";
            case "dedupratio" -> exact + "x";
            default -> ZfsTable.shown(property, exact, false);
        };
    }

    private int list(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("o", "T"));
        List<ZfsPools.Observed> found = chosen(run, switches.words());
        if (found == null) {
            return 1;
        }
        List<String> columns = switches.values().containsKey("o")
                ? List.of(switches.value("", "o").split(","))
                : LISTED;
        boolean precise = switches.has("p");
        if (switches.has("j", "json")) {
            return print(run, json("zpool list", found, columns, precise));
        }
        if (found.isEmpty()) {
            return switches.has("H") ? 0 : print(run, "no pools available\n");
        }
        List<List<String>> rows = new ArrayList<>();
        if (!switches.has("H")) {
            rows.add(columns.stream()
                    .map(each -> SHORT.getOrDefault(each, each))
                    .map(each -> HEADINGS.getOrDefault(each, each.toUpperCase(Locale.ROOT)))
                    .toList());
        }
        for (ZfsPools.Observed pool : found) {
            Map<String, ZfsTable.Value> values = ZfsTable.pool(pool);
            rows.add(columns.stream()
                    .map(each -> SHORT.getOrDefault(each, each))
                    .map(each -> each.equals("name")
                            ? pool.name()
                            : shown(
                                    each,
                                    values.getOrDefault(each, new ZfsTable.Value("-", "-"))
                                            .exact(),
                                    precise))
                    .toList());
        }
        return print(run, switches.has("H") ? Columns.tabbed(rows) : Columns.table(rows, "  "));
    }

    private static String json(String command, List<ZfsPools.Observed> pools, List<String> columns, boolean precise) {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("output_version")
                .put("command", command)
                .put("vers_major", 0)
                .put("vers_minor", 1);
        ObjectNode all = root.putObject("pools");
        for (ZfsPools.Observed pool : pools) {
            Map<String, ZfsTable.Value> values = ZfsTable.pool(pool);
            ObjectNode node = all.putObject(pool.name());
            node.put("name", pool.name())
                    .put("type", "POOL")
                    .put("state", pool.health())
                    .put(
                            "pool_guid",
                            values.getOrDefault("guid", new ZfsTable.Value("0", "-"))
                                    .exact())
                    .put("txg", "1")
                    .put("spa_version", "5000")
                    .put("zpl_version", "5");
            ObjectNode properties = node.putObject("properties");
            for (String column : columns.equals(List.of("all")) ? List.copyOf(values.keySet()) : columns) {
                String property = SHORT.getOrDefault(column, column);
                ZfsTable.Value value = values.get(property);
                if (value != null) {
                    ObjectNode one = properties.putObject(property);
                    one.put("value", shown(property, value.exact(), precise));
                    one.putObject("source")
                            .put(
                                    "type",
                                    value.source().equals("-")
                                            ? "NONE"
                                            : value.source().toUpperCase(Locale.ROOT))
                            .put("data", "-");
                }
            }
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private int status(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("T"));
        List<ZfsPools.Observed> found = chosen(run, switches.words());
        if (found == null) {
            return 1;
        }
        if (found.isEmpty()) {
            return print(run, "no pools available\n");
        }
        if (switches.has("j", "json")) {
            return print(run, json("zpool status", found, List.of("health"), true));
        }
        StringBuilder text = new StringBuilder();
        for (ZfsPools.Observed pool : found) {
            if (switches.has("x") && pool.health().equals("ONLINE")) {
                continue;
            }
            text.append(text.isEmpty() ? "" : "\n");
            status(text, pool, switches.has("P"));
        }
        return print(run, text.isEmpty() ? "all pools are healthy\n" : text.toString());
    }

    private static void status(StringBuilder text, ZfsPools.Observed pool, boolean full) {
        text.append("  pool: ")
                .append(pool.name())
                .append("\n state: ")
                .append(pool.health())
                .append('\n');
        if (!pool.health().equals("ONLINE")) {
            text.append("status: One or more devices could not be used because the label is missing or\n")
                    .append(
                            "\tinvalid.  Sufficient replicas exist for the pool to continue\n\tfunctioning in a degraded")
                    .append(" state.\naction: Replace the device using 'zpool replace'.\n");
        }
        text.append("  scan: ").append(pool.scan()).append("\nconfig:\n\n");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "STATE", "READ", "WRITE", "CKSUM"));
        rows.add(row(pool.name(), pool.health()));
        int number = 0;
        for (Vdev vdev : pool.vdevs()) {
            String section = SECTIONS.get(vdev.type());
            if (section != null) {
                rows.add(List.of(section));
            } else if (!vdev.type().equals("stripe")) {
                String type = vdev.type().equals("raidz") ? "raidz1" : vdev.type();
                rows.add(row("  " + type + "-" + number, worst(pool, vdev)));
            }
            number++;
            boolean deep = section == null && !vdev.type().equals("stripe");
            for (String device : vdev.devices()) {
                String path = DiskNames.shown(device);
                String name = full ? path : device.substring(device.lastIndexOf('/') + 1);
                String health = pool.deviceHealth().getOrDefault(device, "ONLINE");
                rows.add(
                        health.equals("AVAIL")
                                ? List.of("  " + name, health)
                                : row((deep ? "    " : "  ") + name, health));
            }
        }
        Columns.table(rows, "  ")
                .lines()
                .forEach(line -> text.append('\t').append(line).append('\n'));
        text.append("\nerrors: ").append(pool.errors()).append('\n');
    }

    private static String worst(ZfsPools.Observed pool, Vdev vdev) {
        boolean well = vdev.devices().stream()
                .allMatch(
                        each -> pool.deviceHealth().getOrDefault(each, "ONLINE").equals("ONLINE"));
        return well ? "ONLINE" : "DEGRADED";
    }

    private static List<String> row(String name, String health) {
        return List.of(name, health, "    0", "    0", "    0");
    }

    private int get(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("o"));
        if (switches.words().isEmpty()) {
            return run.fail(2, "missing property argument");
        }
        List<ZfsPools.Observed> found =
                chosen(run, switches.words().subList(1, switches.words().size()));
        if (found == null) {
            return 1;
        }
        List<String> wanted = List.of(switches.words().getFirst().split(","));
        if (switches.has("j", "json")) {
            return print(run, json("zpool get", found, wanted, switches.has("p")));
        }
        List<String> fields =
                List.of(switches.value("name,property,value,source", "o").split(","));
        List<List<String>> rows = new ArrayList<>();
        if (!switches.has("H")) {
            rows.add(fields.stream().map(each -> each.toUpperCase(Locale.ROOT)).toList());
        }
        for (ZfsPools.Observed pool : found) {
            Map<String, ZfsTable.Value> values = ZfsTable.pool(pool);
            for (String property : wanted.equals(List.of("all")) ? values.keySet() : wanted) {
                ZfsTable.Value value =
                        values.getOrDefault(SHORT.getOrDefault(property, property), new ZfsTable.Value("-", "-"));
                Map<String, String> all = Map.of(
                        "name", pool.name(),
                        "property", property,
                        "value", shown(property, value.exact(), switches.has("p")),
                        "source", value.source());
                rows.add(fields.stream()
                        .map(field -> all.getOrDefault(field, "-"))
                        .toList());
            }
        }
        return print(run, switches.has("H") ? Columns.tabbed(rows) : Columns.table(rows, "  "));
    }

    private int set(Run run, List<String> args) {
        if (args.size() != 2 || args.getFirst().indexOf('=') < 1) {
            return run.fail(2, "missing property=value argument");
        }
        String[] pair = args.getFirst().split("=", 2);
        if (chosen(run, List.of(args.get(1))) == null) {
            return 1;
        }
        host.zfsPools().setProperty(args.get(1), pair[0], pair[1]);
        return 0;
    }

    private List<Vdev> vdevs(List<String> words) {
        DiskNames names = DiskNames.of(state.get());
        List<Vdev> all = new ArrayList<>();
        String type = "stripe";
        List<String> devices = new ArrayList<>();
        for (String word : words) {
            if (TYPES.contains(word)) {
                if (!devices.isEmpty()) {
                    all.add(new Vdev(type, devices));
                }
                type = word;
                devices = new ArrayList<>();
            } else {
                devices.add(names.stable(word.startsWith("/") ? word : "/dev/" + word));
            }
        }
        if (!devices.isEmpty()) {
            all.add(new Vdev(type, devices));
        }
        return all;
    }

    private int create(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("o", "O", "m", "R", "t"));
        if (switches.words().size() < 2) {
            return run.fail(
                    2, switches.words().isEmpty() ? "missing pool name argument" : "missing vdev specification");
        }
        String name = switches.words().getFirst();
        Map<String, String> properties = new TreeMap<>(switches.assignments("o"));
        Map<String, String> datasets = new TreeMap<>(switches.assignments("O"));
        String mountpoint = switches.value("", "m");
        if (!mountpoint.isEmpty()) {
            datasets.put("mountpoint", mountpoint);
        }
        String ashift = properties.getOrDefault("ashift", "12");
        properties.remove("ashift");
        Mark mark = MarkProperty.read(datasets.remove(MarkProperty.NAME));
        host.zfsPools()
                .create(
                        name,
                        vdevs(switches.words().subList(1, switches.words().size())),
                        ashift.matches("\\d{1,2}") ? Integer.parseInt(ashift) : 0,
                        properties,
                        datasets,
                        mark == null ? new Mark("nobody", Map.of()) : mark,
                        switches.has("f"));
        if (mark == null) {
            host.zfsPools().setMark(name, null);
        }
        return 0;
    }

    private int add(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("o"));
        if (switches.words().size() < 2 || chosen(run, switches.words().subList(0, 1)) == null) {
            return 1;
        }
        for (Vdev vdev : vdevs(switches.words().subList(1, switches.words().size()))) {
            host.zfsPools().addVdev(switches.words().getFirst(), vdev, switches.has("f"));
        }
        return 0;
    }

    private int imports(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("d", "o", "R", "c"));
        List<String> importable = state.get().importable();
        if (switches.words().isEmpty() && !switches.has("a")) {
            StringBuilder text = new StringBuilder();
            DiskNames names = DiskNames.of(state.get());
            for (String pool : importable) {
                text.append("   pool: ")
                        .append(pool)
                        .append("\n     id: 1\n  state: ONLINE\n action: The pool can be")
                        .append(" imported using its name or numeric identifier.\n config:\n\n\t")
                        .append(pool)
                        .append("  ONLINE\n");
                names.disks().values().stream()
                        .filter(disk -> pool.equals(disk.pool()))
                        .forEach(disk ->
                                text.append("\t  ").append(disk.stable()).append("  ONLINE\n"));
                text.append('\n');
            }
            return importable.isEmpty() ? run.fail(1, "no pools available to import") : print(run, text.toString());
        }
        for (String name : switches.has("a") ? importable : switches.words()) {
            if (!importable.contains(name)) {
                return run.fail(
                        1,
                        pools().containsKey(name)
                                ? "cannot import '" + name + "': a pool with that name already exists"
                                : "cannot import '" + name + "': no such pool available");
            }
            host.zfsPools().importPool(name);
        }
        return 0;
    }

    private int export(Run run, List<String> args) {
        List<String> names = Switches.parse(args, Set.of()).words();
        if (names.isEmpty() || chosen(run, names) == null) {
            return names.isEmpty() ? run.fail(2, "missing pool argument") : 1;
        }
        names.forEach(host.person()::exportPool);
        return 0;
    }

    private int destroy(Run run, List<String> args) {
        List<String> names = Switches.parse(args, Set.of()).words();
        if (names.size() != 1) {
            return run.fail(2, "missing pool argument");
        }
        if (chosen(run, names) == null) {
            return 1;
        }
        host.zfsPools().destroy(names.getFirst());
        return 0;
    }

    private int replace(Run run, List<String> args) {
        List<String> words = Switches.parse(args, Set.of("o")).words();
        if (words.size() != 3) {
            return run.fail(2, "missing new device");
        }
        if (chosen(run, words.subList(0, 1)) == null) {
            return 1;
        }
        DiskNames names = DiskNames.of(state.get());
        host.zfsPools().replaceDevice(words.getFirst(), names.stable(words.get(1)), names.stable(words.get(2)));
        return 0;
    }

    private int attach(Run run, List<String> args) {
        Switches switches = Switches.parse(args, Set.of("o"));
        List<String> words = switches.words();
        if (words.size() != 3) {
            return run.fail(2, words.size() < 3 ? "missing <new_device> specification" : "too many arguments");
        }
        if (chosen(run, words.subList(0, 1)) == null) {
            return 1;
        }
        DiskNames names = DiskNames.of(state.get());
        host.zfsPools()
                .attachDevice(
                        words.getFirst(), names.stable(words.get(1)), names.stable(words.get(2)), switches.has("f"));
        return 0;
    }

    private int remove(Run run, List<String> args) {
        List<String> words = Switches.parse(args, Set.of()).words();
        if (words.size() != 2) {
            return run.fail(2, "missing device");
        }
        if (chosen(run, words.subList(0, 1)) == null) {
            return 1;
        }
        host.zfsPools().removeDevice(words.getFirst(), DiskNames.of(state.get()).stable(words.get(1)));
        return 0;
    }
}
