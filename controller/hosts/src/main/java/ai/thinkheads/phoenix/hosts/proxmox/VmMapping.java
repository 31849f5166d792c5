package ai.thinkheads.phoenix.hosts.proxmox;

import static ai.thinkheads.phoenix.hosts.port.GuestField.AGENT;
import static ai.thinkheads.phoenix.hosts.port.GuestField.CLOUD_INIT;
import static ai.thinkheads.phoenix.hosts.port.GuestField.CORES;
import static ai.thinkheads.phoenix.hosts.port.GuestField.CPU_TYPE;
import static ai.thinkheads.phoenix.hosts.port.GuestField.DESCRIPTION;
import static ai.thinkheads.phoenix.hosts.port.GuestField.DNS;
import static ai.thinkheads.phoenix.hosts.port.GuestField.HOSTNAME;
import static ai.thinkheads.phoenix.hosts.port.GuestField.MARK;
import static ai.thinkheads.phoenix.hosts.port.GuestField.MEMORY;
import static ai.thinkheads.phoenix.hosts.port.GuestField.NICS;
import static ai.thinkheads.phoenix.hosts.port.GuestField.ON_BOOT;
import static ai.thinkheads.phoenix.hosts.port.GuestField.PCI;
import static ai.thinkheads.phoenix.hosts.port.GuestField.STARTUP;
import static ai.thinkheads.phoenix.hosts.port.GuestField.TAGS;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig.CloudInit;
import ai.thinkheads.phoenix.hosts.port.VmConfig.Disk;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Virtual machines. Their disks are on a virtio-scsi controller, whose disks can be changed while they run. */
final class VmMapping implements GuestMapping<VmConfig, Disk> {

    private static final Set<GuestField> ONLINE =
            Set.of(HOSTNAME, NICS, DNS, CLOUD_INIT, ON_BOOT, STARTUP, TAGS, DESCRIPTION, MARK);
    private static final Set<GuestField> FIELDS = Set.of(
            HOSTNAME,
            CORES,
            CPU_TYPE,
            MEMORY,
            NICS,
            DNS,
            CLOUD_INIT,
            AGENT,
            PCI,
            ON_BOOT,
            STARTUP,
            TAGS,
            DESCRIPTION,
            MARK);
    private static final List<String> BUSES = List.of("scsi", "virtio", "sata", "ide");
    private static final Set<String> MODELS = Set.of(
            "e1000",
            "e1000-82540em",
            "e1000-82544gc",
            "e1000-82545em",
            "e1000e",
            "i82551",
            "i82557b",
            "i82559er",
            "ne2k_isa",
            "ne2k_pci",
            "pcnet",
            "rtl8139",
            "virtio",
            "vmxnet3");
    private static final String CLOUD_DRIVE = "cloudinit";
    private static final String DEFAULT_CPU = "kvm64";

    @Override
    public GuestKind kind() {
        return GuestKind.VIRTUAL_MACHINE;
    }

    @Override
    public String path() {
        return "qemu";
    }

    @Override
    public String word() {
        return "VM";
    }

    @Override
    public String program() {
        return "qm";
    }

    @Override
    public String folder() {
        return "/etc/pve/qemu-server";
    }

    @Override
    public String nameOption() {
        return "name";
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
    public Object value(VmConfig config, GuestField field) {
        Object value = switch (field) {
            case HOSTNAME -> config.hostname();
            case CORES -> config.cores();
            case CPU_TYPE -> config.cpuType();
            case MEMORY -> config.memory();
            case NICS -> config.nics();
            case DNS -> List.of(config.nameservers(), String.valueOf(config.searchDomain()));
            case CLOUD_INIT -> config.cloudInit();
            case AGENT -> config.agent();
            case PCI -> config.pciDevices();
            case ON_BOOT -> config.onBoot();
            case STARTUP -> config.startup();
            case TAGS -> config.tags();
            case DESCRIPTION -> config.description();
            case MARK -> config.mark();
            case CPU_LIMIT, SWAP, FEATURES, APPARMOR, ID_MAPS, DEVICES, RAW -> "";
        };
        return value == null ? "" : value;
    }

    @Override
    public VmConfig read(int vmid, Map<String, String> options, List<GuestFile.Line> lxc, Surroundings host) {
        NoteMark notes = NoteMark.parse(options.get("description"));
        Map<String, String> cpu = PropertyString.parse(options.getOrDefault("cpu", DEFAULT_CPU), "cputype");
        return new VmConfig(
                options.getOrDefault("name", "VM" + vmid),
                Options.integer(options, "cores", 1) * Options.integer(options, "sockets", 1),
                cpu.getOrDefault("cputype", DEFAULT_CPU),
                Options.mebibytes(options, "memory", 512),
                disks(options),
                Options.numbered(options, "net").stream()
                        .map(each -> nic(each.getKey(), each.getValue(), options, notes.cards()))
                        .toList(),
                Options.words(options.get("nameserver")),
                options.get("searchdomain"),
                cloudInit(options, host.snippets()),
                Json.isOn(PropertyString.parse(options.getOrDefault("agent", "0"), "enabled")
                        .getOrDefault("enabled", "0")),
                Options.numbered(options, "hostpci").stream()
                        .map(each -> address(each.getValue()))
                        .toList(),
                Json.isOn(options.getOrDefault("onboot", "0")),
                Options.startup(options),
                Options.tags(options),
                notes.text(),
                notes.mark());
    }

    private static List<Disk> disks(Map<String, String> options) {
        List<Disk> disks = new ArrayList<>();
        for (String bus : BUSES) {
            for (Map.Entry<String, String> each : Options.numbered(options, bus)) {
                Map<String, String> parts = PropertyString.parse(each.getValue(), "file");
                String volume = parts.getOrDefault("file", "");
                boolean drive = "cdrom".equals(parts.get("media")) || isCloudDrive(volume);
                if (!drive && !volume.equals("none") && volume.contains(":")) {
                    disks.add(new Disk(
                            each.getKey(),
                            Options.storage(volume),
                            Sizes.parse(parts.get("size")),
                            volume,
                            "on".equals(parts.get("discard")),
                            !"0".equals(parts.get("backup"))));
                }
            }
        }
        String boots =
                PropertyString.parse(options.getOrDefault("boot", ""), "legacy").getOrDefault("order", "");
        List<String> order = List.of(boots.split(";"));
        disks.sort(Comparator.comparingInt(disk -> String.valueOf(disk.slot()).equals(order.getFirst()) ? 0 : 1));
        return disks;
    }

    private static Nic nic(String key, String text, Map<String, String> options, Map<String, String> names) {
        Map<String, String> parts = PropertyString.parse(text, "model");
        String mac = parts.get("macaddr");
        for (String model : MODELS) {
            String value = parts.get(model);
            mac = value == null || value.isEmpty() ? mac : value;
        }
        Map<String, String> ip =
                PropertyString.parse(options.getOrDefault("ipconfig" + GuestFile.index(key), ""), null);
        return new Nic(
                names.getOrDefault(key, key),
                parts.getOrDefault("bridge", ""),
                ip.get("ip"),
                ip.get("gw"),
                mac,
                Options.number(parts.get("tag")),
                Options.number(parts.get("mtu")),
                Json.isOn(parts.getOrDefault("firewall", "0")));
    }

    private static @Nullable CloudInit cloudInit(Map<String, String> options, Map<String, String> snippets) {
        String keys = options.get("sshkeys");
        String snippet =
                PropertyString.parse(options.getOrDefault("cicustom", ""), null).get("vendor");
        if (cloudDrive(options) == null
                && keys == null
                && snippet == null
                && !options.containsKey("ciuser")
                && !options.containsKey("cipassword")) {
            return null;
        }
        return new CloudInit(
                options.get("ciuser"),
                options.get("cipassword"),
                keys == null
                        ? List.of()
                        : decode(keys).lines().filter(line -> !line.isBlank()).toList(),
                snippet == null ? null : snippets.getOrDefault(snippet, snippet));
    }

    /** The slot of the cloud-init drive; null when there is none. */
    private static @Nullable String cloudDrive(Map<String, String> options) {
        return options.entrySet().stream()
                .filter(each -> each.getKey().matches("(ide|sata|scsi)\\d+") && isCloudDrive(each.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private static boolean isCloudDrive(String value) {
        return value.contains("-" + CLOUD_DRIVE) || value.contains(":" + CLOUD_DRIVE);
    }

    private static String decode(String keys) {
        try {
            return URLDecoder.decode(keys.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return keys;
        }
    }

    /** The volume id of the snippet that holds a machine's further cloud-config. */
    static String snippet(String storage, int vmid) {
        return storage + ":snippets/phoenix-" + vmid + ".yaml";
    }

    private static String address(String text) {
        Map<String, String> parts = PropertyString.parse(text, "host");
        String host = parts.get("host");
        if (host == null) {
            return "mapping=" + parts.getOrDefault("mapping", "");
        }
        return host.matches("[0-9a-fA-F]{2}:.*") ? "0000:" + host : host;
    }

    private static Map<String, String> names(List<Nic> nics, Map<String, String> keys) {
        Map<String, String> names = new LinkedHashMap<>();
        nics.forEach(nic -> {
            String key = String.valueOf(keys.get(nic.name()));
            if (!key.equals(nic.name())) {
                names.put(key, nic.name());
            }
        });
        return names;
    }

    /** The option for each card, by the card's name: those that are there keep theirs. */
    private static Map<String, String> keys(Map<String, String> before, List<Nic> wish) {
        NoteMark notes = NoteMark.parse(before.get("description"));
        Map<String, String> known = new LinkedHashMap<>();
        Options.numbered(before, "net")
                .forEach(each -> known.put(notes.cards().getOrDefault(each.getKey(), each.getKey()), each.getKey()));
        Map<String, String> keys = new LinkedHashMap<>();
        Map<String, String> taken = new LinkedHashMap<>();
        for (Nic nic : wish) {
            String key = known.get(nic.name());
            if (key != null) {
                keys.put(nic.name(), key);
                taken.put(key, "");
            }
        }
        for (Nic nic : wish) {
            if (!keys.containsKey(nic.name())) {
                String key = Options.free(taken, "net");
                keys.put(nic.name(), key);
                taken.put(key, "");
            }
        }
        return keys;
    }

    private static void nics(Change.Draft draft, Map<String, String> before, List<Nic> wish) {
        Map<String, String> keys = keys(before, wish);
        Map<String, String> cards = new LinkedHashMap<>();
        Map<String, String> addresses = new LinkedHashMap<>();
        for (Nic nic : wish) {
            String key = String.valueOf(keys.get(nic.name()));
            cards.put(key, card(nic, key, before.get(key)));
            String address = address(nic);
            if (address != null) {
                addresses.put("ipconfig" + GuestFile.index(key), address);
            }
        }
        draft.all("net", cards).all("ipconfig", addresses);
    }

    private static @Nullable String address(Nic nic) {
        Map<String, String> parts = new LinkedHashMap<>();
        Options.put(parts, "ip", nic.address());
        Options.put(parts, "gw", nic.gateway());
        return parts.isEmpty() ? null : PropertyString.write(parts, null);
    }

    private static String card(Nic nic, String key, @Nullable String before) {
        if (before != null) {
            Nic is = nic(key, before, Map.of(), Map.of());
            boolean same = is.bridge().equals(nic.bridge())
                    && is.firewall() == nic.firewall()
                    && java.util.Objects.equals(is.vlan(), nic.vlan())
                    && java.util.Objects.equals(is.mtu(), nic.mtu())
                    && (nic.mac() == null || nic.mac().equalsIgnoreCase(String.valueOf(is.mac())));
            if (same) {
                return before;
            }
        }
        Map<String, String> parts = new LinkedHashMap<>();
        Map<String, String> old = before == null ? Map.of() : PropertyString.parse(before, "model");
        String model =
                old.keySet().stream().filter(MODELS::contains).findFirst().orElse("virtio");
        String mac = nic.mac() == null ? old.getOrDefault(model, "") : nic.mac().toUpperCase(Locale.ROOT);
        parts.put(model, mac);
        old.forEach(parts::putIfAbsent);
        return PropertyString.write(Options.card(parts, nic), null);
    }

    @Override
    public Map<String, String> creation(int vmid, VmConfig config, String from) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("vmid", String.valueOf(vmid));
        Map<String, String> keys = keys(Map.of(), config.nics());
        options.putAll(Options.creation(config, nameOption(), names(config.nics(), keys)));
        options.put("ostype", "l26");
        options.put("scsihw", "virtio-scsi-single");
        int number = 0;
        for (Disk disk : config.disks()) {
            Map<String, String> parts = new LinkedHashMap<>();
            if (number == 0 && disk.volume() == null) {
                parts.put("file", disk.storage() + ":0");
                parts.put("import-from", from);
            } else {
                parts.put("file", content(disk));
            }
            options.put("scsi" + number++, disk(disk, parts));
        }
        if (!config.disks().isEmpty()) {
            options.put("boot", "order=scsi0");
        }
        Change.Draft draft = new Change.Draft(Map.of());
        own(draft, vmid, Map.of(), config, FIELDS, config.disks());
        options.putAll(draft.done().set());
        return options;
    }

    private static String content(Disk disk) {
        if (disk.volume() != null) {
            return disk.volume();
        }
        ByteSize size = disk.size();
        return disk.storage() + ":" + Sizes.gibibytes(size == null ? new ByteSize(0) : size);
    }

    private static String disk(Disk disk, Map<String, String> parts) {
        Map<String, String> all = new LinkedHashMap<>(parts);
        Options.put(all, "discard", disk.discard() ? "on" : null);
        Options.put(all, "backup", disk.backup() ? null : "0");
        return PropertyString.write(all, "file");
    }

    @Override
    public List<GuestFile.Line> raw(VmConfig config) {
        return List.of();
    }

    @Override
    public Change update(int vmid, GuestFile file, VmConfig wish, Set<GuestField> fields) {
        Map<String, String> before = file.next();
        Change.Draft draft = new Change.Draft(before);
        NoteMark notes = NoteMark.parse(before.get("description"));
        Map<String, String> cards =
                fields.contains(NICS) ? names(wish.nics(), keys(before, wish.nics())) : notes.cards();
        Options.common(draft, before, wish, fields, nameOption(), cards);
        if (fields.contains(CORES)
                && before.containsKey("sockets")
                && !before.get("sockets").equals("1")) {
            draft.put("sockets", "1");
        }
        own(draft, vmid, before, wish, fields, disks(before));
        return draft.done();
    }

    private static void own(
            Change.Draft draft,
            int vmid,
            Map<String, String> before,
            VmConfig wish,
            Set<GuestField> fields,
            List<Disk> disks) {
        if (fields.contains(CPU_TYPE)) {
            Map<String, String> cpu =
                    new LinkedHashMap<>(PropertyString.parse(before.getOrDefault("cpu", ""), "cputype"));
            cpu.put("cputype", wish.cpuType());
            draft.put("cpu", PropertyString.write(cpu, "cputype"));
        }
        if (fields.contains(AGENT)) {
            Map<String, String> agent =
                    new LinkedHashMap<>(PropertyString.parse(before.getOrDefault("agent", ""), "enabled"));
            boolean on = Json.isOn(agent.getOrDefault("enabled", "0"));
            if (on != wish.agent()) {
                agent.put("enabled", wish.agent() ? "1" : "0");
                draft.put("agent", PropertyString.write(agent, "enabled"));
            }
        }
        if (fields.contains(NICS)) {
            nics(draft, before, wish.nics());
        }
        if (fields.contains(PCI)) {
            pci(draft, before, wish.pciDevices());
        }
        if (fields.contains(CLOUD_INIT)) {
            cloudInit(draft, vmid, before, wish.cloudInit(), disks);
        }
    }

    private static void pci(Change.Draft draft, Map<String, String> before, List<String> wish) {
        Map<String, String> known = new LinkedHashMap<>();
        Options.numbered(before, "hostpci").forEach(each -> known.put(address(each.getValue()), each.getKey()));
        Map<String, String> after = new LinkedHashMap<>();
        wish.stream()
                .filter(known::containsKey)
                .forEach(address ->
                        after.put(String.valueOf(known.get(address)), String.valueOf(before.get(known.get(address)))));
        wish.stream()
                .filter(address -> !known.containsKey(address))
                .forEach(address -> after.put(Options.free(after, "hostpci"), address));
        draft.all("hostpci", after);
    }

    private static void cloudInit(
            Change.Draft draft, int vmid, Map<String, String> before, @Nullable CloudInit wish, List<Disk> disks) {
        String drive = cloudDrive(before);
        if (wish == null) {
            draft.put("ciuser", null)
                    .put("cipassword", null)
                    .put("sshkeys", null)
                    .put("cicustom", null);
            if (drive != null) {
                draft.put(drive, null);
            }
            return;
        }
        draft.put("ciuser", wish.user());
        if (wish.passwordHash() != null || before.containsKey("cipassword")) {
            draft.put("cipassword", wish.passwordHash());
        }
        String keys = String.join("\n", wish.sshKeys());
        String is = before.get("sshkeys");
        if (is == null || !decode(is).strip().equals(keys)) {
            draft.put(
                    "sshkeys",
                    keys.isEmpty()
                            ? null
                            : URLEncoder.encode(keys, StandardCharsets.UTF_8).replace("+", "%20"));
        }
        if (drive == null && !disks.isEmpty()) {
            draft.put(cloudSlot(before), disks.getFirst().storage() + ":" + CLOUD_DRIVE);
        }
    }

    /** Where Proxmox's own web interface puts it, or the next place. */
    private static String cloudSlot(Map<String, String> before) {
        return before.containsKey("ide2") ? Options.free(before, "ide") : "ide2";
    }

    @Override
    public String cloneNotes(GuestFile source, Mark mark) {
        NoteMark notes = NoteMark.parse(source.next().get("description"));
        return new NoteMark(notes.text(), mark, notes.cards()).notes();
    }

    @Override
    public Change attach(GuestFile file, Disk disk) {
        Map<String, String> all = new LinkedHashMap<>(file.current());
        all.putAll(file.pending());
        return Change.set(Options.free(all, "scsi"), disk(disk, new LinkedHashMap<>(Map.of("file", content(disk)))));
    }

    @Override
    public @Nullable Change reattach(GuestFile file, Disk disk) {
        String slot = String.valueOf(disk.slot());
        String before = file.next().get(slot);
        return before == null ? null : Change.set(slot, disk(disk, PropertyString.parse(before, "file")));
    }

    @Override
    public Map<String, ByteSize> growth(VmConfig config) {
        if (config.disks().isEmpty()) {
            return Map.of();
        }
        Disk first = config.disks().getFirst();
        ByteSize size = first.size();
        return size == null || first.volume() != null ? Map.of() : Map.of("scsi0", size);
    }

    @Override
    public @Nullable String rootOnly(String option, String value, Map<String, String> options) {
        if (option.matches("hostpci\\d+") && !value.contains("mapping=")) {
            return "PCI devices of the host without a mapping";
        }
        return switch (option) {
            case "args" -> "arguments of QEMU";
            case "hookscript" -> "hook scripts";
            default -> null;
        };
    }
}
