package ai.thinkheads.phoenix.hosts.zfs;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the tools for everything at once and makes pools and datasets of the answers. */
final class ZfsListing {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Owner, group and mode of the paths on standard input, which NULs separate; those that are gone are left out. */
    private static final String STAT = "xargs -0r stat -c '%u %g %a %n' -- 2>/dev/null; true";

    /** Says which tool there is: the version of OpenZFS, zfs-fuse, or why none answers. */
    private static final String PROBE = String.join(
            "\n",
            "command -v zpool >/dev/null && command -v zfs >/dev/null || { echo none; exit 0; }",
            "v=$(zfs version 2>/dev/null) && { echo \"$v\"; zpool list -H -o name >/dev/null 2>&1 || echo broken; exit 0; }",
            "o=$(zpool list -H -o name 2>&1) && echo fuse || { echo broken; echo \"$o\"; }");

    private final HostCommands commands;
    private volatile @Nullable ZfsTool tool;

    ZfsListing(HostCommands commands) {
        this.commands = commands;
    }

    /** The tool; null when there is none that answers. Asked for until there is one, and again after it stopped to answer. */
    @Nullable
    ZfsTool tool() {
        ZfsTool known = tool;
        if (known == null) {
            known = tool(commands.script(PROBE));
            tool = known;
        }
        return known;
    }

    static @Nullable ZfsTool tool(String probe) {
        List<String> lines = probe.lines().toList();
        if (lines.isEmpty() || lines.contains("none") || lines.contains("broken")) {
            return null;
        }
        return lines.getFirst().equals("fuse")
                ? ZfsTool.FUSE
                : ZfsText.version(probe).map(ZfsTool::openZfs).orElse(null);
    }

    /** The tool, for something that needs one. */
    ZfsTool needed() {
        ZfsTool known = tool();
        if (known == null) {
            throw new HostException(
                    HostException.Cause.FAILED,
                    "the host has no ZFS that answers; install zfsutils-linux and load its module (modprobe zfs), or start"
                            + " zfs-fuse");
        }
        return known;
    }

    /** All pools by name; the commands do not grow with their number. */
    Map<String, ZfsPools.Observed> pools(UnaryOperator<String> wholeDisk) {
        ZfsTool known = tool();
        if (known == null) {
            return Map.of();
        }
        String told = ask(known.fullPaths() ? List.of("zpool", "status", "-P") : List.of("zpool", "status"));
        List<ZfsText.Status> all = ZfsText.status(told);
        if (all.isEmpty()) {
            requireNone(told);
            return Map.of();
        }
        List<String> names = all.stream().map(ZfsText.Status::name).toList();
        List<String> argv = new ArrayList<>(List.of("zpool", "get"));
        if (known.exact()) {
            argv.add("-Hp");
        }
        argv.add("all");
        argv.addAll(names);
        Map<String, Map<String, String>> properties = ZfsText.poolProperties(ask(argv));
        Map<String, Map<String, ZfsText.Property>> marks = marks(names);
        Map<String, ZfsPools.Observed> pools = new TreeMap<>();
        for (ZfsText.Status each : all) {
            pools.put(
                    each.name(),
                    pool(
                            each,
                            properties.getOrDefault(each.name(), Map.of()),
                            marks.getOrDefault(each.name(), Map.of()).get(MarkProperty.NAME),
                            wholeDisk));
        }
        return pools;
    }

    /** The marks of pools; a pool whose data cannot be reached has none that can be read. */
    private Map<String, Map<String, ZfsText.Property>> marks(List<String> names) {
        List<String> argv =
                new ArrayList<>(List.of("zfs", "get", "-Hp", "-o", "name,property,value,source", MarkProperty.NAME));
        argv.addAll(names);
        Outcome outcome = commands.run(Invocation.of(argv).within(PATIENCE));
        return ZfsText.datasetProperties(outcome.stdout());
    }

    static ZfsPools.Observed pool(
            ZfsText.Status status,
            Map<String, String> properties,
            ZfsText.@Nullable Property mark,
            UnaryOperator<String> wholeDisk) {
        Map<String, String> health = new LinkedHashMap<>();
        status.health().forEach((path, state) -> health.put(wholeDisk.apply(path), state));
        List<Vdev> vdevs = status.vdevs().stream()
                .map(each -> new Vdev(
                        each.type(), each.devices().stream().map(wholeDisk).toList()))
                .toList();
        return new ZfsPools.Observed(
                status.name(),
                vdevs,
                properties.getOrDefault("health", status.state()),
                new ByteSize(ZfsText.bytes(properties.get("size"))),
                new ByteSize(ZfsText.bytes(properties.get("allocated"))),
                (int) ZfsText.bytes(properties.get("ashift")),
                properties,
                health,
                status.scan(),
                status.errors(),
                mark == null || !mark.isOwn() ? null : MarkProperty.read(mark.value()));
    }

    /** All datasets by name; the commands do not grow with their number. */
    Map<String, ZfsDatasets.Observed> datasets() {
        ZfsTool known = tool();
        if (known == null) {
            return Map.of();
        }
        List<String> argv = new ArrayList<>(List.of("zfs", "get", "-Hp", "-o", "name,property,value,source"));
        if (known.typed()) {
            argv.addAll(List.of("-t", "filesystem,volume"));
        }
        argv.add("all");
        Map<String, Map<String, ZfsText.Property>> properties = ZfsText.datasetProperties(ask(argv));
        properties.keySet().removeIf(name -> name.indexOf('@') >= 0);
        if (properties.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> snapshots =
                snapshotsByDataset(ask(List.of("zfs", "list", "-H", "-t", "snapshot", "-o", "name", "-s", "creation")));
        return datasets(properties, snapshots, owners(properties));
    }

    /** One dataset; null when it is not there. */
    ZfsDatasets.@Nullable Observed dataset(String name) {
        return datasets().get(name);
    }

    /** The names of a dataset's own snapshots, the oldest first. */
    List<String> snapshots(String dataset) {
        needed();
        return snapshotsByDataset(ask(
                        List.of("zfs", "list", "-H", "-r", "-t", "snapshot", "-o", "name", "-s", "creation", dataset)))
                .getOrDefault(dataset, List.of());
    }

    private static Map<String, List<String>> snapshotsByDataset(String names) {
        return names.lines()
                .filter(line -> line.indexOf('@') > 0)
                .collect(Collectors.groupingBy(
                        line -> line.substring(0, line.indexOf('@')),
                        Collectors.mapping(line -> line.substring(line.indexOf('@') + 1), Collectors.toList())));
    }

    private Map<String, String> owners(Map<String, Map<String, ZfsText.Property>> datasets) {
        String paths = datasets.values().stream()
                .map(ZfsListing::mountpoint)
                .filter(path -> path != null)
                .collect(Collectors.joining("\0"));
        if (paths.isEmpty()) {
            return Map.of();
        }
        Map<String, String> owners = new HashMap<>();
        commands.answer(HostCommands.scripted(STAT).with(paths.getBytes(StandardCharsets.UTF_8)))
                .lines()
                .forEach(line -> {
                    String[] words = line.split(" ", 4);
                    if (words.length == 4) {
                        owners.put(words[3], words[0] + " " + words[1] + " " + words[2]);
                    }
                });
        return owners;
    }

    private static @Nullable String mountpoint(Map<String, ZfsText.Property> properties) {
        String path = value(properties, "mountpoint");
        return path.startsWith("/") && value(properties, "mounted").equals("yes") ? path : null;
    }

    private static String value(Map<String, ZfsText.Property> properties, String name) {
        ZfsText.Property property = properties.get(name);
        return property == null ? "" : property.value();
    }

    static Map<String, ZfsDatasets.Observed> datasets(
            Map<String, Map<String, ZfsText.Property>> properties,
            Map<String, List<String>> snapshots,
            Map<String, String> owners) {
        Map<String, Integer> children = new HashMap<>();
        for (String name : properties.keySet()) {
            for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
                children.merge(name.substring(0, slash), 1, Integer::sum);
            }
        }
        Map<String, ZfsDatasets.Observed> all = new TreeMap<>();
        properties.forEach((name, each) -> all.put(
                name,
                dataset(
                        name,
                        each,
                        snapshots.getOrDefault(name, List.of()),
                        owners.get(String.valueOf(mountpoint(each))),
                        children.getOrDefault(name, 0))));
        return all;
    }

    private static ZfsDatasets.Observed dataset(
            String name,
            Map<String, ZfsText.Property> properties,
            List<String> snapshots,
            @Nullable String owner,
            int children) {
        Map<String, String> local = new HashMap<>();
        Map<String, String> effective = new HashMap<>();
        properties.forEach((property, each) -> {
            if (property.equals(MarkProperty.NAME)) {
                return;
            }
            effective.put(property, each.value());
            if (each.isOwn()) {
                local.put(property, each.value());
            }
        });
        ZfsText.Property mark = properties.get(MarkProperty.NAME);
        String[] words = owner == null ? new String[0] : owner.split(" ");
        return new ZfsDatasets.Observed(
                name,
                value(properties, "type").equals("volume"),
                new ByteSize(ZfsText.bytes(value(properties, "used"))),
                new ByteSize(ZfsText.bytes(value(properties, "available"))),
                mountpoint(properties),
                local,
                effective,
                words.length == 3 ? Long.valueOf(words[0]) : null,
                words.length == 3 ? Long.valueOf(words[1]) : null,
                words.length == 3 ? ("0000" + words[2]).substring(words[2].length()) : null,
                snapshots,
                children,
                mark == null || !mark.isOwn() ? null : MarkProperty.read(mark.value()));
    }

    /** Names of pools that could be imported, from the given folders and from the disks. */
    List<String> importable(Set<String> folders, boolean disks) {
        if (tool() == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        if (disks) {
            names.addAll(importable(List.of("zpool", "import")));
        }
        if (!folders.isEmpty()) {
            List<String> argv = new ArrayList<>(List.of("zpool", "import"));
            folders.stream().sorted().forEach(folder -> argv.addAll(List.of("-d", folder)));
            names.addAll(importable(argv));
        }
        return names.stream().distinct().sorted().toList();
    }

    private List<String> importable(List<String> argv) {
        // Without a pool to import some versions end with 1.
        Outcome outcome = commands.run(Invocation.of(argv).within(PATIENCE));
        return ZfsText.status(outcome.stdout()).stream()
                .map(ZfsText.Status::name)
                .toList();
    }

    /** Who cannot make sense of an answer must not take it for the answer that there is nothing. */
    private static void requireNone(String told) {
        if (!told.isBlank() && !told.contains("no pools available")) {
            String line = told.strip().lines().findFirst().orElse("");
            throw new HostException(
                    HostException.Cause.UNREACHABLE,
                    "zpool status printed '" + (line.length() > 80 ? line.substring(0, 80) + "…" : line)
                            + "', which is in no form that Phoenix knows; nothing is done before it is");
        }
    }

    private String ask(List<String> argv) {
        Outcome outcome = commands.run(Invocation.of(argv).within(PATIENCE));
        if (outcome.ok()) {
            return outcome.stdout();
        }
        if (outcome.stderr().contains("no datasets available")
                || outcome.stderr().contains("no pools available")) {
            return "";
        }
        tool = null;
        throw ZfsFailure.of(argv, outcome, PATIENCE);
    }
}
