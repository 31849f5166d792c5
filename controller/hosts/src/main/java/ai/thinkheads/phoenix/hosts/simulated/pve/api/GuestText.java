package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.simulated.pve.Properties;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Options as Proxmox writes them, whatever way they were sent: parts in its order, with what it adds. Pure. */
final class GuestText {

    /** What the model knows of a disk. */
    private static final Set<String> DISK_PARTS =
            Set.of("backup", "discard", "mp", "ro", "size", "import-from", "format");

    private GuestText() {}

    /**
     * Writes an option.
     *
     * @param model what the model says of it now; null when it does not know it
     */
    static String written(Flavour flavour, int vmid, String key, String value, @Nullable String model) {
        if (key.equals("description")) {
            return value.isEmpty() || value.endsWith("\n") ? value : value + "\n";
        }
        if (key.equals("tags")) {
            return String.join(
                    ";",
                    new TreeSet<>(
                            List.of(value.toLowerCase(java.util.Locale.ROOT).split("[;, ]+"))));
        }
        if (key.matches("net\\d+")) {
            return flavour.isContainer() ? card(value, model) : machineCard(value, model);
        }
        boolean disk = key.matches(flavour.isContainer() ? "rootfs|mp\\d+" : "(scsi|virtio|sata|ide)\\d+");
        if (disk && value.endsWith(":cloudinit")) {
            return value.replaceFirst("cloudinit$", "vm-" + vmid + "-cloudinit,media=cdrom");
        }
        return disk && model != null ? disk(flavour, value, model) : value;
    }

    /** A disk that changed in the model since it was written: parts that the model does not know are as they were. */
    static String changed(String key, String before, String model) {
        if (!key.matches("rootfs|(mp|scsi|virtio|sata|ide)\\d+")) {
            return model;
        }
        Map<String, String> known = Properties.parse(model, "");
        Map<String, String> all = new TreeMap<>(Properties.parse(before, ""));
        all.keySet().removeAll(DISK_PARTS);
        all.putAll(known);
        int comma = model.indexOf(',');
        return Properties.write(comma < 0 ? model : model.substring(0, comma), new LinkedHashMap<>(all));
    }

    private static String card(String value, @Nullable String model) {
        Map<String, String> parts = Properties.parse(value, "");
        String name = parts.remove("name");
        Map<String, String> all = new TreeMap<>(parts);
        String mac = Properties.parse(model == null ? "" : model, "").get("hwaddr");
        if (mac != null) {
            all.put("hwaddr", mac);
        }
        all.put("type", "veth");
        return Properties.write("name=" + name, new LinkedHashMap<>(all));
    }

    private static String machineCard(String value, @Nullable String model) {
        Map<String, String> parts = Properties.parse(value, "model");
        String kind = parts.remove("model");
        String mac = parts.remove("macaddr");
        for (String each : new ArrayList<>(parts.keySet())) {
            if (each.matches("virtio|e1000.*|rtl8139|vmxnet3|pcnet|ne2k.*|i82.*")) {
                kind = each;
                mac = parts.remove(each);
            }
        }
        String known = Properties.parse(model == null ? "" : model, "").get("virtio");
        return Properties.write(kind + "=" + (known == null ? mac : known), new LinkedHashMap<>(new TreeMap<>(parts)));
    }

    private static String disk(Flavour flavour, String value, String model) {
        String first = flavour.isContainer() ? "volume" : "file";
        Map<String, String> all = new TreeMap<>(Properties.parse(value, first));
        Map<String, String> known = Properties.parse(model, first);
        all.remove(first);
        all.remove("import-from");
        all.remove("format");
        String size = known.get("size");
        if (size != null) {
            all.put("size", size);
        }
        return Properties.write(known.get(first), new LinkedHashMap<>(all));
    }
}
