package ai.thinkheads.phoenix.hosts.zfs;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The disks of a host and what is on them: its block devices under all their stable names, and the files of one folder, which stand
 * for disks on machines without spare ones. All of it by one command.
 */
public final class Disks {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SECTION = "== phoenix ==";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /**
     * {@code $1} is the folder with files. Signatures are probed anew: what udev remembers may be older than the last wipe, and
     * containers have no udev at all. Partitions too, since that is where the label of a pool lies that was given a whole disk; but
     * neither logical volumes nor what is inside the volumes of guests, of which there are as many as there are guests.
     */
    private static final String SCRIPT = String.join(
            "\n",
            "lsblk -J -b -o NAME,PATH,SIZE,TYPE,MOUNTPOINTS,FSTYPE,RO 2>/dev/null || echo '{\"blockdevices\":[]}'",
            "echo '" + SECTION + "'",
            "for l in /dev/disk/by-id/* /dev/disk/by-path/* /dev/mapper/*; do",
            "  [ -L \"$l\" ] && printf '%s\\t%s\\n' \"$l\" \"$(readlink -f \"$l\")\"; done",
            "echo '" + SECTION + "'",
            "for f in \"$1\"/*; do [ -f \"$f\" ] && [ ! -L \"$f\" ] && stat -c '%s %n' \"$f\"; done",
            "echo '" + SECTION + "'",
            "{ lsblk -pnr -o PATH,TYPE | while read -r p t; do",
            "  case \"$t:$p\" in rom:*|lvm:*|part:/dev/zd*) ;; *) printf '%s\\0' \"$p\" ;; esac; done",
            "for f in \"$1\"/*; do [ -f \"$f\" ] && [ ! -L \"$f\" ] && printf '%s\\0' \"$f\"; done; } |",
            "  xargs -0rn1 sh -c 'echo; echo \"DEVICE=$1\"; blkid -p -o export -- \"$1\" 2>/dev/null; [ $? != 8 ] || echo"
                    + " TYPE=several' sh",
            "true");

    private final HostCommands commands;
    private final String folder;

    /**
     * @param folder whose files stand for disks; need not be there
     */
    public Disks(HostCommands commands, String folder) {
        this.commands = commands;
        this.folder = folder;
    }

    /** Everything at once. */
    public Listing read() {
        return parse(commands.answer(HostCommands.scripted(SCRIPT, folder).within(PATIENCE)), folder);
    }

    /** The script and its argument, for a caller that has more to ask in the same command. */
    Invocation invocation() {
        return HostCommands.scripted(SCRIPT, folder);
    }

    static Listing parse(String text, String folder) {
        String[] parts = text.split(java.util.regex.Pattern.quote(SECTION) + "\\R", -1);
        if (parts.length != 4) {
            throw new HostException(
                    HostException.Cause.UNREACHABLE,
                    "the host's answer about its disks is incomplete; it is asked again");
        }
        Map<String, Device> devices = new TreeMap<>();
        Set<String> whole = new HashSet<>();
        try {
            for (JsonNode each : JSON.readTree(parts[0]).path("blockdevices")) {
                device(each, devices, whole);
            }
        } catch (JacksonException e) {
            throw new HostException(
                    HostException.Cause.UNREACHABLE, "lsblk printed no JSON: " + e.getOriginalMessage(), e);
        }
        Map<String, String> links = new TreeMap<>();
        parts[1].lines().forEach(line -> {
            String[] words = line.split("\t", -1);
            if (words.length == 2) {
                links.put(words[0], words[1]);
            }
        });
        parts[2].lines().forEach(line -> {
            String[] words = line.split(" ", 2);
            devices.put(words[1], new Device(Long.parseLong(words[0]), null, null, null));
        });
        probes(parts[3], devices);
        labels(devices, whole);
        return new Listing(devices, links, whole, folder);
    }

    private static void device(JsonNode node, Map<String, Device> devices, Set<String> whole) {
        String path = node.path("path").asString("");
        String type = node.path("type").asString("");
        long size = node.path("size").asLong(0);
        boolean disk =
                Set.of("disk", "loop", "part", "lvm", "mpath", "crypt").contains(type) || type.startsWith("raid");
        if (!path.isEmpty() && disk && size > 0 && !path.startsWith("/dev/zram")) {
            String fileSystem = node.path("fstype").asString(null);
            String use = node.path("ro").asBoolean(false) ? "read-only" : use(node, path);
            devices.put(path, new Device(size, use, fileSystem, null));
        }
        JsonNode children = node.path("children");
        List<String> parts = new ArrayList<>();
        for (JsonNode child : children) {
            device(child, devices, whole);
            parts.add(child.path("path").asString(""));
        }
        // A disk that was given to OpenZFS as a whole has its partitions 1 and 9.
        String between = path.matches(".*\\d") ? "p" : "";
        if (parts.equals(List.of(path + between + "1", path + between + "9"))) {
            whole.add(path + between + "1");
        }
    }

    private static @Nullable String use(JsonNode node, String top) {
        for (JsonNode mount : node.path("mountpoints")) {
            if (mount.isString()) {
                String at = mount.asString();
                return at.equals("[SWAP]") ? "swap" : "mounted at " + at;
            }
        }
        for (JsonNode child : node.path("children")) {
            String type = child.path("type").asString("");
            String use = use(child, top);
            if (use != null) {
                return use;
            }
            if (!type.equals("part")) {
                return "part of " + child.path("path").asString(type);
            }
        }
        return null;
    }

    private static void probes(String text, Map<String, Device> devices) {
        for (String block : text.split("\\R\\R", -1)) {
            Map<String, String> values = new HashMap<>();
            block.lines().forEach(line -> {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            });
            String path = values.get("DEVICE");
            Device device = path == null ? null : devices.get(path);
            if (path != null && device != null) {
                String type = values.get("TYPE");
                String table = values.get("PTTYPE");
                String signature =
                        type != null ? type : table != null ? table + " partition table" : device.signature();
                String label = "zfs_member".equals(type) ? values.get("LABEL") : null;
                devices.put(path, new Device(device.size(), device.use(), signature, label));
            }
        }
    }

    /** A disk that was given to a pool as a whole has the label on its first partition. */
    private static void labels(Map<String, Device> devices, Set<String> whole) {
        for (String part : whole) {
            Device labelled = devices.get(part);
            String path = part.replaceFirst("(?<=\\d)p1$|1$", "");
            Device disk = devices.get(path);
            if (labelled != null && labelled.pool() != null && disk != null) {
                devices.put(path, new Device(disk.size(), disk.use(), labelled.signature(), labelled.pool()));
            }
        }
    }

    /**
     * @param use what the kernel uses it for; null for nothing
     * @param pool the name of the pool that its label tells
     */
    record Device(
            long size,
            @Nullable String use,
            @Nullable String signature,
            @Nullable String pool) {}

    /**
     * What there was at one moment.
     *
     * @param devices by the kernel's path, or the file's
     * @param links other names, each with the kernel's path
     * @param whole partitions that stand for a whole disk given to ZFS
     */
    public record Listing(Map<String, Device> devices, Map<String, String> links, Set<String> whole, String folder) {

        public Listing {
            devices = Map.copyOf(devices);
            links = Map.copyOf(links);
            whole = Set.copyOf(whole);
        }

        /**
         * The path by which a disk was given to ZFS, from the one that it shows: of a whole disk it shows the first partition. Of one
         * that is not there any more nobody can tell; whole disks are the usual thing.
         */
        String wholeDisk(String shown) {
            String real = links.getOrDefault(shown, shown);
            boolean absent = !devices.containsKey(real) && shown.endsWith("-part1");
            if (!absent && !whole.contains(real)) {
                return shown;
            }
            return shown.endsWith("-part1")
                    ? shown.substring(0, shown.length() - "-part1".length())
                    : shown.replaceFirst("(?<=\\d)p1$|1$", "");
        }

        /** The labels of pools that are not among these: what could be imported, unless it was destroyed. */
        Set<String> strangers(Set<String> pools, boolean files) {
            Set<String> names = new TreeSet<>();
            devices.forEach((path, device) -> {
                String pool = device.pool();
                if (pool != null && !pools.contains(pool) && isFile(path) == files) {
                    names.add(pool);
                }
            });
            return names;
        }

        boolean isFile(String path) {
            return path.startsWith(folder + "/");
        }

        /** The folder of files, when that pool lies in it. */
        boolean isOnFiles(String pool) {
            return strangers(Set.of(), true).contains(pool);
        }

        /** The disks under all their names, as a pool may be made of them. */
        public Map<String, Node.Disk> disks(Map<String, ZfsPools.Observed> pools, List<String> importable) {
            Map<String, String> users = new HashMap<>();
            pools.forEach((name, pool) -> pool.deviceHealth().keySet().forEach(path -> {
                String real = links.getOrDefault(path, path);
                users.put(real, "pool " + name);
                users.put(real.replaceFirst("(?<=\\d)p\\d+$|(?<=[a-z])\\d+$", ""), "pool " + name);
            }));
            Map<String, Node.Disk> disks = new TreeMap<>();
            devices.forEach((path, device) -> disks.put(path, disk(path, device, users, importable)));
            links.forEach((link, path) -> {
                Node.Disk disk = disks.get(path);
                if (disk != null) {
                    disks.put(link, disk);
                }
            });
            return disks;
        }

        private static Node.Disk disk(String path, Device device, Map<String, String> users, List<String> importable) {
            String use = users.getOrDefault(path, "").isEmpty() ? device.use() : users.get(path);
            String pool = device.pool();
            String signature = pool != null && importable.contains(pool) ? "exported pool " + pool : device.signature();
            return new Node.Disk(new ByteSize(device.size()), use, signature);
        }
    }
}
