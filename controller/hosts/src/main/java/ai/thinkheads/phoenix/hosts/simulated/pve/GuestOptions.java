package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.DeviceNode;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.IdMap;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.RootDisk;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The options of a guest as Proxmox names and writes them, and the way back for containers. Pure. */
public final class GuestOptions {

    private static final String ID_MAP = "lxc.idmap";
    private static final String PROFILE = "lxc.apparmor.profile";

    private GuestOptions() {}

    /** The options of a configuration, without raw lines; the notes are {@code description}. */
    public static Map<String, String> of(GuestConfig config) {
        Map<String, String> all = new TreeMap<>();
        all.put("cores", String.valueOf(config.cores()));
        all.put("memory", String.valueOf(config.memory().bytes() >> 20));
        put(all, "nameserver", String.join(" ", config.nameservers()));
        put(all, "searchdomain", config.searchDomain());
        put(all, "onboot", config.onBoot() ? "1" : null);
        put(all, "startup", startup(config.startup()));
        put(all, "tags", String.join(";", new TreeSet<>(config.tags())));
        switch (config) {
            case ContainerConfig container -> container(container, all);
            case VmConfig machine -> machine(machine, all);
        }
        return all;
    }

    /** The raw lines of LXC, in their order. */
    public static List<String> raw(GuestConfig config) {
        List<String> lines = new ArrayList<>();
        if (config instanceof ContainerConfig container) {
            container
                    .idMaps()
                    .forEach(map -> lines.add(ID_MAP + ": " + map.type() + " " + map.containerId() + " " + map.hostId()
                            + " " + map.size()));
            if (container.apparmor() != null) {
                lines.add(PROFILE + ": " + container.apparmor());
            }
            lines.addAll(container.raw());
        }
        return lines;
    }

    private static void put(Map<String, String> all, String key, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            all.put(key, value);
        }
    }

    private static @Nullable String startup(StartupConfig startup) {
        Map<String, @Nullable String> parts = new LinkedHashMap<>();
        parts.put("order", startup.order() == null ? null : String.valueOf(startup.order()));
        Duration up = startup.upDelay();
        Duration down = startup.downDelay();
        parts.put("up", up == null ? null : String.valueOf(up.toSeconds()));
        parts.put("down", down == null ? null : String.valueOf(down.toSeconds()));
        String text = Properties.write(null, parts);
        return text.isEmpty() ? null : text;
    }

    private static void container(ContainerConfig config, Map<String, String> all) {
        put(all, "description", new Notes(config.description(), config.mark(), Map.of()).whole());
        all.put("arch", "amd64");
        all.put("ostype", "debian");
        all.put("hostname", config.hostname());
        all.put("swap", String.valueOf(config.swap().bytes() >> 20));
        put(all, "unprivileged", config.unprivileged() ? "1" : null);
        Double limit = config.cpuLimit();
        put(all, "cpulimit", limit == null ? null : String.valueOf(limit).replaceFirst("\\.0$", ""));
        put(
                all,
                "features",
                String.join(
                        ",",
                        new TreeSet<>(config.features())
                                .stream()
                                        .map(each -> each.contains("=") ? each : each + "=1")
                                        .toList()));
        RootDisk root = config.rootDisk();
        put(all, "rootfs", volume(root.volume(), root.size(), Map.of()));
        config.mounts().forEach(mount -> all.put(String.valueOf(mount.slot()), mount(mount)));
        for (int i = 0; i < config.nics().size(); i++) {
            all.put("net" + i, nic(config.nics().get(i)));
        }
        for (int i = 0; i < config.devices().size(); i++) {
            all.put("dev" + i, device(config.devices().get(i)));
        }
    }

    private static String volume(@Nullable String volume, @Nullable ByteSize size, Map<String, @Nullable String> more) {
        Map<String, @Nullable String> parts = new LinkedHashMap<>(more);
        parts.put("size", size == null ? null : Properties.size(size));
        return Properties.write(String.valueOf(volume), parts);
    }

    private static String mount(MountPoint mount) {
        Map<String, @Nullable String> parts = new LinkedHashMap<>();
        parts.put("mp", mount.path());
        parts.put("backup", mount.backup() ? "1" : null);
        parts.put("ro", mount.readOnly() ? "1" : null);
        return mount.source() == null
                ? volume(mount.volume(), mount.size(), parts)
                : Properties.write(mount.source(), parts);
    }

    private static String nic(Nic nic) {
        Map<String, @Nullable String> parts = new LinkedHashMap<>();
        parts.put("name", nic.name());
        parts.put("bridge", nic.bridge());
        parts.put("firewall", nic.firewall() ? "1" : null);
        parts.put("gw", nic.gateway());
        parts.put("hwaddr", nic.mac());
        parts.put("ip", nic.address());
        parts.put("mtu", text(nic.mtu()));
        parts.put("tag", text(nic.vlan()));
        parts.put("type", "veth");
        return Properties.write(null, parts);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static String device(DeviceNode device) {
        Map<String, @Nullable String> parts = new LinkedHashMap<>();
        parts.put("gid", text(device.gid()));
        parts.put("mode", device.mode());
        parts.put("uid", text(device.uid()));
        return Properties.write(device.path(), parts);
    }

    private static void machine(VmConfig config, Map<String, String> all) {
        Map<String, String> cards = new TreeMap<>();
        for (int i = 0; i < config.nics().size(); i++) {
            Nic nic = config.nics().get(i);
            Map<String, @Nullable String> parts = new LinkedHashMap<>();
            parts.put("virtio", nic.mac());
            parts.put("bridge", nic.bridge());
            parts.put("firewall", nic.firewall() ? "1" : null);
            parts.put("mtu", text(nic.mtu()));
            parts.put("tag", text(nic.vlan()));
            all.put("net" + i, Properties.write(null, parts));
            Map<String, @Nullable String> address = new LinkedHashMap<>();
            address.put("gw", nic.gateway());
            address.put("ip", nic.address());
            put(all, "ipconfig" + i, Properties.write(null, address));
            if (!nic.name().equals("net" + i)) {
                cards.put("net" + i, nic.name());
            }
        }
        put(
                all,
                "description",
                new Notes(config.description(), config.mark(), cards.isEmpty() ? Map.of() : Map.of("cards", cards))
                        .whole());
        all.put("name", config.hostname());
        all.put("cpu", config.cpuType());
        all.put("ostype", "l26");
        all.put("scsihw", "virtio-scsi-single");
        put(all, "agent", config.agent() ? "1" : null);
        config.disks().forEach(disk -> {
            Map<String, @Nullable String> parts = new LinkedHashMap<>();
            parts.put("backup", disk.backup() ? null : "0");
            parts.put("discard", disk.discard() ? "on" : null);
            all.put(String.valueOf(disk.slot()), volume(disk.volume(), disk.size(), parts));
        });
        for (int i = 0; i < config.pciDevices().size(); i++) {
            all.put("hostpci" + i, config.pciDevices().get(i));
        }
        VmConfig.CloudInit cloudInit = config.cloudInit();
        if (cloudInit != null) {
            put(all, "ciuser", cloudInit.user());
            put(all, "cipassword", cloudInit.passwordHash());
            put(
                    all,
                    "sshkeys",
                    URLEncoder.encode(String.join("\n", cloudInit.sshKeys()), StandardCharsets.UTF_8)
                            .replace("+", "%20"));
        }
    }

    /** The container that options and raw lines describe; what they do not say stays as it was. */
    public static ContainerConfig container(ContainerConfig before, Map<String, String> options, List<String> lines) {
        Notes notes = Notes.parse(options.getOrDefault("description", ""));
        Integer cores = Properties.number(options.get("cores"));
        String limit = options.get("cpulimit");
        List<String> raw = new ArrayList<>();
        List<IdMap> maps = new ArrayList<>();
        String profile = null;
        for (String line : lines) {
            String[] pair = line.split("\\s*[:=]\\s*", 2);
            String value = pair.length > 1 ? pair[1].strip() : "";
            String[] words = value.split("\\s+");
            if (pair[0].equals(PROFILE)) {
                profile = value;
            } else if (pair[0].equals(ID_MAP) && value.matches("[ug](\\s+\\d{1,18}){3}")) {
                maps.add(new IdMap(
                        words[0], Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])));
            } else {
                raw.add(pair[0] + ": " + value);
            }
        }
        return new ContainerConfig(
                options.getOrDefault("hostname", before.hostname()),
                cores == null ? before.cores() : cores,
                limit == null || !limit.matches("\\d+(\\.\\d+)?") || Double.parseDouble(limit) == 0
                        ? null
                        : Double.valueOf(limit),
                mebibytes(options.get("memory"), 512),
                mebibytes(options.get("swap"), 512),
                before.rootDisk(),
                nics(options),
                words(options.get("nameserver"), "\\s+"),
                options.get("searchdomain"),
                Properties.on(options.get("unprivileged")),
                maps,
                features(options.getOrDefault("features", "")),
                profile,
                mounts(before, options),
                devices(options),
                raw,
                Properties.on(options.get("onboot")),
                startup(options.getOrDefault("startup", "")),
                Set.copyOf(words(options.get("tags"), "[;, ]+")),
                notes.text(),
                notes.mark());
    }

    private static ByteSize mebibytes(@Nullable String text, int usual) {
        Integer value = Properties.number(text);
        return ByteSize.ofMi(value == null ? usual : value);
    }

    private static List<String> words(@Nullable String text, String separator) {
        return text == null || text.isBlank() ? List.of() : List.of(text.strip().split(separator));
    }

    /** The values of options with numbers, by their numbers. */
    private static TreeMap<Integer, String> numbered(Map<String, String> options, String prefix) {
        TreeMap<Integer, String> all = new TreeMap<>();
        options.forEach((key, value) -> {
            if (key.matches(prefix + "\\d{1,3}")) {
                all.put(Integer.valueOf(key.substring(prefix.length())), value);
            }
        });
        return all;
    }

    private static List<Nic> nics(Map<String, String> options) {
        List<Nic> all = new ArrayList<>();
        numbered(options, "net").forEach((number, text) -> {
            Map<String, String> parts = Properties.parse(text, "");
            all.add(new Nic(
                    parts.getOrDefault("name", "eth" + number),
                    parts.getOrDefault("bridge", ""),
                    parts.get("ip"),
                    parts.get("gw"),
                    parts.get("hwaddr"),
                    Properties.number(parts.get("tag")),
                    Properties.number(parts.get("mtu")),
                    Properties.on(parts.get("firewall"))));
        });
        return all;
    }

    private static Set<String> features(String text) {
        Set<String> all = new TreeSet<>();
        Properties.parse(text, "").forEach((name, value) -> {
            if (value.equals("1")) {
                all.add(name);
            } else if (!value.equals("0")) {
                all.add(name + "=" + value);
            }
        });
        return all;
    }

    private static List<MountPoint> mounts(ContainerConfig before, Map<String, String> options) {
        List<MountPoint> all = new ArrayList<>();
        numbered(options, "mp").forEach((number, text) -> {
            Map<String, String> parts = Properties.parse(text, "volume");
            String volume = parts.getOrDefault("volume", "");
            boolean directory = volume.startsWith("/");
            MountPoint old = before.mounts().stream()
                    .filter(each -> ("mp" + number).equals(each.slot()))
                    .findFirst()
                    .orElse(null);
            ByteSize size = Properties.size(parts.get("size"));
            all.add(new MountPoint(
                    "mp" + number,
                    parts.getOrDefault("mp", ""),
                    directory ? volume : null,
                    directory ? null : Properties.storage(volume),
                    directory ? null : size != null ? size : old == null ? null : old.size(),
                    directory ? null : volume,
                    Properties.on(parts.get("ro")),
                    Properties.on(parts.get("backup"))));
        });
        return all;
    }

    private static List<DeviceNode> devices(Map<String, String> options) {
        List<DeviceNode> all = new ArrayList<>();
        numbered(options, "dev").values().forEach(text -> {
            Map<String, String> parts = Properties.parse(text, "path");
            Integer uid = Properties.number(parts.get("uid"));
            Integer gid = Properties.number(parts.get("gid"));
            all.add(new DeviceNode(
                    parts.getOrDefault("path", ""),
                    parts.get("mode"),
                    uid == null ? null : Long.valueOf(uid),
                    gid == null ? null : Long.valueOf(gid)));
        });
        return all;
    }

    private static StartupConfig startup(String text) {
        Map<String, String> parts = Properties.parse(text, "order");
        Integer up = Properties.number(parts.get("up"));
        Integer down = Properties.number(parts.get("down"));
        return new StartupConfig(
                Properties.number(parts.get("order")),
                up == null ? null : Duration.ofSeconds(up),
                down == null ? null : Duration.ofSeconds(down));
    }
}
