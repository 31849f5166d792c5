package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.zfs.MarkProperty;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The properties of pools, datasets and snapshots, with where they come from. Pure. */
final class ZfsTable {

    private static final Set<String> STATISTICS = Set.of(
            "type",
            "used",
            "available",
            "referenced",
            "origin",
            "mounted",
            "volsize",
            "creation",
            "compressratio",
            "name");
    private static final Set<String> SIZES = Set.of(
            "used",
            "available",
            "referenced",
            "volsize",
            "quota",
            "refquota",
            "reservation",
            "refreservation",
            "recordsize",
            "volblocksize",
            "special_small_blocks",
            "size",
            "free",
            "allocated");
    private static final Set<String> NONE = Set.of("quota", "refquota", "reservation", "refreservation");

    private ZfsTable() {}

    /** A value, exact, and its source: {@code local}, {@code default}, {@code inherited from tank}, {@code -}. */
    record Value(String exact, String source) {}

    /** A value as people read it. */
    static String shown(String property, String exact, boolean precise) {
        if (precise || !exact.matches("\\d{1,18}") || !SIZES.contains(property)) {
            return exact;
        }
        if (NONE.contains(property) && exact.equals("0")) {
            return "none";
        }
        return Columns.zfsSize(Long.parseLong(exact));
    }

    /** All properties of a dataset. */
    static Map<String, Value> dataset(HostState state, ZfsDatasets.Observed dataset) {
        Map<String, Value> all = new TreeMap<>();
        Map<String, String> effective = new TreeMap<>(dataset.effective());
        effective.put("creation", "1767225600");
        effective.put("compressratio", "1.00x");
        if (!dataset.volume()) {
            effective.put("mounted", dataset.mountpoint() == null ? "no" : "yes");
        } else {
            effective.remove("mountpoint");
            effective.putIfAbsent("volblocksize", "16384");
        }
        effective.forEach((name, value) -> all.put(name, new Value(value, source(state, dataset, name))));
        for (String at = dataset.name(); !at.isEmpty(); at = parent(at)) {
            ZfsDatasets.Observed holder = state.datasets().get(at);
            if (holder != null && holder.mark() != null) {
                all.put(
                        MarkProperty.NAME,
                        new Value(
                                MarkProperty.write(holder.mark()),
                                at.equals(dataset.name()) ? "local" : "inherited from " + at));
                break;
            }
        }
        return all;
    }

    private static String source(HostState state, ZfsDatasets.Observed dataset, String property) {
        if (STATISTICS.contains(property)) {
            return "-";
        }
        if (dataset.local().containsKey(property)) {
            return "local";
        }
        if (NONE.contains(property) || property.equals("canmount")) {
            return "default";
        }
        for (String above = parent(dataset.name()); !above.isEmpty(); above = parent(above)) {
            ZfsDatasets.Observed holder = state.datasets().get(above);
            if (holder != null && holder.local().containsKey(property)) {
                return "inherited from " + above;
            }
        }
        return "default";
    }

    /** The name of what is above; empty for a pool's own dataset. */
    static String parent(String name) {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    /** The properties of a snapshot. */
    static Map<String, Value> snapshot() {
        Map<String, Value> all = new TreeMap<>();
        Map.of(
                        "type",
                        "snapshot",
                        "used",
                        "0",
                        "referenced",
                        "98304",
                        "creation",
                        "1767225600",
                        "available",
                        "-",
                        "mountpoint",
                        "-")
                .forEach((name, value) -> all.put(name, new Value(value, "-")));
        return all;
    }

    /** All properties of a pool. */
    static Map<String, Value> pool(ZfsPools.Observed pool) {
        Map<String, Value> all = new LinkedHashMap<>();
        long size = pool.size().bytes();
        long used = pool.allocated().bytes();
        all.put("size", new Value(String.valueOf(size), "-"));
        all.put("capacity", new Value(String.valueOf(size == 0 ? 0 : used * 100 / size), "-"));
        all.put("altroot", new Value("-", "default"));
        all.put("health", new Value(pool.health(), "-"));
        all.put(
                "guid",
                new Value(
                        Long.toUnsignedString(0x9e3779b97f4a7c15L * pool.name().hashCode()), "-"));
        all.put("dedupratio", new Value("1.00", "-"));
        all.put("free", new Value(String.valueOf(Math.max(0, size - used)), "-"));
        all.put("allocated", new Value(String.valueOf(used), "-"));
        all.put("readonly", new Value("off", "-"));
        all.put("expandsize", new Value("-", "-"));
        all.put("checkpoint", new Value("-", "-"));
        all.put("fragmentation", new Value("0", "-"));
        new TreeMap<>(pool.properties()).forEach((name, value) -> all.put(name, new Value(value, own(name, value))));
        return all;
    }

    private static String own(String name, String value) {
        boolean usual = value.equals("-") || value.equals("off") || value.equals("wait");
        return usual || name.equals("ashift") && value.equals("0") ? "default" : "local";
    }
}
