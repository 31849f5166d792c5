package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The datasets of the machine's imported pools. */
final class SimulatedZfsDatasets implements ZfsDatasets {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.:-]*(/[A-Za-z0-9_.:-]+)*");

    private final Operations operations;

    SimulatedZfsDatasets(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Optional<Observed> read(String name) {
        return operations.read("read-one", transaction -> observe(transaction, name));
    }

    static Optional<Observed> observe(Transaction transaction, String name) {
        return transaction
                .dataset(name)
                .map(row -> observe(transaction, name, row, ZfsProperties.effective(transaction, name)));
    }

    static Observed observe(Transaction transaction, String name, Row.Dataset row, Map<String, String> inherited) {
        Space space = transaction.space();
        long available = space.available(name);
        long used = space.used(name);
        Map<String, String> effective = new HashMap<>(inherited);
        effective.put("used", String.valueOf(used));
        effective.put("available", String.valueOf(available));
        effective.put("referenced", String.valueOf(row.own()));
        effective.put("origin", row.origin() == null ? "-" : row.origin());
        effective.put("type", row.volsize() == null ? "filesystem" : "volume");
        if (row.volsize() != null) {
            effective.put("volsize", String.valueOf(row.volsize()));
        }
        String mountpoint = row.volsize() == null ? mounted(inherited) : null;
        return new Observed(
                name,
                row.volsize() != null,
                new ByteSize(used),
                new ByteSize(available),
                mountpoint,
                row.local(),
                effective,
                row.volsize() == null ? Long.valueOf(row.uid() == null ? 0 : row.uid()) : null,
                row.volsize() == null ? Long.valueOf(row.gid() == null ? 0 : row.gid()) : null,
                row.volsize() == null ? (row.mode() == null ? "0755" : row.mode()) : null,
                row.snapshots(),
                space.children(name),
                row.mark());
    }

    private static @Nullable String mounted(Map<String, String> effective) {
        String mountpoint = effective.getOrDefault("mountpoint", "none");
        boolean no =
                mountpoint.equals("none") || mountpoint.equals("legacy") || "off".equals(effective.get("canmount"));
        return no ? null : mountpoint;
    }

    /** Where a dataset is mounted; null when it is not. */
    static @Nullable String mountpoint(Transaction transaction, String name) {
        Row.Dataset row = transaction.dataset(name).orElse(null);
        if (row == null || row.volsize() != null || "off".equals(row.local().get("canmount"))) {
            return null;
        }
        String path = inheritedMountpoint(transaction, name);
        return path.startsWith("/") ? path : null;
    }

    private static String inheritedMountpoint(Transaction transaction, String name) {
        String own = transaction
                .dataset(name)
                .map(row -> row.local().get("mountpoint"))
                .orElse(null);
        String parent = Space.parent(name);
        if (own != null || parent == null) {
            return own == null ? "/" + name : own;
        }
        String above = inheritedMountpoint(transaction, parent);
        return above.startsWith("/") ? (above.equals("/") ? "" : above) + name.substring(name.lastIndexOf('/')) : above;
    }

    @Override
    public void create(String name, Map<String, String> properties, Mark mark) {
        operations.run(Operations.Request.of("create-dataset", "zfscreate", name), transaction -> {
            if (!NAME.matcher(name).matches()) {
                throw Transaction.refused("cannot create '" + name + "': invalid name");
            }
            if (transaction.pool(Space.pool(name)).isEmpty()) {
                throw Transaction.missing("cannot create '" + name + "': no such pool '" + Space.pool(name) + "'");
            }
            if (transaction.dataset(name).isPresent()) {
                throw Transaction.refused("cannot create '" + name + "': dataset already exists");
            }
            ensureParents(transaction, name);
            make(transaction, name, Row.Dataset.fileSystem(Map.of(), mark));
            set(transaction, name, properties);
        });
    }

    private static void ensureParents(Transaction transaction, String name) {
        String parent = Space.parent(name);
        if (parent != null && transaction.dataset(parent).isEmpty()) {
            ensureParents(transaction, parent);
            make(transaction, parent, Row.Dataset.fileSystem(Map.of(), null));
        }
        if (parent != null
                && transaction.dataset(parent).map(row -> row.volsize() != null).orElse(false)) {
            throw Transaction.refused("cannot create '" + name + "': parent is not a filesystem");
        }
    }

    /** Puts a new dataset in place, when there is room for it. */
    static void make(Transaction transaction, String name, Row.Dataset row) {
        String parent = Space.parent(name);
        if (parent != null) {
            transaction
                    .space()
                    .require(parent, Math.max(row.own(), Space.size(row, "refreservation")), "dataset '" + name + "'");
        }
        transaction.put(Table.DATASET, name, row);
        transaction.born("dataset", name);
    }

    static void set(Transaction transaction, String name, Map<String, String> properties) {
        Row.Dataset row = existing(transaction, name, "set property for");
        Map<String, String> local = new HashMap<>(row.local());
        properties.forEach((property, value) -> {
            String normal = ZfsProperties.normal(name, property, value);
            checkSize(transaction, name, row, property, normal);
            local.put(property, normal);
        });
        transaction.put(Table.DATASET, name, row.withLocal(local));
    }

    private static void checkSize(
            Transaction transaction, String name, Row.Dataset row, String property, String value) {
        if (!property.equals("quota") && !property.equals("reservation")) {
            return;
        }
        long bytes = Long.parseLong(value);
        long used = transaction.space().used(name);
        if (property.equals("quota") && bytes > 0 && bytes < Math.max(used, Space.size(row, "reservation"))) {
            throw Transaction.refused(
                    "cannot set property for '" + name + "': size is less than current used or reserved space");
        }
        long more = bytes - Math.max(used, Space.size(row, "reservation"));
        if (property.equals("reservation") && more > transaction.space().available(name)) {
            throw new HostException(
                    HostException.Cause.NO_SPACE,
                    "cannot set property for '" + name + "': size is greater than available space");
        }
    }

    @Override
    public void setProperties(String name, Map<String, String> properties) {
        operations.run(
                Operations.Request.of("set-dataset", "zfsset", name),
                transaction -> set(transaction, name, properties));
    }

    @Override
    public void inherit(String name, Set<String> properties) {
        operations.run(Operations.Request.of("inherit-dataset", "zfsinherit", name), transaction -> {
            Row.Dataset row = existing(transaction, name, "inherit property for");
            Map<String, String> local = new HashMap<>(row.local());
            properties.forEach(local::remove);
            transaction.put(Table.DATASET, name, row.withLocal(local));
        });
    }

    @Override
    public void mount(String name) {
        // A dataset with a mountpoint is always mounted here.
        operations.run(
                Operations.Request.of("mount-dataset", "zfsmount", name),
                transaction -> existing(transaction, name, "mount"));
    }

    @Override
    public void setOwner(String name, @Nullable Long uid, @Nullable Long gid, @Nullable String mode) {
        operations.run(Operations.Request.of("chown-dataset", "chown", name), transaction -> {
            Row.Dataset row = existing(transaction, name, "change owner of");
            if (mountpoint(transaction, name) == null) {
                throw Transaction.refused("cannot change owner of '" + name + "': it is not mounted");
            }
            transaction.put(Table.DATASET, name, row.withOwner(uid, gid, mode == null ? null : fourDigits(mode)));
        });
    }

    private static String fourDigits(String mode) {
        return "0000".substring(Math.min(4, mode.length())) + mode;
    }

    @Override
    public void setMark(String name, @Nullable Mark mark) {
        operations.run(
                Operations.Request.of("mark-dataset", "zfsset", name),
                transaction -> transaction.put(
                        Table.DATASET,
                        name,
                        existing(transaction, name, "set property for").withMark(mark)));
    }

    @Override
    public void snapshot(String name, String snapshot) {
        operations.run(Operations.Request.of("snapshot-dataset", "zfssnapshot", name), transaction -> {
            Row.Dataset row = existing(transaction, name, "create snapshot of");
            if (row.snapshots().contains(snapshot)) {
                throw Transaction.refused(
                        "cannot create snapshot '" + name + "@" + snapshot + "': dataset already exists");
            }
            List<String> names = new ArrayList<>(row.snapshots());
            names.add(snapshot);
            transaction.put(Table.DATASET, name, row.withSnapshots(names));
            transaction.born("snapshot", name + "@" + snapshot);
        });
    }

    @Override
    public void destroySnapshot(String name, String snapshot) {
        operations.run(Operations.Request.of("destroy-dataset-snapshot", "zfsdestroy", name), transaction -> {
            Row.Dataset row = existing(transaction, name, "destroy snapshot of");
            if (!row.snapshots().contains(snapshot)) {
                throw Transaction.missing(
                        "could not find any snapshots to destroy; '" + name + "@" + snapshot + "' is not there");
            }
            requireNoClones(transaction, name, snapshot);
            List<String> names = new ArrayList<>(row.snapshots());
            names.remove(snapshot);
            transaction.put(Table.DATASET, name, row.withSnapshots(names));
            transaction.gone("snapshot", name + "@" + snapshot);
        });
    }

    @Override
    public void destroy(String name) {
        operations.run(Operations.Request.of("destroy-dataset", "zfsdestroy", name), transaction -> {
            existing(transaction, name, "destroy");
            if (Space.parent(name) == null) {
                throw Transaction.refused("cannot destroy '" + name + "': operation does not apply to pools");
            }
            requireFree(transaction, name);
            drop(transaction, name);
        });
    }

    private static void requireFree(Transaction transaction, String name) {
        if (transaction.space().children(name) > 0) {
            throw Transaction.refused("cannot destroy '" + name + "': filesystem has children; destroy them first");
        }
        String mountpoint = mountpoint(transaction, name);
        transaction.guests((vmid, guest) -> {
            if (mountpoint != null && guest.running() && GuestForms.usesDirectory(guest.effective(), mountpoint)) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        "cannot destroy '" + name + "': dataset is busy; guest " + vmid + " has " + mountpoint
                                + " mounted, stop it first");
            }
        });
    }

    /** Takes a dataset away with its snapshots; refused while a clone depends on one of them. */
    static void drop(Transaction transaction, String name) {
        Row.Dataset row = existing(transaction, name, "destroy");
        requireNoClones(transaction, name, null);
        row.snapshots().forEach(snapshot -> transaction.gone("snapshot", name + "@" + snapshot));
        transaction.remove(Table.DATASET, name);
        transaction.gone("dataset", name);
        List<String> volumes = new ArrayList<>();
        transaction.volumes((id, volume) -> {
            if (name.equals(volume.dataset())) {
                volumes.add(id);
            }
        });
        volumes.forEach(id -> {
            transaction.remove(Table.VOLUME, id);
            transaction.gone("volume", id);
        });
    }

    private static void requireNoClones(Transaction transaction, String name, @Nullable String snapshot) {
        Row.Dataset self = existing(transaction, name, "destroy");
        if (snapshot == null && self.snapshots().isEmpty()) {
            return;
        }
        String prefix = name + "@" + (snapshot == null ? "" : snapshot);
        transaction.datasets((other, row) -> {
            String origin = row.origin();
            if (origin != null && (snapshot == null ? origin.startsWith(prefix) : origin.equals(prefix))) {
                throw Transaction.refused(
                        "cannot destroy '" + name + "': snapshot has dependent clones such as '" + other + "'");
            }
        });
    }

    private static Row.Dataset existing(Transaction transaction, String name, String verb) {
        return transaction
                .dataset(name)
                .orElseThrow(() -> Transaction.missing("cannot " + verb + " '" + name + "': dataset does not exist"));
    }
}
