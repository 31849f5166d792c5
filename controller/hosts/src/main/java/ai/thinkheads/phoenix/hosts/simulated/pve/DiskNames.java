package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The disks of the machine under the kernel's names. The model knows a disk by one stable name; the kernel counts them up.
 *
 * @param disks by the kernel's path, in their order
 */
public record DiskNames(Map<String, Disk> disks) {

    /**
     * A disk.
     *
     * @param stable its name under {@code /dev/disk}, or the kernel's own
     * @param pool the pool that lies on it, imported or not
     * @param mountedAt where the installed system mounts it
     * @param signature of what lies on it when that is no pool
     */
    public record Disk(
            String kernel,
            String stable,
            long size,
            @Nullable String pool,
            @Nullable String mountedAt,
            @Nullable String signature) {

        /** The paths of its partitions. */
        public List<String> partitions() {
            if (pool != null) {
                return List.of(part(1), part(9));
            }
            return mountedAt != null ? List.of(part(1), part(2), part(3)) : List.of();
        }

        private String part(int number) {
            return kernel + (kernel.matches(".*\\d") ? "p" : "") + number;
        }
    }

    public static DiskNames of(HostState state) {
        Map<String, Disk> all = new LinkedHashMap<>();
        int nvme = 0;
        int other = 0;
        for (Map.Entry<String, Node.Disk> each : new TreeMap<>(state.node().disks()).entrySet()) {
            String stable = each.getKey();
            String kernel = stable.matches("/dev/[a-z0-9]+")
                    ? stable
                    : stable.contains("nvme") ? "/dev/nvme" + nvme++ + "n1" : "/dev/sd" + (char) ('a' + other++ % 26);
            all.put(kernel, disk(kernel, stable, each.getValue()));
        }
        return new DiskNames(all);
    }

    private static Disk disk(String kernel, String stable, Node.Disk disk) {
        String used = disk.usedBy() == null ? "" : disk.usedBy();
        String signature = disk.signature() == null ? "" : disk.signature();
        String pool = used.startsWith("pool ")
                ? used.substring("pool ".length())
                : signature.startsWith("exported pool ") ? signature.substring("exported pool ".length()) : null;
        return new Disk(
                kernel,
                stable,
                disk.size().bytes(),
                pool,
                used.startsWith("mounted at ") ? used.substring("mounted at ".length()) : null,
                pool != null || signature.isEmpty() ? null : signature);
    }

    /** Links to devices, with the kernel's paths. */
    public Map<String, String> links() {
        Map<String, String> all = new TreeMap<>();
        disks.forEach((kernel, disk) -> {
            if (!disk.stable().equals(kernel)) {
                all.put(disk.stable(), kernel);
                disk.partitions()
                        .forEach(part -> all.put(disk.stable() + "-part" + part.charAt(part.length() - 1), part));
            }
        });
        return all;
    }

    /** The name by which the model knows a disk that somebody names. */
    public String stable(String path) {
        String whole = path.replaceFirst("-part1$", "");
        Disk disk = disks.get(whole);
        return disk == null ? whole : disk.stable();
    }

    /** The path by which {@code zpool status -P} shows a disk: its first partition. */
    static String shown(String stable) {
        return stable.startsWith("/dev/disk/") ? stable + "-part1" : stable + (stable.matches(".*\\d") ? "p1" : "1");
    }

    /** The kernel's paths of all devices. */
    List<String> paths() {
        List<String> all = new ArrayList<>();
        disks.forEach((kernel, disk) -> {
            all.add(kernel);
            all.addAll(disk.partitions());
        });
        return all;
    }
}
