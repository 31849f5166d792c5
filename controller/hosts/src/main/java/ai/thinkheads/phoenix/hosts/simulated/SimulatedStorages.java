package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.Storages;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The storages that are defined on the machine. */
final class SimulatedStorages implements Storages {

    /** The system's own file system. */
    private static final ByteSize ROOT_SIZE = ByteSize.ofGi(94);

    private static final ByteSize THIN_SIZE = ByteSize.ofGi(320);
    private static final ByteSize NFS_SIZE = ByteSize.ofGi(10_240);
    private static final Set<String> BLOCK_CONTENT = Set.of("images", "rootdir");
    private static final Map<String, Set<String>> FIXED = Map.of(
            "zfspool", Set.of("pool"),
            "dir", Set.of("path"),
            "nfs", Set.of("server", "export", "path"),
            "lvmthin", Set.of("vgname", "thinpool"));
    private static final Map<String, Set<String>> REQUIRED = Map.of(
            "zfspool", Set.of("pool"),
            "dir", Set.of("path"),
            "nfs", Set.of("server", "export"),
            "lvmthin", Set.of("vgname", "thinpool"));

    private final Operations operations;

    SimulatedStorages(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Optional<Observed> read(String id) {
        return operations.read(
                "read-one",
                transaction ->
                        transaction.storage(id).map(row -> observe(transaction, id, row, volumes(transaction, id))));
    }

    private static int volumes(Transaction transaction, String id) {
        AtomicInteger count = new AtomicInteger();
        transaction.volumes((volume, row) -> count.addAndGet(row.storage().equals(id) ? 1 : 0));
        transaction.files((volume, row) -> count.addAndGet(row.storage().equals(id) ? 1 : 0));
        return count.get();
    }

    static Observed observe(Transaction transaction, String id, Row.Storage row, int volumes) {
        boolean active = isActive(transaction, row);
        String dataset = active ? dataset(transaction, row) : null;
        long available = active ? available(transaction, row, dataset) : 0;
        long total = !active
                ? 0
                : dataset == null
                        ? size(row).bytes()
                        : available + transaction.space().used(dataset);
        return new Observed(
                new Definition(id, row.type(), row.content(), row.options()),
                FIXED.getOrDefault(row.type(), Set.of()),
                active,
                new ByteSize(total),
                new ByteSize(available),
                volumes);
    }

    /** Whether volumes of the storage can be reached now. */
    static boolean isActive(Transaction transaction, Row.Storage row) {
        return switch (row.type()) {
            case "zfspool" ->
                transaction.dataset(option(row, "pool")).isPresent()
                        && transaction
                                .pool(Space.pool(option(row, "pool")))
                                .map(pool -> !SimulatedZfsPools.state(transaction, pool)
                                        .equals("SUSPENDED"))
                                .orElse(false);
            case "nfs" -> !option(row, "server").contains("unreachable");
            default -> true;
        };
    }

    /** Bytes that can still be written. */
    static long available(Transaction transaction, Row.Storage row) {
        return available(transaction, row, dataset(transaction, row));
    }

    private static long available(Transaction transaction, Row.Storage row, @Nullable String dataset) {
        if (dataset != null) {
            return transaction.space().available(dataset);
        }
        long[] taken = {0};
        transaction.volumes((volume, each) -> {
            boolean here = each.dataset() == null
                    && transaction
                            .storage(each.storage())
                            .map(other -> sameGround(transaction, row, other))
                            .orElse(false);
            taken[0] += here ? each.bytes() : 0;
        });
        transaction.files((volume, each) -> {
            boolean here = transaction
                    .storage(each.storage())
                    .map(other -> sameGround(transaction, row, other))
                    .orElse(false);
            taken[0] += here ? each.size().bytes() : 0;
        });
        return Math.max(0, size(row).bytes() - taken[0]);
    }

    private static boolean sameGround(Transaction transaction, Row.Storage one, Row.Storage other) {
        if (!one.type().equals(other.type()) || dataset(transaction, other) != null) {
            return false;
        }
        return one.type().equals("dir")
                || option(one, "export").equals(option(other, "export"))
                        && option(one, "vgname").equals(option(other, "vgname"));
    }

    private static ByteSize size(Row.Storage row) {
        return switch (row.type()) {
            case "nfs" -> NFS_SIZE;
            case "lvmthin" -> THIN_SIZE;
            default -> ROOT_SIZE;
        };
    }

    /** The dataset that a storage's content lies in; null when it is on none. */
    static @Nullable String dataset(Transaction transaction, Row.Storage row) {
        return switch (row.type()) {
            case "zfspool" -> option(row, "pool");
            case "dir" -> datasetAt(transaction, option(row, "path"));
            default -> null;
        };
    }

    /** The dataset whose mount point is the closest above a path. */
    static @Nullable String datasetAt(Transaction transaction, String path) {
        String[] best = {null, ""};
        transaction.datasets((name, row) -> {
            if (row.volsize() != null || Space.parent(name) != null && name.contains("/subvol-")) {
                return;
            }
            String mountpoint = SimulatedZfsDatasets.mountpoint(transaction, name);
            if (mountpoint != null
                    && (path.equals(mountpoint) || path.startsWith(mountpoint + "/"))
                    && mountpoint.length() > best[1].length()) {
                best[0] = name;
                best[1] = mountpoint;
            }
        });
        return best[0];
    }

    static String option(Row.Storage row, String name) {
        return row.options().getOrDefault(name, "");
    }

    @Override
    public void create(Definition definition) {
        operations.run(
                Operations.Request.of("create-storage", "storagecreate", definition.id())
                        .files(Locks.storage("cfg")),
                transaction -> {
                    if (!definition.id().matches("[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]")) {
                        throw Transaction.refused(
                                "create storage failed: invalid storage id '" + definition.id() + "'");
                    }
                    if (transaction.storage(definition.id()).isPresent()) {
                        throw Transaction.refused(
                                "create storage failed: storage ID '" + definition.id() + "' already defined");
                    }
                    Row.Storage row = checked(definition);
                    if (!isActive(transaction, row)) {
                        throw Transaction.refused("create storage failed: could not activate storage '"
                                + definition.id() + "', " + reason(row));
                    }
                    transaction.put(Table.STORAGE, definition.id(), row);
                });
    }

    private static String reason(Row.Storage row) {
        return row.type().equals("zfspool")
                ? "zfs error: cannot open '" + option(row, "pool") + "': dataset does not exist"
                : "server '" + option(row, "server") + "' does not answer";
    }

    private static Row.Storage checked(Definition definition) {
        Set<String> required = REQUIRED.get(definition.type());
        if (required == null) {
            throw Transaction.refused("create storage failed: no storage type '" + definition.type() + "'");
        }
        required.forEach(option -> {
            if (definition.options().getOrDefault(option, "").isEmpty()) {
                throw Transaction.refused(option + ": property is missing and it is not optional");
            }
        });
        boolean blocks =
                definition.type().equals("zfspool") || definition.type().equals("lvmthin");
        definition.content().forEach(each -> {
            if (blocks && !BLOCK_CONTENT.contains(each)) {
                throw Transaction.refused(
                        "storage type '" + definition.type() + "' cannot keep content '" + each + "'");
            }
        });
        Map<String, String> options = new HashMap<>(definition.options());
        if (definition.type().equals("zfspool")) {
            options.putIfAbsent("mountpoint", "/" + options.get("pool"));
        }
        if (definition.type().equals("nfs")) {
            options.putIfAbsent("path", "/mnt/pve/" + definition.id());
        }
        Set<String> content = definition.content().isEmpty() ? BLOCK_CONTENT : definition.content();
        return new Row.Storage(definition.type(), content, Map.copyOf(options));
    }

    @Override
    public void update(Definition definition) {
        operations.run(
                Operations.Request.of("update-storage", "storageupdate", definition.id())
                        .files(Locks.storage("cfg")),
                transaction -> {
                    Row.Storage before = existing(transaction, definition.id());
                    Row.Storage after = checked(definition);
                    if (!before.type().equals(after.type())) {
                        throw Transaction.refused(
                                "type: property is not defined in schema: a storage cannot change its type");
                    }
                    for (String option : FIXED.getOrDefault(before.type(), Set.of())) {
                        if (!option(before, option).equals(option(after, option))) {
                            throw Transaction.refused(
                                    option + ": property is not defined in schema: it is fixed; remove the storage"
                                            + " and define it anew");
                        }
                    }
                    transaction.put(Table.STORAGE, definition.id(), after);
                });
    }

    @Override
    public void remove(String id) {
        operations.run(
                Operations.Request.of("remove-storage", "storageremove", id).files(Locks.storage("cfg")),
                transaction -> {
                    existing(transaction, id);
                    transaction.remove(Table.STORAGE, id);
                });
    }

    static Row.Storage existing(Transaction transaction, String id) {
        return transaction.storage(id).orElseThrow(() -> Transaction.missing("storage '" + id + "' does not exist"));
    }

    /** The storage, when it may keep such content and can be reached. */
    static Row.Storage usable(Transaction transaction, String id, String content) {
        Row.Storage row = existing(transaction, id);
        if (!row.content().contains(content)) {
            throw Transaction.refused(
                    "storage '" + id + "' does not support content type '" + content + "'; add it to its content");
        }
        if (!isActive(transaction, row)) {
            throw Transaction.refused("storage '" + id + "' is not online");
        }
        return row;
    }
}
