package ai.thinkheads.phoenix.hosts.proxmox;

import static ai.thinkheads.phoenix.hosts.port.GuestField.APPARMOR;
import static ai.thinkheads.phoenix.hosts.port.GuestField.CORES;
import static ai.thinkheads.phoenix.hosts.port.GuestField.CPU_LIMIT;
import static ai.thinkheads.phoenix.hosts.port.GuestField.DESCRIPTION;
import static ai.thinkheads.phoenix.hosts.port.GuestField.DEVICES;
import static ai.thinkheads.phoenix.hosts.port.GuestField.DNS;
import static ai.thinkheads.phoenix.hosts.port.GuestField.FEATURES;
import static ai.thinkheads.phoenix.hosts.port.GuestField.HOSTNAME;
import static ai.thinkheads.phoenix.hosts.port.GuestField.ID_MAPS;
import static ai.thinkheads.phoenix.hosts.port.GuestField.MARK;
import static ai.thinkheads.phoenix.hosts.port.GuestField.MEMORY;
import static ai.thinkheads.phoenix.hosts.port.GuestField.NICS;
import static ai.thinkheads.phoenix.hosts.port.GuestField.ON_BOOT;
import static ai.thinkheads.phoenix.hosts.port.GuestField.RAW;
import static ai.thinkheads.phoenix.hosts.port.GuestField.STARTUP;
import static ai.thinkheads.phoenix.hosts.port.GuestField.SWAP;
import static ai.thinkheads.phoenix.hosts.port.GuestField.TAGS;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.DeviceNode;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.IdMap;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.RootDisk;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Containers. Raw lines that Phoenix has fields for, the AppArmor profile and the mapping of numbers, are those fields. */
final class ContainerMapping implements GuestMapping<ContainerConfig, MountPoint> {

    private static final Set<GuestField> ONLINE =
            Set.of(HOSTNAME, CORES, CPU_LIMIT, MEMORY, SWAP, NICS, ON_BOOT, STARTUP, TAGS, DESCRIPTION, MARK);
    private static final Set<GuestField> FIELDS = Set.of(
            HOSTNAME,
            CORES,
            CPU_LIMIT,
            MEMORY,
            SWAP,
            NICS,
            DNS,
            FEATURES,
            APPARMOR,
            ID_MAPS,
            DEVICES,
            RAW,
            ON_BOOT,
            STARTUP,
            TAGS,
            DESCRIPTION,
            MARK);
    private static final String PROFILE = "lxc.apparmor.profile";
    private static final String ID_MAP = "lxc.idmap";
    private static final long DEFAULT_MEMORY = 512;

    @Override
    public GuestKind kind() {
        return GuestKind.CONTAINER;
    }

    @Override
    public String path() {
        return "lxc";
    }

    @Override
    public String word() {
        return "CT";
    }

    @Override
    public String program() {
        return "pct";
    }

    @Override
    public String folder() {
        return "/etc/pve/lxc";
    }

    @Override
    public String nameOption() {
        return "hostname";
    }

    @Override
    public Set<GuestField> online() {
        return ONLINE;
    }

    @Override
    public Set<GuestField> fields() {
        return FIELDS;
    }

    @Override
    public Object value(ContainerConfig config, GuestField field) {
        Object value = switch (field) {
            case HOSTNAME -> config.hostname();
            case CORES -> config.cores();
            case CPU_LIMIT -> config.cpuLimit();
            case MEMORY -> config.memory();
            case SWAP -> config.swap();
            case NICS -> config.nics();
            case DNS -> List.of(config.nameservers(), String.valueOf(config.searchDomain()));
            case FEATURES -> config.features();
            case APPARMOR -> config.apparmor();
            case ID_MAPS -> config.idMaps();
            case DEVICES -> config.devices();
            case RAW -> config.raw();
            case ON_BOOT -> config.onBoot();
            case STARTUP -> config.startup();
            case TAGS -> config.tags();
            case DESCRIPTION -> config.description();
            case MARK -> config.mark();
            case CPU_TYPE, CLOUD_INIT, AGENT, PCI -> "";
        };
        return value == null ? "" : value;
    }

    @Override
    public ContainerConfig read(int vmid, Map<String, String> options, List<GuestFile.Line> lxc, Surroundings host) {
        NoteMark notes = NoteMark.parse(options.get("description"));
        Map<String, String> root = PropertyString.parse(options.getOrDefault("rootfs", ""), "volume");
        ByteSize size = Sizes.parse(root.get("size"));
        String volume = root.getOrDefault("volume", "");
        return new ContainerConfig(
                options.getOrDefault("hostname", "CT" + vmid),
                Options.integer(options, "cores", host.cpus()),
                limit(options.get("cpulimit")),
                Options.mebibytes(options, "memory", DEFAULT_MEMORY),
                Options.mebibytes(options, "swap", DEFAULT_MEMORY),
                new RootDisk(
                        Options.storage(volume),
                        size == null ? new ByteSize(0) : size,
                        volume.isEmpty() ? null : volume),
                Options.numbered(options, "net").stream()
                        .map(each -> nic(each.getValue()))
                        .toList(),
                Options.words(options.get("nameserver")),
                options.get("searchdomain"),
                Json.isOn(options.getOrDefault("unprivileged", "0")),
                idMaps(lxc),
                features(options.getOrDefault("features", "")),
                lxc.stream()
                        .filter(line -> line.key().equals(PROFILE))
                        .map(GuestFile.Line::value)
                        .findFirst()
                        .orElse(null),
                Options.numbered(options, "mp").stream()
                        .map(each -> mount(each.getKey(), each.getValue()))
                        .toList(),
                Options.numbered(options, "dev").stream()
                        .map(each -> device(each.getValue()))
                        .toList(),
                lxc.stream()
                        .filter(line ->
                                !line.key().equals(PROFILE) && !line.key().equals(ID_MAP))
                        .map(GuestFile.Line::toString)
                        .toList(),
                Json.isOn(options.getOrDefault("onboot", "0")),
                Options.startup(options),
                Options.tags(options),
                notes.text(),
                notes.mark());
    }

    private static @Nullable Double limit(@Nullable String text) {
        return text == null || !text.matches("\\d+(\\.\\d+)?") || new BigDecimal(text).signum() == 0
                ? null
                : Double.valueOf(text);
    }

    private static List<IdMap> idMaps(List<GuestFile.Line> lxc) {
        List<IdMap> maps = new ArrayList<>();
        for (GuestFile.Line line : lxc) {
            if (line.key().equals(ID_MAP) && line.value().matches("[ug]( +\\d{1,18}){3}")) {
                String[] parts = line.value().split(" +");
                maps.add(new IdMap(
                        parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3])));
            }
        }
        return maps;
    }

    private static Set<String> features(String text) {
        Set<String> features = new TreeSet<>();
        PropertyString.parse(text, null).forEach((key, value) -> {
            if (key.equals("mount")) {
                features.add("mount=" + String.join(";", new TreeSet<>(List.of(value.split("[; ]+")))));
            } else if (Json.isOn(value)) {
                features.add(key);
            } else if (!value.equals("0")) {
                features.add(key + "=" + value);
            }
        });
        return features;
    }

    private static @Nullable String features(Set<String> features) {
        Map<String, String> parts = new LinkedHashMap<>();
        new TreeSet<>(features).forEach(each -> {
            int equals = each.indexOf('=');
            parts.put(equals < 0 ? each : each.substring(0, equals), equals < 0 ? "1" : each.substring(equals + 1));
        });
        return parts.isEmpty() ? null : PropertyString.write(parts, null);
    }

    private static Nic nic(String text) {
        Map<String, String> parts = PropertyString.parse(text, null);
        String address = parts.get("ip");
        return new Nic(
                parts.getOrDefault("name", ""),
                parts.getOrDefault("bridge", ""),
                "manual".equals(address) ? null : address,
                parts.get("gw"),
                parts.get("hwaddr"),
                Options.number(parts.get("tag")),
                Options.number(parts.get("mtu")),
                Json.isOn(parts.getOrDefault("firewall", "0")));
    }

    /** A card's options; what Phoenix has no field for stays as it is. */
    private static String nic(Nic nic, @Nullable String before) {
        Map<String, String> parts = Options.card(before == null ? Map.of() : PropertyString.parse(before, null), nic);
        parts.put("name", nic.name());
        Options.put(parts, "ip", nic.address());
        Options.put(parts, "gw", nic.gateway());
        String mac = nic.mac();
        if (mac != null) {
            parts.put("hwaddr", mac.toUpperCase(java.util.Locale.ROOT));
        }
        return PropertyString.write(parts, null);
    }

    private static Map<String, String> nics(Map<String, String> before, List<Nic> wish) {
        Map<String, String> byName = new LinkedHashMap<>();
        Options.numbered(before, "net")
                .forEach(each -> byName.put(nic(each.getValue()).name(), each.getKey()));
        Map<String, String> after = new LinkedHashMap<>();
        Map<String, String> taken = new LinkedHashMap<>();
        wish.stream()
                .filter(nic -> byName.containsKey(nic.name()))
                .forEach(nic -> taken.put(String.valueOf(byName.get(nic.name())), nic.name()));
        for (Nic nic : wish) {
            String key = byName.get(nic.name());
            if (key == null) {
                key = Options.free(taken, "net");
                taken.put(key, nic.name());
                after.put(key, nic(nic, null));
            } else {
                after.put(key, same(nic, before.get(key)) ? before.get(key) : nic(nic, before.get(key)));
            }
        }
        return after;
    }

    private static boolean same(Nic wish, @Nullable String before) {
        if (before == null) {
            return false;
        }
        Nic is = nic(before);
        String mac = wish.mac() == null ? is.mac() : wish.mac();
        return new Nic(
                        wish.name(),
                        wish.bridge(),
                        wish.address(),
                        wish.gateway(),
                        mac,
                        wish.vlan(),
                        wish.mtu(),
                        wish.firewall())
                .equals(is);
    }

    private static MountPoint mount(String slot, String text) {
        Map<String, String> parts = PropertyString.parse(text, "volume");
        String volume = parts.getOrDefault("volume", "");
        boolean directory = volume.startsWith("/");
        return new MountPoint(
                slot,
                parts.getOrDefault("mp", ""),
                directory ? volume : null,
                directory ? null : Options.storage(volume),
                directory ? null : Sizes.parse(parts.get("size")),
                directory ? null : volume,
                Json.isOn(parts.getOrDefault("ro", "0")),
                Json.isOn(parts.getOrDefault("backup", "0")));
    }

    private static String mount(MountPoint mount, String volume, @Nullable String before) {
        Map<String, String> parts =
                new LinkedHashMap<>(before == null ? Map.of() : PropertyString.parse(before, "volume"));
        parts.put("volume", volume);
        parts.put("mp", mount.path());
        Options.put(parts, "ro", mount.readOnly() ? "1" : null);
        if (mount.source() == null) {
            Options.put(parts, "backup", mount.backup() ? "1" : null);
        }
        return PropertyString.write(parts, "volume");
    }

    private static DeviceNode device(String text) {
        Map<String, String> parts = PropertyString.parse(text, "path");
        String uid = parts.get("uid");
        String gid = parts.get("gid");
        return new DeviceNode(
                parts.getOrDefault("path", ""),
                parts.get("mode"),
                uid == null ? null : Long.valueOf(uid),
                gid == null ? null : Long.valueOf(gid));
    }

    private static String device(DeviceNode device) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("path", device.path());
        Options.put(parts, "mode", device.mode());
        Options.put(parts, "uid", device.uid() == null ? null : String.valueOf(device.uid()));
        Options.put(parts, "gid", device.gid() == null ? null : String.valueOf(device.gid()));
        return PropertyString.write(parts, "path");
    }

    @Override
    public Map<String, String> creation(int vmid, ContainerConfig config, String from) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("vmid", String.valueOf(vmid));
        options.put("ostemplate", from);
        options.putAll(Options.creation(config, nameOption(), Map.of()));
        options.put(
                "rootfs",
                config.rootDisk().storage() + ":"
                        + Sizes.gibibytes(config.rootDisk().size()));
        options.put("unprivileged", config.unprivileged() ? "1" : "0");
        own(
                        new Change.Draft(Map.of()),
                        new GuestFile(Map.of(), List.of(), Map.of(), Set.of(), List.of(), ""),
                        config,
                        FIELDS)
                .done()
                .set()
                .forEach(options::put);
        int number = 0;
        for (MountPoint mount : config.mounts()) {
            options.put("mp" + number++, mount(mount, content(mount), null));
        }
        return options;
    }

    private static String content(MountPoint mount) {
        if (mount.source() != null) {
            return mount.source();
        }
        if (mount.volume() != null) {
            return mount.volume();
        }
        ByteSize size = mount.size();
        return mount.storage() + ":" + Sizes.gibibytes(size == null ? new ByteSize(0) : size);
    }

    @Override
    public List<GuestFile.Line> raw(ContainerConfig config) {
        List<GuestFile.Line> lines = new ArrayList<>();
        config.idMaps()
                .forEach(map -> lines.add(new GuestFile.Line(
                        ID_MAP, map.type() + " " + map.containerId() + " " + map.hostId() + " " + map.size())));
        if (config.apparmor() != null) {
            lines.add(new GuestFile.Line(PROFILE, config.apparmor()));
        }
        config.raw().forEach(text -> {
            String[] pair = text.split("\\s*[:=]\\s*", 2);
            lines.add(new GuestFile.Line(pair[0].strip(), pair.length > 1 ? pair[1].strip() : ""));
        });
        return lines;
    }

    @Override
    public Change update(int vmid, GuestFile file, ContainerConfig wish, Set<GuestField> fields) {
        Map<String, String> before = file.next();
        Change.Draft draft = new Change.Draft(before);
        Options.common(draft, before, wish, fields, nameOption(), Map.of());
        return own(draft, file, wish, fields).done();
    }

    private Change.Draft own(Change.Draft draft, GuestFile file, ContainerConfig wish, Set<GuestField> fields) {
        Map<String, String> before = file.next();
        if (fields.contains(CPU_LIMIT)) {
            Double limit = wish.cpuLimit();
            draft.put(
                    "cpulimit",
                    limit == null
                            ? null
                            : new BigDecimal(limit.toString())
                                    .stripTrailingZeros()
                                    .toPlainString());
        }
        if (fields.contains(SWAP)) {
            draft.put("swap", Sizes.mebibytes(wish.swap()));
        }
        if (fields.contains(NICS)) {
            draft.all("net", nics(before, wish.nics()));
        }
        if (fields.contains(FEATURES)
                && !features(before.getOrDefault("features", "")).equals(wish.features())) {
            draft.put("features", features(wish.features()));
        }
        if (fields.contains(DEVICES)) {
            Map<String, String> devices = new LinkedHashMap<>();
            int number = 0;
            for (DeviceNode device : wish.devices()) {
                devices.put("dev" + number++, device(device));
            }
            draft.all("dev", devices);
        }
        if (fields.contains(APPARMOR) || fields.contains(ID_MAPS) || fields.contains(RAW)) {
            List<GuestFile.Line> wanted = lines(file, wish, fields);
            if (!wanted.equals(file.lxc())) {
                draft.raw(wanted);
            }
        }
        return draft;
    }

    /** The raw lines with those of the named fields as wished for. */
    private List<GuestFile.Line> lines(GuestFile file, ContainerConfig wish, Set<GuestField> fields) {
        List<GuestFile.Line> lines = new ArrayList<>();
        for (GuestField field : List.of(ID_MAPS, APPARMOR, RAW)) {
            List<GuestFile.Line> from = fields.contains(field) ? raw(wish) : file.lxc();
            from.stream().filter(line -> field(line) == field).forEach(lines::add);
        }
        return lines;
    }

    private static GuestField field(GuestFile.Line line) {
        return line.key().equals(PROFILE) ? APPARMOR : line.key().equals(ID_MAP) ? ID_MAPS : RAW;
    }

    @Override
    public String cloneNotes(GuestFile source, Mark mark) {
        return new NoteMark(NoteMark.parse(source.next().get("description")).text(), mark).notes();
    }

    @Override
    public Change attach(GuestFile file, MountPoint disk) {
        Map<String, String> all = new LinkedHashMap<>(file.current());
        all.putAll(file.pending());
        // A slot whose removal waits for a restart is taken until then.
        return Change.set(Options.free(all, "mp"), mount(disk, content(disk), null));
    }

    @Override
    public @Nullable Change reattach(GuestFile file, MountPoint disk) {
        String slot = String.valueOf(disk.slot());
        String before = file.next().get(slot);
        if (before == null) {
            return null;
        }
        MountPoint is = mount(slot, before);
        String content = disk.source() != null && is.source() != null
                ? disk.source()
                : PropertyString.parse(before, "volume").getOrDefault("volume", "");
        return Change.set(slot, mount(disk, content, before));
    }

    @Override
    public Map<String, ByteSize> growth(ContainerConfig config) {
        return Map.of();
    }

    @Override
    public @Nullable String rootOnly(String option, String value, Map<String, String> options) {
        if (option.matches("mp\\d+") && value.startsWith("/")) {
            return "directories of the host";
        }
        if (option.matches("dev\\d+")) {
            return "devices of the host";
        }
        if (option.equals("features")) {
            boolean privileged = !Json.isOn(options.getOrDefault("unprivileged", "0"));
            boolean others = features(value).stream().anyMatch(each -> !each.equals("nesting"));
            return privileged ? "features of a privileged container" : others ? "features other than nesting" : null;
        }
        return option.equals("hookscript") ? "hook scripts" : null;
    }
}
