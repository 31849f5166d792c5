package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.IdMap;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file of a container that somebody else made, such as lxc-create. What a manifest can say of it is read from its lines; when it is
 * taken over, all its lines stay, and only those of fields that the manifest changes are written anew. Pure.
 */
final class LxcForeign {

    /** What a manifest may change of an adopted container: fields that stand for lines of their own, and notes. */
    private static final Set<GuestField> CHANGEABLE = EnumSet.of(
            GuestField.HOSTNAME,
            GuestField.CORES,
            GuestField.CPU_LIMIT,
            GuestField.MEMORY,
            GuestField.SWAP,
            GuestField.NICS,
            GuestField.RAW,
            GuestField.ON_BOOT,
            GuestField.STARTUP,
            GuestField.TAGS,
            GuestField.DESCRIPTION,
            GuestField.MARK);

    private static final Pattern CARD = Pattern.compile("lxc\\.net\\.(\\d{1,3})\\.type");
    private static final Pattern ID_MAP = Pattern.compile("([ug])\\s+(\\d{1,10})\\s+(\\d{1,10})\\s+(\\d{1,10})");
    private static final String MEMORY = "lxc\\.cgroup2?\\.memory\\.(max|limit_in_bytes)";
    private static final String SWAP = "lxc\\.cgroup2?\\.memory\\.(swap\\.max|memsw\\.limit_in_bytes)";
    private static final String CPU = "lxc\\.cgroup2?\\.cpu\\.(max|cfs_quota_us)";
    private static final int MOST_CORES = 8192;

    private LxcForeign() {}

    /** Why Phoenix cannot take over the container of that file; null when it can. */
    static @Nullable String obstacle(String text) {
        if (text.lines().anyMatch(line -> line.strip().startsWith(LxcText.HEAD))) {
            return "its file is a copy of that of another container, whose files it would start with";
        }
        Lines lines = Lines.of(text);
        String root = lines.value("lxc.rootfs.path").orElse("");
        if (!isRoot(root)) {
            return "it has no root file system of its own (lxc.rootfs.path is '" + root
                    + "'), and without one it would start the host's";
        }
        boolean onHost = lines.cards().isEmpty() || lines.cards().stream().anyMatch("none"::equals);
        return onHost && !lines.dropsNetworkAdministration()
                ? "it is on the host's own network and could take it down; give its file the line"
                        + " lxc.cap.drop = net_admin, or a card of its own"
                : null;
    }

    /** Whether that leads to something of the container's own: a folder that is not near the top, or a volume that LXC mounts. */
    private static boolean isRoot(String path) {
        String folder = folder(path);
        return folder == null
                ? path.matches("(overlay|overlayfs|zfs|btrfs|lvm|loop|rbd|nbd):.*[^/\\s].*")
                : folder.matches("/[^/].*/[^/]+/?") && !folder.contains("/../") && !folder.endsWith("/..");
    }

    private static @Nullable String folder(String path) {
        String plain = path.startsWith("dir:") ? path.substring("dir:".length()) : path;
        return plain.startsWith("/") ? plain : null;
    }

    /** The folder of the root file system; null when LXC mounts it only while the container runs. */
    static @Nullable String rootFolder(String text) {
        String folder = folder(Lines.of(text).value("lxc.rootfs.path").orElse(""));
        return folder != null && isRoot(folder) ? folder.replaceFirst("/+$", "") : null;
    }

    /** Refuses what no line of somebody else's file stands for. */
    static void requireChangeable(int vmid, Set<GuestField> fields) {
        String others = fields.stream()
                .filter(each -> !CHANGEABLE.contains(each))
                .map(GuestField::path)
                .sorted()
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            throw new HostException(
                    HostException.Cause.UNSUPPORTED,
                    others + ": container " + vmid + " was adopted, and this is not changed in one that somebody else"
                            + " made; take the field out, or make a container by a manifest and move over what is in it");
        }
    }

    /** As much of it as a manifest can say. */
    static ContainerConfig config(String folder, String text, LxcMachine machine) {
        Lines lines = Lines.of(text);
        String profile = lines.value("lxc.apparmor.profile").orElse(null);
        boolean plain = profile == null || profile.equals("generated");
        List<IdMap> maps = lines.idMaps();
        Cpu cpu = cpu(lines, machine);
        ByteSize memory = lines.last(MEMORY).map(LxcText::bytes).orElse(machine.ram());
        return new ContainerConfig(
                lines.value("lxc.uts.name").orElse(folder),
                cpu.cores(),
                cpu.limit(),
                memory,
                swap(lines, memory),
                new ContainerConfig.RootDisk(
                        "", new ByteSize(0), lines.value("lxc.rootfs.path").orElse(null)),
                nics(lines),
                List.of(),
                null,
                !maps.isEmpty(),
                maps.equals(LxcText.USUAL_MAPS) ? List.of() : maps,
                plain && lines.includes("nesting.conf") ? Set.of("nesting") : Set.of(),
                plain ? null : profile,
                List.of(),
                List.of(),
                List.of(),
                lines.value("lxc.start.auto").filter(each -> !each.equals("0")).isPresent(),
                startup(lines),
                Set.of(),
                "",
                null);
    }

    private static ByteSize swap(Lines lines, ByteSize memory) {
        return lines.value("lxc.cgroup2.memory.swap.max")
                .map(LxcText::bytes)
                .or(() -> lines.value("lxc.cgroup.memory.memsw.limit_in_bytes")
                        .map(all -> new ByteSize(Math.max(0, LxcText.bytes(all).bytes() - memory.bytes()))))
                .orElse(new ByteSize(0));
    }

    private record Cpu(int cores, @Nullable Double limit) {}

    /** Without a limit it has all that the machine has. */
    private static Cpu cpu(Lines lines, LxcMachine machine) {
        String[] words = lines.last(CPU).orElse("").strip().split("\\s+");
        String period = words.length > 1
                ? words[1]
                : lines.value("lxc.cgroup.cpu.cfs_period_us").orElse("100000");
        if (!words[0].matches("[1-9]\\d{0,9}") || !period.matches("[1-9]\\d{0,9}")) {
            return new Cpu(machine.cpus(), null);
        }
        double share = Double.parseDouble(words[0]) / Double.parseDouble(period);
        int cores = (int) Math.clamp(Math.ceil(share), 1, MOST_CORES);
        return new Cpu(cores, share == cores ? null : Double.valueOf(share));
    }

    private static StartupConfig startup(Lines lines) {
        Integer order = lines.value("lxc.start.order")
                .filter(each -> each.matches("\\d{1,9}"))
                .map(Integer::valueOf)
                .orElse(null);
        Duration delay = lines.value("lxc.start.delay")
                .filter(each -> each.matches("[1-9]\\d{0,8}"))
                .map(each -> Duration.ofSeconds(Long.parseLong(each)))
                .orElse(null);
        return new StartupConfig(order, delay, null);
    }

    /** Its cards, when all of them are such as manifests have; else none, and they stay as their lines say. */
    private static List<Nic> nics(Lines lines) {
        List<Nic> nics = new ArrayList<>();
        Set<Integer> numbers = lines.cardNumbers();
        for (int i : numbers) {
            String key = "lxc.net." + i + ".";
            String bridge = lines.value(key + "link").orElse("");
            if (!lines.value(key + "type").orElse("").equals("veth") || bridge.isEmpty()) {
                return List.of();
            }
            String four = lines.value(key + "ipv4.address").orElse(null);
            String six = lines.value(key + "ipv6.address").orElse(null);
            // Behind an address there may be one for broadcasts.
            String address = Objects.requireNonNullElse(four, Objects.requireNonNullElse(six, ""))
                    .split("\\s+")[0];
            String gateway = lines.value(key + (four == null ? "ipv6" : "ipv4") + ".gateway")
                    .orElse(null);
            if ((four != null && six != null)
                    || (!address.isEmpty() && address.indexOf('/') < 0)
                    || (gateway != null && !isAddress(gateway))) {
                return List.of();
            }
            nics.add(new Nic(
                    lines.value(key + "name").orElse("eth" + nics.size()),
                    bridge,
                    address.isEmpty() ? null : address,
                    gateway,
                    lines.value(key + "hwaddr")
                            .filter(each -> each.matches("(?i)[0-9a-f]{2}(:[0-9a-f]{2}){5}"))
                            .map(each -> each.toUpperCase(java.util.Locale.ROOT))
                            .orElse(null),
                    lines.number(key + "veth.vlan.id"),
                    lines.number(key + "mtu"),
                    false));
        }
        return nics;
    }

    private static boolean isAddress(String text) {
        try {
            IpAddress.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The file as it is to be: what it was when it was taken over, and the lines of what has changed since. */
    static String body(LxcFile file, LxcMachine machine) {
        LxcFile.Adopted adopted = Objects.requireNonNull(file.adopted());
        ContainerConfig config = file.config();
        Edit edit = new Edit(adopted.text());
        Set<GuestField> changed = adopted.changed();
        if (changed.contains(GuestField.HOSTNAME)) {
            edit.set("lxc\\.uts\\.name", List.of("lxc.uts.name = " + config.hostname()));
        }
        boolean memory = changed.contains(GuestField.MEMORY) && machine.has("memory");
        if (memory) {
            edit.set(
                    MEMORY,
                    List.of(machine.key(machine.memory()) + " = "
                            + config.memory().bytes()));
        }
        // In v1 the one counts the other.
        boolean swap = changed.contains(GuestField.SWAP) || (memory && edit.has(SWAP));
        if (swap && machine.has("memory") && machine.swap()) {
            edit.set(SWAP, List.of(machine.key(machine.swapLimit()) + " = " + machine.swapValue(config)));
        }
        if ((changed.contains(GuestField.CORES) || changed.contains(GuestField.CPU_LIMIT)) && machine.has("cpu")) {
            edit.set(
                    CPU + "|lxc\\.cgroup\\.cpu\\.cfs_period_us",
                    List.of(machine.key(machine.cpu()) + " = " + machine.cpuValue(config)));
        }
        if (changed.contains(GuestField.NICS)) {
            List<String> cards = new ArrayList<>();
            LxcText.cards(cards, file);
            edit.set("lxc\\.net\\..*", cards);
        }
        if (changed.contains(GuestField.ON_BOOT) || changed.contains(GuestField.STARTUP)) {
            List<String> startup = new ArrayList<>();
            LxcText.startup(startup, config);
            edit.set("lxc\\.start\\.(auto|order|delay)", startup);
        }
        List<String> further = new ArrayList<>();
        LxcText.mounts(further, file);
        LxcText.raw(further, config);
        edit.add(further);
        return edit.text();
    }

    /** Changes the lines of a text in place, and leaves its comments and everything else. */
    private static final class Edit {

        private final List<String> lines;

        Edit(String text) {
            lines = new ArrayList<>(text.lines()
                    .filter(line -> !line.strip().startsWith(LxcText.HEAD))
                    .toList());
        }

        boolean has(String keys) {
            return lines.stream().anyMatch(line -> LxcText.key(line).matches(keys));
        }

        /** Puts lines where the first with such a key was, or at the end; the others with such a key go. */
        void set(String keys, List<String> wanted) {
            int at = lines.size();
            for (int i = lines.size() - 1; i >= 0; i--) {
                if (LxcText.key(lines.get(i)).matches(keys)) {
                    lines.remove(i);
                    at = i;
                }
            }
            lines.addAll(Math.min(at, lines.size()), wanted);
        }

        void add(List<String> more) {
            lines.addAll(more);
        }

        String text() {
            return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        }
    }

    /** The lines of a file, by key. */
    private record Lines(List<Map.Entry<String, String>> all) {

        static Lines of(String text) {
            return new Lines(LxcText.plain(text).stream()
                    .map(line -> Map.entry(LxcText.key(line), unquoted(LxcText.value(line))))
                    .toList());
        }

        /** LXC takes quotes around a value off. */
        private static String unquoted(String value) {
            boolean quoted = value.length() > 1
                    && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                    && value.charAt(0) == value.charAt(value.length() - 1);
            return quoted ? value.substring(1, value.length() - 1) : value;
        }

        /** The last one counts, as for LXC. */
        java.util.Optional<String> value(String key) {
            return all.stream()
                    .filter(each -> each.getKey().equals(key))
                    .map(Map.Entry::getValue)
                    .filter(each -> !each.isEmpty())
                    .reduce((one, other) -> other);
        }

        java.util.Optional<String> last(String keys) {
            return all.stream()
                    .filter(each -> each.getKey().matches(keys))
                    .map(Map.Entry::getValue)
                    .reduce((one, other) -> other);
        }

        @Nullable
        Integer number(String key) {
            return value(key)
                    .filter(each -> each.matches("\\d{1,9}"))
                    .map(Integer::valueOf)
                    .orElse(null);
        }

        boolean includes(String name) {
            return all.stream()
                    .anyMatch(each -> each.getKey().equals("lxc.include")
                            && each.getValue().endsWith("/" + name));
        }

        Set<Integer> cardNumbers() {
            Set<Integer> numbers = new TreeSet<>();
            for (Map.Entry<String, String> each : all) {
                Matcher card = CARD.matcher(each.getKey());
                if (card.matches()) {
                    numbers.add(Integer.valueOf(card.group(1)));
                }
            }
            return numbers;
        }

        /** The types of its cards. */
        List<String> cards() {
            return cardNumbers().stream()
                    .map(i -> value("lxc.net." + i + ".type").orElse(""))
                    .toList();
        }

        boolean dropsNetworkAdministration() {
            boolean dropped = all.stream()
                    .anyMatch(each -> each.getKey().equals("lxc.cap.drop")
                            && List.of(each.getValue().split("\\s+")).contains("net_admin"));
            boolean kept = all.stream()
                    .anyMatch(each -> each.getKey().equals("lxc.cap.keep")
                            && List.of(each.getValue().split("\\s+")).contains("net_admin"));
            boolean keeps = all.stream().anyMatch(each -> each.getKey().equals("lxc.cap.keep"));
            return dropped || (keeps && !kept);
        }

        List<IdMap> idMaps() {
            List<IdMap> maps = new ArrayList<>();
            for (Map.Entry<String, String> each : all) {
                Matcher map = ID_MAP.matcher(each.getValue());
                if (each.getKey().equals("lxc.idmap") && map.matches()) {
                    maps.add(new IdMap(
                            map.group(1),
                            Long.parseLong(map.group(2)),
                            Long.parseLong(map.group(3)),
                            Long.parseLong(map.group(4))));
                }
            }
            return maps;
        }
    }
}
