package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program.Run;
import ai.thinkheads.phoenix.hosts.simulated.pve.DiskNames.Disk;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code lsblk} and {@code blkid} over the machine's disks. */
final class BlockPrograms {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> LISTED = List.of("NAME", "MAJ:MIN", "RM", "SIZE", "RO", "TYPE", "MOUNTPOINTS");
    private static final long BOOT = 1L << 30;
    private static final long RESERVED = 8L << 20;

    private final Supplier<HostState> state;

    BlockPrograms(Supplier<HostState> state) {
        this.state = state;
    }

    /** A block device with what is in it. */
    private record Device(
            String path,
            String type,
            long size,
            @Nullable String fileSystem,
            @Nullable String label,
            @Nullable String mountedAt,
            List<Device> children) {}

    private List<Device> devices() {
        List<Device> all = new ArrayList<>();
        DiskNames.of(state.get()).disks().values().forEach(disk -> all.add(device(disk)));
        return all;
    }

    private static Device device(Disk disk) {
        List<Device> parts = new ArrayList<>();
        List<String> paths = disk.partitions();
        String pool = disk.pool();
        if (pool != null) {
            parts.add(
                    new Device(paths.getFirst(), "part", disk.size() - RESERVED, "zfs_member", pool, null, List.of()));
            parts.add(new Device(paths.getLast(), "part", RESERVED, null, null, null, List.of()));
        } else if (disk.mountedAt() != null) {
            Device root = new Device(
                    "/dev/mapper/pve-root", "lvm", disk.size() / 4, "ext4", null, disk.mountedAt(), List.of());
            parts.add(new Device(paths.get(0), "part", 1007 << 10, null, null, null, List.of()));
            parts.add(new Device(paths.get(1), "part", BOOT, "vfat", null, "/boot/efi", List.of()));
            parts.add(new Device(
                    paths.get(2), "part", disk.size() - BOOT - (1 << 20), "LVM2_member", null, null, List.of(root)));
        }
        String own = parts.isEmpty() ? disk.signature() : null;
        return new Device(disk.kernel(), "disk", disk.size(), own, null, null, parts);
    }

    int lsblk(Run run) {
        Switches switches = Switches.parse(run.args(), Set.of("o", "output", "e", "I", "x", "sort"));
        List<Device> chosen = new ArrayList<>();
        List<Device> all = devices();
        for (String word : switches.words()) {
            String path = DiskNames.of(state.get()).links().getOrDefault(word, word);
            Device found = flat(all).stream()
                    .filter(each -> each.path().equals(path))
                    .findFirst()
                    .orElse(null);
            if (found == null) {
                return run.fail(32, "lsblk: " + word + ": not a block device");
            }
            chosen.add(found);
        }
        List<Device> shown = switches.words().isEmpty() ? all : chosen;
        List<String> columns = columns(switches);
        if (switches.has("J", "json")) {
            ObjectNode root = JSON.createObjectNode();
            ArrayNode list = root.putArray("blockdevices");
            shown.forEach(each -> json(list.addObject(), each, columns, switches));
            run.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root));
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        if (!switches.has("n", "noheadings")) {
            rows.add(columns);
        }
        boolean raw = switches.has("r", "raw", "l", "list");
        shown.forEach(each -> row(rows, each, columns, switches, raw ? "" : null, 0));
        run.out().accept(switches.has("r", "raw") ? joined(rows) : Columns.table(rows, " "));
        return 0;
    }

    private static String joined(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        rows.forEach(row -> text.append(String.join(" ", row)).append('\n'));
        return text.toString();
    }

    private static List<String> columns(Switches switches) {
        String given = switches.value("", "o", "output");
        if (!given.isEmpty()) {
            return List.of(given.toUpperCase(Locale.ROOT).split(","));
        }
        return switches.has("f", "fs")
                ? List.of("NAME", "FSTYPE", "FSVER", "LABEL", "UUID", "FSAVAIL", "FSUSE%", "MOUNTPOINTS")
                : LISTED;
    }

    private static List<Device> flat(List<Device> devices) {
        List<Device> all = new ArrayList<>();
        devices.forEach(each -> {
            all.add(each);
            all.addAll(flat(each.children()));
        });
        return all;
    }

    private static void row(
            List<List<String>> rows,
            Device device,
            List<String> columns,
            Switches switches,
            @Nullable String flat,
            int depth) {
        rows.add(columns.stream()
                .map(column -> {
                    String value = text(device, column, switches);
                    boolean tree = flat == null && depth > 0 && column.equals("NAME");
                    return tree ? "  ".repeat(depth - 1) + "└─" + value : value;
                })
                .toList());
        if (!switches.has("d", "nodeps")) {
            device.children().forEach(each -> row(rows, each, columns, switches, flat, depth + 1));
        }
    }

    private static String text(Device device, String column, Switches switches) {
        String name = device.path().substring(device.path().lastIndexOf('/') + 1);
        String value = switch (column) {
            case "NAME" -> switches.has("p", "paths") ? device.path() : name;
            case "KNAME" -> name;
            case "PATH" -> device.path();
            case "SIZE" ->
                switches.has("b", "bytes") ? String.valueOf(device.size()) : Columns.blockSize(device.size());
            case "TYPE" -> device.type();
            case "MOUNTPOINT", "MOUNTPOINTS" -> device.mountedAt();
            case "FSTYPE" -> device.fileSystem();
            case "LABEL" -> device.label();
            case "RO", "RM", "ROTA" -> "0";
            case "MAJ:MIN" -> "259:" + Math.floorMod(name.hashCode(), 256);
            default -> "";
        };
        return value == null ? "" : value;
    }

    private static void json(ObjectNode node, Device device, List<String> columns, Switches switches) {
        for (String column : columns) {
            String key = column.toLowerCase(Locale.ROOT);
            String value = text(device, column, switches);
            switch (column) {
                case "SIZE" -> {
                    if (switches.has("b", "bytes")) {
                        node.put(key, device.size());
                    } else {
                        node.put(key, value);
                    }
                }
                case "RO", "RM", "ROTA" -> node.put(key, false);
                case "MOUNTPOINTS" -> {
                    ArrayNode list = node.putArray(key);
                    if (device.mountedAt() == null) {
                        list.addNull();
                    } else {
                        list.add(device.mountedAt());
                    }
                }
                default -> {
                    if (value.isEmpty()) {
                        node.putNull(key);
                    } else {
                        node.put(key, value);
                    }
                }
            }
        }
        if (!device.children().isEmpty() && !switches.has("d", "nodeps")) {
            ArrayNode children = node.putArray("children");
            device.children().forEach(each -> json(children.addObject(), each, columns, switches));
        }
    }

    int blkid(Run run) {
        Switches switches = Switches.parse(run.args(), Set.of("o", "s", "t", "c"));
        Map<String, String> links = DiskNames.of(state.get()).links();
        List<Device> all = flat(devices());
        boolean export = switches.value("", "o").equals("export");
        int code = 2;
        for (Device device : all) {
            boolean wanted = switches.words().isEmpty()
                    || switches.words().stream()
                            .anyMatch(word -> links.getOrDefault(word, word).equals(device.path()));
            Map<String, String> values = wanted ? values(device) : Map.of();
            if (values.isEmpty()) {
                continue;
            }
            code = 0;
            if (export) {
                run.println("DEVNAME=" + device.path());
                values.forEach((name, value) -> run.println(name + "=" + value));
            } else {
                StringBuilder line = new StringBuilder(device.path()).append(':');
                values.forEach((name, value) -> line.append(' ')
                        .append(name)
                        .append("=\"")
                        .append(value)
                        .append('"'));
                run.println(line.toString());
            }
        }
        return code;
    }

    private static Map<String, String> values(Device device) {
        Map<String, String> values = new TreeMap<>();
        if (device.fileSystem() != null) {
            values.put("TYPE", device.fileSystem());
        }
        if (device.label() != null) {
            values.put("LABEL", device.label());
        }
        if (device.type().equals("disk") && !device.children().isEmpty()) {
            values.put("PTTYPE", "gpt");
        }
        return values;
    }
}
