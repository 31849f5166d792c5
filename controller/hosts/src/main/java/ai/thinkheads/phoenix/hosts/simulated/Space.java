package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Space accounting of ZFS: what each dataset uses with all below it, reservations included, and what is still available to it
 * under its own quota, the quotas above it and the pool. Kept up to date change by change, so that asking costs the depth only.
 */
final class Space {

    /** What the pool keeps for itself: 1/32. */
    private static final int SLOP = 32;

    private final Map<String, Long> used = new HashMap<>();
    private final Map<String, Integer> children = new HashMap<>();
    private final BiFunction<Table, String, @Nullable Row> rows;

    Space(BiFunction<Table, String, @Nullable Row> rows) {
        this.rows = rows;
    }

    /** The pool's name in a dataset's. */
    static String pool(String dataset) {
        int slash = dataset.indexOf('/');
        return slash < 0 ? dataset : dataset.substring(0, slash);
    }

    static @Nullable String parent(String dataset) {
        int slash = dataset.lastIndexOf('/');
        return slash < 0 ? null : dataset.substring(0, slash);
    }

    /** A row is about to take the place of another. Datasets above it exist already, or are put later with what is below them. */
    void replace(String name, Row.@Nullable Dataset before, Row.@Nullable Dataset after) {
        long charge = contribution(name, before);
        long usedNow = used.getOrDefault(name, 0L) - own(before) + own(after);
        if (after == null && usedNow == 0) {
            used.remove(name);
        } else {
            used.put(name, usedNow);
        }
        long changed = Math.max(usedNow, reserved(after)) - charge;
        String parent = parent(name);
        if (parent == null) {
            return;
        }
        if ((before == null) != (after == null)) {
            for (String above = parent; above != null; above = parent(above)) {
                children.merge(above, after == null ? -1 : 1, Integer::sum);
            }
        }
        if (changed != 0) {
            charge(parent, changed);
        }
    }

    private void charge(String name, long bytes) {
        Row.Dataset row = (Row.Dataset) rows.apply(Table.DATASET, name);
        long before = contribution(name, row);
        long now = used.merge(name, bytes, Long::sum);
        long change = Math.max(now, reserved(row)) - before;
        String parent = parent(name);
        if (parent != null && change != 0) {
            charge(parent, change);
        }
    }

    private long contribution(String name, Row.@Nullable Dataset row) {
        return Math.max(used.getOrDefault(name, 0L), reserved(row));
    }

    private static long own(Row.@Nullable Dataset row) {
        return row == null ? 0 : Math.max(row.own(), size(row, "refreservation"));
    }

    private static long reserved(Row.@Nullable Dataset row) {
        return row == null ? 0 : size(row, "reservation");
    }

    static long size(Row.Dataset row, String property) {
        String value = row.local().get(property);
        return value == null || value.equals("none") ? 0 : Long.parseLong(value);
    }

    /** Bytes that the dataset takes, with what is below it. */
    long used(String name) {
        return used.getOrDefault(name, 0L);
    }

    /** How many datasets lie below it. */
    int children(String name) {
        return children.getOrDefault(name, 0);
    }

    /** Bytes that can still be written to the dataset. */
    long available(String name) {
        long available = Long.MAX_VALUE;
        long kept = 0;
        for (String at = name; at != null; at = parent(at)) {
            Row.Dataset row = (Row.Dataset) rows.apply(Table.DATASET, at);
            if (row == null) {
                continue;
            }
            long quota = size(row, "quota");
            long taken = used(at);
            if (quota > 0) {
                available = Math.min(available, quota - taken + kept);
            }
            kept += Math.max(0, size(row, "reservation") - taken);
            if (at.equals(name)) {
                long refquota = size(row, "refquota");
                if (refquota > 0) {
                    available = Math.min(available, refquota - row.own());
                }
                kept += Math.max(0, size(row, "refreservation") - row.own());
            }
        }
        String pool = pool(name);
        return Math.max(
                0,
                Math.min(
                        available,
                        capacity(pool) - contribution(pool, (Row.Dataset) rows.apply(Table.DATASET, pool)) + kept));
    }

    /** Refuses when so many more bytes do not fit below the dataset. */
    void require(String dataset, long bytes, String what) {
        long available = available(dataset);
        if (bytes > available) {
            throw new HostException(
                    HostException.Cause.NO_SPACE,
                    String.format(
                            Locale.ROOT,
                            "cannot create %s: out of space; it needs %d bytes and '%s' has %d available; raise the quota, or free space",
                            what,
                            bytes,
                            dataset,
                            available));
        }
    }

    /** Bytes of data that the pool's groups hold. */
    long capacity(String pool) {
        long raw = raw(pool);
        return raw - raw / SLOP;
    }

    /** The pool's size as {@code zpool list} gives it. */
    long raw(String pool) {
        return rows.apply(Table.POOL, pool) instanceof Row.Pool row ? raw(row.vdevs()) : 0;
    }

    private long raw(List<ZfsPools.Vdev> vdevs) {
        long sum = 0;
        for (ZfsPools.Vdev vdev : vdevs) {
            long smallest = Long.MAX_VALUE;
            long all = 0;
            for (String device : vdev.devices()) {
                long size = rows.apply(Table.DISK, device) instanceof Row.Disk disk
                        ? disk.size().bytes()
                        : 0;
                smallest = Math.min(smallest, size);
                all += size;
            }
            int count = vdev.devices().size();
            sum += switch (vdev.type()) {
                case "stripe" -> all;
                case "mirror" -> smallest;
                case "raidz", "raidz1" -> smallest * (count - 1);
                case "raidz2" -> smallest * (count - 2);
                case "raidz3" -> smallest * (count - 3);
                default -> 0;
            };
        }
        return sum;
    }
}
