package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A guest's configuration file as Proxmox writes it, with normalised values, and its digest. */
final class ConfigText {

    private ConfigText() {}

    /** Tags in lower case, each once. */
    static Set<String> tags(Set<String> tags) {
        Set<String> normal = new TreeSet<>();
        tags.forEach(tag -> normal.add(tag.toLowerCase(Locale.ROOT)));
        return normal;
    }

    /** A description that is there ends with a line's end. */
    static String description(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }

    /** SHA-1 of the file. */
    static String digest(Row.Guest guest) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-1").digest(render(guest).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The file: the configuration in force, what is pending, and the snapshots. */
    static String render(Row.Guest guest) {
        StringBuilder text = new StringBuilder(512);
        Map<String, String> current = lines(guest.effective());
        Map<String, String> next = lines(guest.config());
        if (guest.lock() != null) {
            current.put("lock", guest.lock());
        }
        if (guest.template()) {
            current.put("template", "1");
        }
        if (guest.protection()) {
            current.put("protection", "1");
        }
        int number = 0;
        for (String volume : guest.unused()) {
            current.put("unused" + number++, volume);
        }
        String description = guest.effective().description();
        description.lines().forEach(line -> text.append('#').append(line).append('\n'));
        write(text, current);
        if (guest.config() != guest.effective()) {
            StringBuilder pending = new StringBuilder();
            next.forEach((key, value) -> {
                if (!value.equals(current.get(key))) {
                    pending.append(key).append(": ").append(value).append('\n');
                }
            });
            lines(guest.effective()).keySet().stream()
                    .filter(key -> !next.containsKey(key))
                    .forEach(key -> pending.append("delete: ").append(key).append('\n'));
            if (!pending.isEmpty()) {
                text.append("\n[pve:pending]\n").append(pending);
            }
        }
        for (Row.Guest.Snapshot snapshot : guest.snapshots()) {
            text.append("\n[")
                    .append(snapshot.name())
                    .append("]\n#")
                    .append(snapshot.description())
                    .append('\n');
            write(text, lines(snapshot.config()));
            text.append("snaptime: ")
                    .append(snapshot.takenAt().getEpochSecond())
                    .append('\n');
        }
        return text.toString();
    }

    private static void write(StringBuilder text, Map<String, String> lines) {
        lines.forEach(
                (key, value) -> text.append(key).append(": ").append(value).append('\n'));
    }

    private static Map<String, String> lines(GuestConfig config) {
        Map<String, String> lines = new TreeMap<>();
        common(config, lines);
        switch (config) {
            case ContainerConfig container -> container(container, lines);
            case VmConfig machine -> machine(machine, lines);
        }
        return lines;
    }

    private static void common(GuestConfig config, Map<String, String> lines) {
        lines.put("cores", String.valueOf(config.cores()));
        lines.put("memory", String.valueOf(config.memory().bytes() >> 20));
        put(lines, "nameserver", config.nameservers().isEmpty() ? null : String.join(" ", config.nameservers()));
        put(lines, "searchdomain", config.searchDomain());
        put(lines, "onboot", config.onBoot() ? "1" : null);
        put(lines, "startup", startup(config.startup()));
        put(lines, "tags", config.tags().isEmpty() ? null : String.join(";", new TreeSet<>(config.tags())));
        Mark mark = config.mark();
        put(lines, "phoenix", mark == null ? null : mark.owner() + " " + mark.facts());
    }

    private static @Nullable String startup(StartupConfig startup) {
        StringBuilder text = new StringBuilder();
        if (startup.order() != null) {
            text.append("order=").append(startup.order());
        }
        if (startup.upDelay() != null) {
            text.append(text.isEmpty() ? "" : ",")
                    .append("up=")
                    .append(startup.upDelay().toSeconds());
        }
        if (startup.downDelay() != null) {
            text.append(text.isEmpty() ? "" : ",")
                    .append("down=")
                    .append(startup.downDelay().toSeconds());
        }
        return text.isEmpty() ? null : text.toString();
    }

    private static void container(ContainerConfig config, Map<String, String> lines) {
        lines.put("arch", "amd64");
        lines.put("hostname", config.hostname());
        lines.put("swap", String.valueOf(config.swap().bytes() >> 20));
        lines.put("unprivileged", config.unprivileged() ? "1" : "0");
        put(lines, "cpulimit", config.cpuLimit() == null ? null : String.valueOf(config.cpuLimit()));
        put(lines, "features", config.features().isEmpty() ? null : features(config.features()));
        lines.put(
                "rootfs",
                config.rootDisk().volume() + ",size=" + config.rootDisk().size());
        config.mounts()
                .forEach(mount -> lines.put(
                        String.valueOf(mount.slot()),
                        (mount.volume() == null ? mount.source() : mount.volume())
                                + ",mp=" + mount.path()
                                + (mount.backup() ? ",backup=1" : "")
                                + (mount.readOnly() ? ",ro=1" : "")
                                + (mount.size() == null ? "" : ",size=" + mount.size())));
        int number = 0;
        for (Nic nic : config.nics()) {
            lines.put("net" + number++, nic(nic) + ",name=" + nic.name() + ",type=veth");
        }
        number = 0;
        for (ContainerConfig.DeviceNode device : config.devices()) {
            lines.put(
                    "dev" + number++,
                    device.path() + ",mode=" + device.mode() + ",uid=" + device.uid() + ",gid=" + device.gid());
        }
        number = 0;
        for (ContainerConfig.IdMap map : config.idMaps()) {
            lines.put(
                    "lxc.idmap" + number++,
                    map.type() + " " + map.containerId() + " " + map.hostId() + " " + map.size());
        }
        put(lines, "lxc.apparmor.profile", config.apparmor());
        number = 0;
        for (String raw : config.raw()) {
            lines.put("raw" + number++, raw);
        }
    }

    private static String features(Set<String> features) {
        StringBuilder text = new StringBuilder();
        new TreeSet<>(features)
                .forEach(
                        each -> text.append(text.isEmpty() ? "" : ",").append(each.contains("=") ? each : each + "=1"));
        return text.toString();
    }

    private static void machine(VmConfig config, Map<String, String> lines) {
        lines.put("name", config.hostname());
        lines.put("cpu", config.cpuType());
        lines.put("scsihw", "virtio-scsi-single");
        put(lines, "agent", config.agent() ? "1" : null);
        config.disks()
                .forEach(disk -> lines.put(
                        String.valueOf(disk.slot()),
                        disk.volume() + (disk.backup() ? "" : ",backup=0") + (disk.discard() ? ",discard=on" : "")
                                + ",size=" + disk.size()));
        int number = 0;
        for (Nic nic : config.nics()) {
            lines.put("net" + number++, "virtio=" + nic(nic));
        }
        number = 0;
        for (String address : config.pciDevices()) {
            lines.put("hostpci" + number++, address);
        }
        VmConfig.CloudInit cloudInit = config.cloudInit();
        if (cloudInit != null) {
            put(lines, "ciuser", cloudInit.user());
            put(lines, "cipassword", cloudInit.passwordHash());
            put(lines, "sshkeys", cloudInit.sshKeys().isEmpty() ? null : String.join("%0A", cloudInit.sshKeys()));
            put(lines, "cicustom", cloudInit.userData());
        }
    }

    private static String nic(Nic nic) {
        return nic.mac()
                + ",bridge=" + nic.bridge()
                + (nic.firewall() ? ",firewall=1" : "")
                + (nic.gateway() == null ? "" : ",gw=" + nic.gateway())
                + (nic.address() == null ? "" : ",ip=" + nic.address())
                + (nic.mtu() == null ? "" : ",mtu=" + nic.mtu())
                + (nic.vlan() == null ? "" : ",tag=" + nic.vlan());
    }

    private static void put(Map<String, String> lines, String key, @Nullable String value) {
        if (value != null) {
            lines.put(key, value);
        }
    }
}
