package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.IdMap;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The text of a container's {@code config}: a comment with the {@link LxcFile}, then the lines for LXC that follow from it. Lines
 * that somebody changed, added or took away are seen as other values of the fields that they stand for, or as raw lines, and go when
 * the file is written again. Pure.
 */
final class LxcText {

    /** Every file of Phoenix's has it, directly followed by the number, which scripts look for. */
    static final String HEAD = "# phoenix {\"vmid\":";

    private static final String KEPT = "# phoenix ";
    private static final String COMMENT = KEPT + "{";
    private static final Pattern NUMBER = Pattern.compile("\"vmid\"\\s*:\\s*([1-9]\\d{2,7})(?!\\d)");
    private static final Pattern VOLUME = Pattern.compile("(?:subvol|basevol)-([1-9]\\d{2,7})-disk-");
    private static final Pattern OWNER =
            Pattern.compile("\"mark\"\\s*:\\s*\\{\\s*\"owner\"\\s*:\\s*\"([A-Za-z]+/[a-z0-9.-]{1,253})\"");
    private static final String INCLUDES = "/usr/share/lxc/config/";
    private static final String NOTE =
            "# Written by Phoenix from a manifest; what is changed below is seen and put back.";
    private static final String ADOPTED =
            "# Adopted by Phoenix: the lines below are those of whoever made it, but for what a manifest changes of them.";

    /** How numbers of users and groups are mapped where nothing else is said. */
    static final List<IdMap> USUAL_MAPS =
            List.of(new IdMap("u", 0, 100_000, 65_536), new IdMap("g", 0, 100_000, 65_536));

    private static final String TAKEN_OUT = "taken out by hand ";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * A file as it was found.
     *
     * @param file null for a container that is not of Phoenix's making
     * @param config what the lines say, which is what the next start does
     * @param damage where its comment is not what Phoenix wrote; null when it is, or when there is none
     */
    record Seen(
            @Nullable LxcFile file,
            ContainerConfig config,
            @Nullable Damage damage) {}

    /**
     * A comment that cannot be read.
     *
     * @param line of the file, the first is 1
     * @param vmid the number that the rest of the file still tells; null for none
     */
    record Damage(int line, String what, @Nullable Integer vmid) {}

    private LxcText() {}

    static String write(LxcFile file, LxcMachine machine) {
        StringBuilder text = new StringBuilder();
        if (file.adopted() != null) {
            return text.append(ADOPTED)
                    .append('\n')
                    .append(KEPT)
                    .append(JSON.writeValueAsString(file))
                    .append('\n')
                    .append(LxcForeign.body(file, machine))
                    .toString();
        }
        text.append(NOTE).append('\n');
        text.append(KEPT).append(JSON.writeValueAsString(file)).append('\n');
        for (String line : lines(file, machine)) {
            if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
                throw new HostException(
                        HostException.Cause.REFUSED, "a line of a container's configuration cannot be broken: " + line);
            }
            text.append(line).append('\n');
        }
        return text.toString();
    }

    /** What LXC is told. */
    static List<String> lines(LxcFile file, LxcMachine machine) {
        if (file.adopted() != null) {
            return plain(LxcForeign.body(file, machine));
        }
        ContainerConfig config = file.config();
        List<String> lines = new ArrayList<>();
        lines.add("lxc.include = " + INCLUDES + "common.conf");
        if (config.unprivileged()) {
            lines.add("lxc.include = " + INCLUDES + "userns.conf");
        }
        boolean nesting = config.features().contains("nesting");
        if (nesting) {
            lines.add("lxc.include = " + INCLUDES + "nesting.conf");
        }
        lines.add("lxc.arch = linux64");
        lines.add("lxc.uts.name = " + config.hostname());
        // Without this line LXC would start the host's own root file system.
        lines.add("lxc.rootfs.path = dir:" + rootPath(file));
        String profile = config.apparmor();
        lines.add("lxc.apparmor.profile = "
                + (!machine.apparmor() ? "unconfined" : profile == null ? "generated" : profile));
        if (machine.apparmor() && profile == null && nesting) {
            lines.add("lxc.apparmor.allow_nesting = 1");
        }
        if (config.unprivileged()) {
            maps(config)
                    .forEach(each -> lines.add("lxc.idmap = " + each.type() + " " + each.containerId() + " "
                            + each.hostId() + " " + each.size()));
        }
        if (file.busybox()) {
            lines.add("lxc.signal.halt = SIGUSR1");
            lines.add("lxc.signal.reboot = SIGTERM");
        }
        limits(lines, config, machine);
        devices(lines, file, machine, nesting);
        mounts(lines, file);
        cards(lines, file);
        startup(lines, config);
        raw(lines, config);
        return lines;
    }

    private static String rootPath(LxcFile file) {
        String path = file.rootPath();
        if (path == null || !path.matches("/[^/].*/[^/]+")) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "container " + file.vmid() + " has no root file system of its own ('" + path
                            + "'), and without one it would start the host's");
        }
        return path;
    }

    /** The numbers of users and groups in an unprivileged container, on the host. */
    static List<IdMap> maps(ContainerConfig config) {
        return config.idMaps().isEmpty() ? USUAL_MAPS : config.idMaps();
    }

    private static void limits(List<String> lines, ContainerConfig config, LxcMachine machine) {
        if (machine.has("memory")) {
            lines.add(machine.key(machine.memory()) + " = " + config.memory().bytes());
            if (machine.swap()) {
                lines.add(machine.key(machine.swapLimit()) + " = " + machine.swapValue(config));
            }
        }
        if (machine.has("cpu")) {
            lines.add(machine.key(machine.cpu()) + " = " + machine.cpuValue(config));
        }
    }

    private static void devices(List<String> lines, LxcFile file, LxcMachine machine, boolean nesting) {
        boolean guarded = machine.has("devices") && !file.config().unprivileged();
        if (guarded && nesting) {
            lines.add(machine.key("devices.allow") + " = a");
        }
        for (ContainerConfig.DeviceNode each : file.config().devices()) {
            LxcFile.Node node = file.nodes().get(each.path());
            if (node != null && guarded) {
                lines.add(machine.key("devices.allow") + " = " + node.number() + " rwm");
            }
            if (node != null) {
                lines.add("lxc.mount.entry = " + escaped(node.source()) + " "
                        + escaped(each.path().substring(1)) + " none bind,optional,create=file 0 0");
            }
        }
        if (file.config().features().contains("fuse")) {
            lines.add("lxc.mount.entry = /dev/fuse dev/fuse none bind,optional,create=file 0 0");
        }
    }

    static void mounts(List<String> lines, LxcFile file) {
        for (MountPoint each : file.config().mounts()) {
            String source = file.source(each);
            if (source != null) {
                lines.add("lxc.mount.entry = " + escaped(source) + " "
                        + escaped(each.path().replaceFirst("^/+", "")) + " none bind,create=dir"
                        + (each.readOnly() ? ",ro" : "") + " 0 0");
            }
        }
    }

    /** As in {@code /etc/fstab}. */
    private static String escaped(String path) {
        return path.replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }

    static void cards(List<String> lines, LxcFile file) {
        List<Nic> nics = file.config().nics();
        if (nics.isEmpty()) {
            // No word about the network means the host's own.
            lines.add("lxc.net.0.type = empty");
        }
        for (int i = 0; i < nics.size(); i++) {
            Nic nic = nics.get(i);
            String key = "lxc.net." + i + ".";
            lines.add(key + "type = veth");
            lines.add(key + "link = " + nic.bridge());
            lines.add(key + "flags = up");
            lines.add(key + "name = " + nic.name());
            lines.add(key + "veth.pair = veth" + file.vmid() + "i" + i);
            option(lines, key + "hwaddr", nic.mac());
            option(lines, key + "mtu", nic.mtu());
            option(lines, key + "veth.vlan.id", nic.vlan());
            String address = nic.address();
            if (address != null && !address.equals("dhcp")) {
                String family = address.indexOf(':') >= 0 ? "ipv6" : "ipv4";
                lines.add(key + family + ".address = " + address);
                option(lines, key + family + ".gateway", nic.gateway());
            }
        }
    }

    private static void option(List<String> lines, String key, @Nullable Object value) {
        if (value != null) {
            lines.add(key + " = " + value);
        }
    }

    static void startup(List<String> lines, ContainerConfig config) {
        lines.add("lxc.start.auto = " + (config.onBoot() ? 1 : 0));
        StartupConfig startup = config.startup();
        option(lines, "lxc.start.order", startup.order());
        option(
                lines,
                "lxc.start.delay",
                startup.upDelay() == null ? null : startup.upDelay().toSeconds());
    }

    static void raw(List<String> lines, ContainerConfig config) {
        boolean hostNetwork = false;
        for (String each : config.raw()) {
            int colon = each.indexOf(':');
            String key = colon < 0 ? each : each.substring(0, colon).strip();
            String value = colon < 0 ? "" : each.substring(colon + 1).strip();
            if (colon < 0
                    || !key.matches("lxc\\.[a-z0-9_.-]+")
                    || key.matches("lxc\\.(rootfs\\..*|include|uts\\.name)")) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        "spec.rawConfig: '" + each
                                + "' cannot be given to LXC: raw lines are 'lxc.key: value', and the root"
                                + " file system, includes and the host name are Phoenix's");
            }
            lines.add(key + " = " + value);
            hostNetwork |= key.matches("lxc\\.net\\.\\d+\\.type") && value.equals("none");
        }
        if (hostNetwork) {
            // An init that takes its network down when it halts would take the host's.
            lines.add("lxc.cap.drop = net_admin");
        }
    }

    /** Makes sense of a file of that folder. */
    static Seen parse(String folder, String text, LxcMachine machine) {
        LxcFile file = null;
        List<String> all = text.lines().map(String::strip).toList();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).startsWith(COMMENT)) {
                String json = all.get(i).substring(KEPT.length());
                try {
                    file = kept(json);
                } catch (HostException e) {
                    return damaged(folder, text, machine, new Damage(i + 1, e.getMessage(), number(json, text)));
                }
            }
        }
        if (file == null) {
            return new Seen(null, LxcForeign.config(folder, text, machine), null);
        }
        List<String> lines = plain(text);
        List<String> expected = new ArrayList<>();
        lines(file, machine).forEach(each -> expected.add(each.strip()));
        return new Seen(
                file,
                expected.equals(lines) ? file.config() : deviating(file.config(), expected, lines, machine),
                null);
    }

    /** The lines that say something, each in one form. */
    static List<String> plain(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> line.replaceFirst("\\s*=\\s*", " = ").strip())
                .toList();
    }

    private static LxcFile kept(String json) {
        LxcFile file;
        try {
            file = JSON.readValue(json, LxcFile.class);
        } catch (JacksonException e) {
            throw new HostException(HostException.Cause.REFUSED, e.getOriginalMessage(), e);
        }
        String missing = file == null ? "all" : Completeness.missing(file);
        if (file == null || missing != null) {
            throw new HostException(HostException.Cause.REFUSED, missing + " is missing");
        }
        return file;
    }

    /** What the lines say of a container whose comment cannot be read, with whose it is where that is still told. */
    private static Seen damaged(String folder, String text, LxcMachine machine, Damage damage) {
        ContainerConfig config = LxcForeign.config(folder, text, machine);
        Matcher owner = OWNER.matcher(text);
        Mark mark = owner.find() ? new Mark(owner.group(1), Map.of()) : null;
        return new Seen(null, LxcFile.edit(config, config, Set.of(), config.mounts(), mark), damage);
    }

    /** The number of a container, from what is left of its comment or else from the names of its volumes. */
    private static @Nullable Integer number(String json, String text) {
        for (Matcher each : List.of(NUMBER.matcher(json), VOLUME.matcher(text))) {
            if (each.find()) {
                return Integer.valueOf(each.group(1));
            }
        }
        return null;
    }

    /** The configuration that those lines make of it. */
    private static ContainerConfig deviating(
            ContainerConfig config, List<String> expected, List<String> lines, LxcMachine machine) {
        List<String> missing = new ArrayList<>(expected);
        List<String> extra = new ArrayList<>();
        for (String line : lines) {
            if (!missing.remove(line)) {
                extra.add(line);
            }
        }
        Map<String, String> changed = new java.util.HashMap<>();
        List<String> raw = new ArrayList<>(config.raw());
        Set<String> understood = Set.of("lxc.uts.name", "lxc.start.auto", machine.key(machine.memory()));
        for (String line : extra) {
            if (understood.contains(key(line))) {
                changed.put(key(line), value(line));
            } else {
                raw.add(key(line) + ": " + value(line));
            }
        }
        missing.stream()
                .filter(line -> !changed.containsKey(key(line)))
                .forEach(line -> raw.add(TAKEN_OUT + key(line) + ": " + value(line)));
        String memory = changed.get(machine.key(machine.memory()));
        return new ContainerConfig(
                changed.getOrDefault("lxc.uts.name", config.hostname()),
                config.cores(),
                config.cpuLimit(),
                memory == null ? config.memory() : bytes(memory),
                config.swap(),
                config.rootDisk(),
                config.nics(),
                config.nameservers(),
                config.searchDomain(),
                config.unprivileged(),
                config.idMaps(),
                config.features(),
                config.apparmor(),
                config.mounts(),
                config.devices(),
                raw,
                changed.containsKey("lxc.start.auto") ? !"0".equals(changed.get("lxc.start.auto")) : config.onBoot(),
                config.startup(),
                config.tags(),
                config.description(),
                config.mark());
    }

    static String key(String line) {
        int equals = line.indexOf('=');
        return equals < 0 ? line : line.substring(0, equals).strip();
    }

    static String value(String line) {
        int equals = line.indexOf('=');
        return equals < 0 ? "" : line.substring(equals + 1).strip();
    }

    /** A size as LXC takes it: bytes, or with K, M or G. Zero when it is none. */
    static ByteSize bytes(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int shift = lower.endsWith("k") ? 10 : lower.endsWith("m") ? 20 : lower.endsWith("g") ? 30 : 0;
        String digits = shift == 0 ? lower : lower.substring(0, lower.length() - 1);
        boolean fits = digits.matches("\\d{1,10}") || (shift == 0 && digits.matches("\\d{1,18}"));
        return new ByteSize(fits ? Long.parseLong(digits) << shift : 0);
    }
}
