package ai.thinkheads.phoenix.hosts.proxmox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A guest of the {@link ModelNode}, as its configuration file has it. */
public final class ModelGuest {

    /** Of both kinds of guest. */
    private static final Set<String> AT_ONCE = Set.of(
            "description", "hookscript", "lock", "onboot", "protection", "startup", "tags", "cpulimit", "cpuunits");

    private static final Set<String> CONTAINERS_AT_ONCE = Set.of("hostname", "cores", "memory", "swap");
    private static final Set<String> MACHINES_AT_ONCE = Set.of(
            "name",
            "migrate_downtime",
            "migrate_speed",
            "shares",
            "vmstatestorage",
            "balloon",
            "tablet",
            "cicustom",
            "cipassword",
            "citype",
            "ciupgrade",
            "ciuser",
            "nameserver",
            "searchdomain",
            "sshkeys");

    public final boolean container;
    public final int vmid;
    public final Map<String, String> current = new TreeMap<>();
    public final Map<String, String> pending = new TreeMap<>();
    public final Set<String> deleted = new TreeSet<>();
    public final Map<String, Map<String, String>> snapshots = new LinkedHashMap<>();
    List<String> lxc = new ArrayList<>();
    boolean running;
    long started;

    public ModelGuest(boolean container, int vmid) {
        this.container = container;
        this.vmid = vmid;
    }

    /** Whether that change of a running guest is in force at once. */
    boolean atOnce(String key) {
        if (!running || key.matches("(net|unused)\\d+")) {
            return true;
        }
        if (container) {
            boolean fresh = !current.containsKey(key);
            return AT_ONCE.contains(key) || CONTAINERS_AT_ONCE.contains(key) || fresh && key.matches("(mp|dev)\\d+");
        }
        return AT_ONCE.contains(key) || MACHINES_AT_ONCE.contains(key) || key.matches("(ipconfig|scsi|virtio|usb)\\d+");
    }

    /** What waited comes into force. */
    void settle() {
        for (String key : List.copyOf(deleted)) {
            detach(key);
        }
        current.putAll(pending);
        pending.clear();
        deleted.clear();
    }

    /** Takes an option away; a volume's stays as an unused one. */
    void detach(String key) {
        String value = current.remove(key);
        if (value != null && key.matches("rootfs|(mp|scsi)\\d+") && !value.startsWith("/")) {
            int number = 0;
            while (current.containsKey("unused" + number)) {
                number++;
            }
            current.put("unused" + number, value.replaceFirst(",.*", ""));
        }
    }

    String text() {
        StringBuilder out = new StringBuilder();
        section(out, current);
        lxc.forEach(line -> out.append(line).append('\n'));
        if (!pending.isEmpty() || !deleted.isEmpty()) {
            out.append("\n[pve:pending]\n");
            if (!deleted.isEmpty()) {
                out.append("delete: ").append(String.join(",", deleted)).append('\n');
            }
            section(out, pending);
        }
        snapshots.forEach((name, options) -> {
            out.append("\n[").append(name).append("]\n");
            section(out, options);
        });
        return out.toString();
    }

    private static void section(StringBuilder out, Map<String, String> options) {
        @Nullable String notes = options.get("description");
        if (notes != null) {
            notes.lines().forEach(line -> out.append('#').append(encoded(line)).append('\n'));
        }
        options.forEach((key, value) -> {
            if (!key.equals("description")) {
                out.append(key).append(": ").append(value).append('\n');
            }
        });
    }

    private static String encoded(String line) {
        StringBuilder out = new StringBuilder();
        for (byte b : line.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= 0x20 && b <= 0x7e && b != ':';
            out.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b & 0xff));
        }
        return out.toString();
    }

    String digest() {
        return GuestFile.digest(text());
    }
}
