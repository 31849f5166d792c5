package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Guests' volumes on storages: what is allocated, shared, copied and freed, and under which names, as each storage type does it. */
final class Volumes {

    private static final Set<String> CLONING_FOR_CONTAINERS = Set.of("zfspool", "lvmthin");
    private static final Set<String> CLONING_FOR_MACHINES = Set.of("zfspool", "lvmthin", "dir", "nfs");
    private static final long LINK_BYTES = 64 << 10;
    private static final String BASE_SNAPSHOT = "__base__";

    private Volumes() {}

    /** What the content of a storage has to be called for a guest's volumes to be kept in it. */
    static String content(GuestKind kind) {
        return kind == GuestKind.CONTAINER ? "rootdir" : "images";
    }

    /**
     * Makes a volume and gives its id.
     *
     * @param bytes what lies on it from the start
     */
    static String allocate(
            Transaction transaction,
            GuestKind kind,
            int vmid,
            String storage,
            ByteSize size,
            long bytes,
            Inside inside) {
        return allocate(transaction, kind, vmid, storage, size, bytes, null, transaction.keep(inside));
    }

    private static String allocate(
            Transaction transaction,
            GuestKind kind,
            int vmid,
            String storage,
            ByteSize size,
            long bytes,
            @Nullable String origin,
            long contents) {
        Row.Storage row = SimulatedStorages.usable(transaction, storage, content(kind));
        String name = freeName(transaction, kind, vmid, storage, row);
        String id = storage + ":" + (origin == null ? "" : tail(origin) + "/") + name;
        String dataset = null;
        if (row.type().equals("zfspool")) {
            dataset = SimulatedStorages.option(row, "pool") + "/" + name;
            Row.Volume base = origin == null ? null : existing(transaction, origin);
            String from = base == null || base.dataset() == null ? null : base.dataset() + "@" + BASE_SNAPSHOT;
            SimulatedZfsDatasets.make(transaction, dataset, dataset(kind, row, size, bytes, from));
        } else {
            charge(
                    transaction,
                    row,
                    storage,
                    SimulatedStorages.dataset(transaction, row),
                    bytes,
                    "volume '" + id + "'");
        }
        transaction.put(
                Table.VOLUME,
                id,
                new Row.Volume(storage, vmid, size, bytes, dataset, origin, false, List.of(), contents));
        transaction.born("volume", id);
        return id;
    }

    private static Row.Dataset dataset(
            GuestKind kind, Row.Storage storage, ByteSize size, long bytes, @Nullable String origin) {
        if (kind == GuestKind.CONTAINER) {
            return new Row.Dataset(
                    bytes,
                    null,
                    Map.of("refquota", String.valueOf(size.bytes()), "acltype", "posix", "xattr", "sa"),
                    null,
                    null,
                    null,
                    List.of(),
                    origin,
                    null);
        }
        boolean thin =
                origin != null || SimulatedStorages.option(storage, "sparse").matches("1|true|yes|on");
        Map<String, String> local = thin ? Map.of() : Map.of("refreservation", String.valueOf(size.bytes()));
        return new Row.Dataset(bytes, size.bytes(), local, null, null, null, List.of(), origin, null);
    }

    private static String freeName(Transaction transaction, GuestKind kind, int vmid, String storage, Row.Storage row) {
        String prefix = kind == GuestKind.CONTAINER && row.type().equals("zfspool") ? "subvol-" : "vm-";
        String suffix = switch (row.type()) {
            case "dir", "nfs" -> kind == GuestKind.CONTAINER ? ".raw" : ".qcow2";
            default -> "";
        };
        Set<String> taken = new java.util.HashSet<>();
        for (String id : of(transaction, vmid)) {
            String tail = tail(id);
            taken.add(tail.substring(tail.lastIndexOf('/') + 1));
        }
        boolean files = !suffix.isEmpty();
        for (int i = 0; ; i++) {
            String name = prefix + vmid + "-disk-" + i + suffix;
            String based = name.replaceFirst("^subvol-", "basevol-").replaceFirst("^vm-", "base-");
            boolean foreign = row.type().equals("zfspool")
                    && transaction
                            .dataset(SimulatedStorages.option(row, "pool") + "/" + name)
                            .isPresent();
            if (!taken.contains(name) && !taken.contains(based) && !foreign) {
                return files ? vmid + "/" + name : name;
            }
        }
    }

    private static String tail(String id) {
        return id.substring(id.indexOf(':') + 1);
    }

    /** Ids of all volumes that belong to that guest, in order. */
    static List<String> of(Transaction transaction, int vmid) {
        List<String> all = new ArrayList<>();
        transaction.guest(vmid).ifPresent(guest -> all.addAll(GuestForms.volumes(guest)));
        if (all.isEmpty()) {
            // While it is being made the guest is not there yet: its volumes are those of this transaction.
            transaction.writes.forEach((place, row) -> {
                if (place.table() == Table.VOLUME && row instanceof Row.Volume volume && volume.owner() == vmid) {
                    all.add(place.key());
                }
            });
        }
        return all;
    }

    /** Takes space on what the storage lies on. */
    static void charge(
            Transaction transaction, Row.Storage row, String id, @Nullable String dataset, long bytes, String what) {
        if (dataset != null) {
            transaction.space().require(dataset, bytes, what);
            Row.Dataset ground = transaction.dataset(dataset).orElseThrow();
            transaction.put(Table.DATASET, dataset, ground.withOwn(ground.own() + bytes));
        } else if (bytes > SimulatedStorages.available(transaction, row)) {
            throw new HostException(
                    HostException.Cause.NO_SPACE, "cannot create " + what + ": no space left on storage '" + id + "'");
        }
    }

    /** Gives space back. */
    static void refund(Transaction transaction, @Nullable String dataset, long bytes) {
        if (dataset != null) {
            transaction
                    .dataset(dataset)
                    .ifPresent(ground ->
                            transaction.put(Table.DATASET, dataset, ground.withOwn(Math.max(0, ground.own() - bytes))));
        }
    }

    /** Makes a linked clone of a template's volume. */
    static String link(Transaction transaction, GuestKind kind, int vmid, String source) {
        Row.Volume base = existing(transaction, source);
        Row.Storage storage = SimulatedStorages.existing(transaction, base.storage());
        Set<String> cloning = kind == GuestKind.CONTAINER ? CLONING_FOR_CONTAINERS : CLONING_FOR_MACHINES;
        if (!base.base() || !cloning.contains(storage.type())) {
            throw Transaction.refused(
                    "Linked clone feature for '" + source + "' is not available; it needs a template on "
                            + new java.util.TreeSet<>(cloning) + ", or a full clone");
        }
        return allocate(transaction, kind, vmid, base.storage(), base.size(), LINK_BYTES, source, base.contents());
    }

    /** Copies a volume, or what it was at a snapshot. */
    static String copy(
            Transaction transaction,
            GuestKind kind,
            int vmid,
            String source,
            @Nullable String storage,
            @Nullable Long contents) {
        Row.Volume from = existing(transaction, source);
        long bytes = Math.max(
                from.bytes(),
                from.origin() == null ? 0 : existing(transaction, from.origin()).bytes());
        return allocate(
                transaction,
                kind,
                vmid,
                storage == null ? from.storage() : storage,
                from.size(),
                bytes,
                null,
                contents == null ? from.contents() : contents);
    }

    /** Makes a volume a template's and gives its new id. */
    static String makeBase(Transaction transaction, String id) {
        Row.Volume row = existing(transaction, id);
        int slash = id.lastIndexOf('/');
        String own = id.substring(Math.max(slash, id.indexOf(':')) + 1);
        String name = own.replaceFirst("^subvol-", "basevol-").replaceFirst("^vm-", "base-");
        String fresh = id.substring(0, id.length() - own.length()) + name;
        String dataset = row.dataset();
        if (dataset != null) {
            String renamed = Space.parent(dataset) + "/" + name;
            Row.Dataset old = transaction.dataset(dataset).orElseThrow(() -> gone(id));
            transaction.remove(Table.DATASET, dataset);
            List<String> snapshots = new ArrayList<>(old.snapshots());
            snapshots.add(BASE_SNAPSHOT);
            transaction.put(Table.DATASET, renamed, old.withSnapshots(snapshots));
            transaction.gone("dataset", dataset);
            transaction.born("dataset", renamed);
            dataset = renamed;
        }
        transaction.remove(Table.VOLUME, id);
        transaction.put(
                Table.VOLUME,
                fresh,
                new Row.Volume(
                        row.storage(),
                        row.owner(),
                        row.size(),
                        row.bytes(),
                        dataset,
                        row.origin(),
                        true,
                        row.snapshots(),
                        row.contents()));
        transaction.gone("volume", id);
        transaction.born("volume", fresh);
        return fresh;
    }

    /** Frees a volume; refused while a linked clone shares its blocks. */
    static void free(Transaction transaction, String id) {
        Row.Volume row = transaction.volume(id).orElse(null);
        if (row == null) {
            return;
        }
        if (row.base()) {
            transaction.volumes((other, each) -> {
                if (id.equals(each.origin())) {
                    throw Transaction.refused("base volume '" + id + "' is still in use by linked cloned '" + other
                            + "'; destroy the clones first");
                }
            });
        }
        row.snapshots().forEach(snapshot -> transaction.gone("snapshot", id + "@" + snapshot));
        String dataset = row.dataset();
        if (dataset != null && transaction.dataset(dataset).isPresent()) {
            SimulatedZfsDatasets.drop(transaction, dataset);
            return;
        }
        transaction.remove(Table.VOLUME, id);
        transaction.gone("volume", id);
        if (dataset == null) {
            transaction
                    .storage(row.storage())
                    .ifPresent(storage ->
                            refund(transaction, SimulatedStorages.dataset(transaction, storage), row.bytes()));
        }
    }

    static void grow(Transaction transaction, String id, ByteSize size) {
        Row.Volume row = existing(transaction, id);
        String dataset = row.dataset();
        if (dataset != null) {
            Row.Dataset old = transaction.dataset(dataset).orElseThrow(() -> gone(id));
            if (old.volsize() != null) {
                if (old.local().containsKey("refreservation")) {
                    transaction
                            .space()
                            .require(dataset, size.bytes() - row.size().bytes(), "a larger volume '" + id + "'");
                }
                old = old.withVolsize(size.bytes());
            }
            Map<String, String> local = new java.util.HashMap<>(old.local());
            local.computeIfPresent("refquota", (property, value) -> String.valueOf(size.bytes()));
            local.computeIfPresent("refreservation", (property, value) -> String.valueOf(size.bytes()));
            transaction.put(Table.DATASET, dataset, old.withLocal(local));
        }
        transaction.put(Table.VOLUME, id, row.withSize(size));
    }

    /** Whether snapshots of the volume are possible. */
    static boolean canSnapshot(Transaction transaction, String id) {
        return transaction
                .volume(id)
                .flatMap(row -> transaction.storage(row.storage()))
                .map(storage ->
                        storage.type().equals("zfspool") || storage.type().equals("lvmthin") || id.endsWith(".qcow2"))
                .orElse(false);
    }

    static void snapshot(Transaction transaction, String id, String name) {
        Row.Volume row = existing(transaction, id);
        List<String> names = new ArrayList<>(row.snapshots());
        names.add(name);
        transaction.put(Table.VOLUME, id, row.withSnapshots(names));
        String dataset = row.dataset();
        if (dataset == null) {
            transaction.born("snapshot", id + "@" + name);
            return;
        }
        Row.Dataset old = transaction.dataset(dataset).orElseThrow(() -> gone(id));
        List<String> all = new ArrayList<>(old.snapshots());
        all.add(name);
        transaction.put(Table.DATASET, dataset, old.withSnapshots(all));
        transaction.born("snapshot", dataset + "@" + name);
    }

    static void dropSnapshot(Transaction transaction, String id, String name) {
        Row.Volume row = transaction.volume(id).orElse(null);
        if (row == null || !row.snapshots().contains(name)) {
            return;
        }
        List<String> names = new ArrayList<>(row.snapshots());
        names.remove(name);
        transaction.put(Table.VOLUME, id, row.withSnapshots(names));
        String dataset = row.dataset();
        Row.Dataset old = dataset == null ? null : transaction.dataset(dataset).orElse(null);
        if (dataset != null && old != null) {
            List<String> all = new ArrayList<>(old.snapshots());
            all.remove(name);
            transaction.put(Table.DATASET, dataset, old.withSnapshots(all));
        }
        transaction.gone("snapshot", (dataset == null ? id : dataset) + "@" + name);
    }

    /** Refused when the snapshot is not the volume's newest and the storage goes back to the newest only. */
    static void requireNewest(Transaction transaction, String id, String name) {
        Row.Volume row = existing(transaction, id);
        String dataset = row.dataset();
        List<String> all = dataset == null
                ? List.of()
                : transaction.dataset(dataset).map(Row.Dataset::snapshots).orElse(List.of());
        if (!all.isEmpty() && !all.getLast().equals(name)) {
            throw Transaction.refused("can't rollback, '" + name + "' is not most recent snapshot on '" + id
                    + "'; newer are " + all.subList(all.indexOf(name) + 1, all.size()));
        }
    }

    static Row.Volume existing(Transaction transaction, String id) {
        return transaction.volume(id).orElseThrow(() -> gone(id));
    }

    private static HostException gone(String id) {
        return new HostException(
                HostException.Cause.FAILED, "volume '" + id + "' does not exist; somebody has removed it");
    }
}
