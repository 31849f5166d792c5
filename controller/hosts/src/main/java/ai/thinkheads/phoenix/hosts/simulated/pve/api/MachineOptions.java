package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.simulated.pve.Notes;
import ai.thinkheads.phoenix.hosts.simulated.pve.Properties;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The virtual machine that options describe, as far as the model knows them. Pure. */
final class MachineOptions {

    private static final Set<String> CARDS = Set.of("virtio", "e1000", "e1000e", "rtl8139", "vmxnet3");

    private MachineOptions() {}

    /**
     * Reads options.
     *
     * @param disks the machine's disks, which are not read from options
     */
    static VmConfig read(int vmid, Map<String, String> options, List<VmConfig.Disk> disks) {
        Notes notes = Notes.parse(options.getOrDefault("description", ""));
        String cpu = Properties.parse(options.getOrDefault("cpu", "kvm64"), "cputype")
                .get("cputype");
        String memory = Properties.parse(options.getOrDefault("memory", "512"), "current")
                .get("current");
        return new VmConfig(
                options.getOrDefault("name", "VM" + vmid),
                number(options.get("cores"), 1) * number(options.get("sockets"), 1),
                cpu == null ? "kvm64" : cpu,
                ByteSize.ofMi(number(memory, 512)),
                disks,
                nics(options, notes.extra().getOrDefault("cards", Map.of())),
                words(options.get("nameserver"), "\\s+"),
                options.get("searchdomain"),
                cloudInit(options),
                Properties.on(Properties.parse(options.getOrDefault("agent", "0"), "enabled")
                        .get("enabled")),
                numbered(options, "hostpci").values().stream()
                        .filter(each -> !each.contains("mapping="))
                        .map(each -> each.split(",")[0].replaceFirst("^host=", ""))
                        .toList(),
                Properties.on(options.get("onboot")),
                startup(options.getOrDefault("startup", "")),
                new LinkedHashSet<>(words(options.get("tags"), "[;, ]+")),
                notes.text(),
                notes.mark());
    }

    private static int number(@Nullable String text, int usual) {
        Integer value = Properties.number(text);
        return value == null ? usual : value;
    }

    private static List<String> words(@Nullable String text, String separator) {
        return text == null || text.isBlank() ? List.of() : List.of(text.strip().split(separator));
    }

    private static TreeMap<Integer, String> numbered(Map<String, String> options, String prefix) {
        TreeMap<Integer, String> all = new TreeMap<>();
        options.forEach((key, value) -> {
            if (key.matches(prefix + "\\d{1,3}")) {
                all.put(Integer.valueOf(key.substring(prefix.length())), value);
            }
        });
        return all;
    }

    private static List<Nic> nics(Map<String, String> options, Map<String, String> names) {
        List<Nic> all = new ArrayList<>();
        numbered(options, "net").forEach((number, text) -> {
            Map<String, String> parts = Properties.parse(text, "model");
            String mac = parts.get("macaddr");
            for (String card : CARDS) {
                mac = parts.getOrDefault(card, mac);
            }
            Map<String, String> address = Properties.parse(options.getOrDefault("ipconfig" + number, ""), "");
            all.add(new Nic(
                    names.getOrDefault("net" + number, "net" + number),
                    parts.getOrDefault("bridge", ""),
                    address.get("ip"),
                    address.get("gw"),
                    mac,
                    Properties.number(parts.get("tag")),
                    Properties.number(parts.get("mtu")),
                    Properties.on(parts.get("firewall"))));
        });
        return all;
    }

    private static VmConfig.@Nullable CloudInit cloudInit(Map<String, String> options) {
        String keys = options.get("sshkeys");
        String user = options.get("ciuser");
        String password = options.get("cipassword");
        boolean drive = options.values().stream().anyMatch(each -> each.contains("cloudinit"));
        if (user == null && password == null && keys == null && !drive) {
            return null;
        }
        List<String> all = keys == null
                ? List.of()
                : URLDecoder.decode(keys.replace("+", "%2B"), StandardCharsets.UTF_8)
                        .lines()
                        .filter(each -> !each.isBlank())
                        .toList();
        return new VmConfig.CloudInit(user, password, all, null);
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

    /** A disk as the model takes it; null for a drive that holds no disk of this machine, such as one of cloud-init. */
    static VmConfig.@Nullable Disk disk(String slot, String text) {
        Map<String, String> parts = Properties.parse(text, "file");
        String file = parts.getOrDefault("file", "none");
        boolean drive =
                file.matches("none|cdrom|/.*") || file.contains("cloudinit") || "cdrom".equals(parts.get("media"));
        if (drive || !slot.matches("(scsi|virtio|sata|ide)\\d+")) {
            return null;
        }
        String tail = file.substring(file.indexOf(':') + 1);
        boolean fresh = tail.matches("\\d+(\\.\\d+)?");
        boolean imports = parts.containsKey("import-from");
        ByteSize size = fresh
                ? imports && Double.parseDouble(tail) == 0
                        ? null
                        : new ByteSize((long) (Double.parseDouble(tail) * (1L << 30)))
                : Properties.size(parts.get("size"));
        return new VmConfig.Disk(
                slot,
                Properties.storage(file),
                size,
                fresh ? null : file,
                "on".equals(parts.get("discard")),
                !"0".equals(parts.get("backup")));
    }
}
