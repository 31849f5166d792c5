package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A look at the state, and the changes that one operation makes to it. Used only while the machine's lock is held. */
final class Transaction {

    private static final String ONLY = "1";

    final List<Before> before = new ArrayList<>();
    final Map<Place, @Nullable Row> writes = new LinkedHashMap<>();
    final List<String> warnings = new ArrayList<>();
    final List<LedgerEntry> entries = new ArrayList<>();
    private final Machine machine;
    private final String operation;

    record Place(Table table, String key) {}

    record Before(Table table, String key, @Nullable Row row) {}

    Transaction(Machine machine, String operation) {
        this.machine = machine;
        this.operation = operation;
    }

    Machine machine() {
        return machine;
    }

    String operation() {
        return operation;
    }

    Space space() {
        return machine.space();
    }

    Instant now() {
        return machine.clock().now();
    }

    void put(Table table, String key, Row row) {
        write(table, key, row);
    }

    void remove(Table table, String key) {
        write(table, key, null);
    }

    private void write(Table table, String key, @Nullable Row row) {
        Row old = machine.row(table, key);
        if (old == row) {
            return;
        }
        before.add(new Before(table, key, old));
        machine.put(table, key, row);
        writes.put(new Place(table, key), row);
    }

    /** What the task's log and status tell beside success. */
    void warn(String text) {
        warnings.add(text);
    }

    void born(String what, String name) {
        entries.add(new LedgerEntry(now(), what, name, true, operation));
    }

    void gone(String what, String name) {
        entries.add(new LedgerEntry(now(), what, name, false, operation));
    }

    private <R extends Row> Optional<R> find(Table table, String key, Class<R> type) {
        Row row = machine.row(table, key);
        return row == null ? Optional.empty() : Optional.of(type.cast(row));
    }

    private <R extends Row> void each(Table table, Class<R> type, BiConsumer<String, R> body) {
        machine.rows(table).forEach((key, row) -> body.accept(key, type.cast(row)));
    }

    Row.Node node() {
        return find(Table.NODE, ONLY, Row.Node.class).orElseThrow(() -> new IllegalStateException("no node"));
    }

    boolean isNew() {
        return machine.row(Table.NODE, ONLY) == null;
    }

    void node(Row.Node node) {
        put(Table.NODE, ONLY, node);
    }

    Row.Gpu gpu() {
        return find(Table.GPU, ONLY, Row.Gpu.class).orElseThrow(() -> new IllegalStateException("no gpus"));
    }

    void gpu(Row.Gpu gpu) {
        put(Table.GPU, ONLY, gpu);
    }

    Optional<Row.Reload> reload() {
        return find(Table.RELOAD, ONLY, Row.Reload.class);
    }

    void reload(Row.@Nullable Reload reload) {
        write(Table.RELOAD, ONLY, reload);
    }

    Optional<Row.Remaining> faults() {
        return find(Table.FAULTS, ONLY, Row.Remaining.class);
    }

    void faults(Row.Remaining remaining) {
        put(Table.FAULTS, ONLY, remaining);
    }

    Optional<Row.Extra> extra(String name) {
        return find(Table.EXTRA, name, Row.Extra.class);
    }

    void extras(BiConsumer<String, Row.Extra> body) {
        each(Table.EXTRA, Row.Extra.class, body);
    }

    Optional<Row.Disk> disk(String path) {
        return find(Table.DISK, path, Row.Disk.class);
    }

    void disks(BiConsumer<String, Row.Disk> body) {
        each(Table.DISK, Row.Disk.class, body);
    }

    Optional<Row.Pool> anyPool(String name) {
        return find(Table.POOL, name, Row.Pool.class);
    }

    /** An imported pool. */
    Optional<Row.Pool> pool(String name) {
        return anyPool(name).filter(Row.Pool::imported);
    }

    void pools(BiConsumer<String, Row.Pool> body) {
        each(Table.POOL, Row.Pool.class, body);
    }

    /** A dataset of an imported pool. */
    Optional<Row.Dataset> dataset(String name) {
        return find(Table.DATASET, name, Row.Dataset.class)
                .filter(row -> pool(Space.pool(name)).isPresent());
    }

    void datasets(BiConsumer<String, Row.Dataset> body) {
        each(Table.DATASET, Row.Dataset.class, body);
    }

    /** The datasets whose names begin with that one's and a slash. */
    java.util.SortedMap<String, Row> below(String dataset) {
        return machine.rows(Table.DATASET).subMap(dataset + "/", dataset + "0");
    }

    Optional<Row.Storage> storage(String id) {
        return find(Table.STORAGE, id, Row.Storage.class);
    }

    void storages(BiConsumer<String, Row.Storage> body) {
        each(Table.STORAGE, Row.Storage.class, body);
    }

    Optional<Row.Bridge> bridge(String name) {
        return find(Table.BRIDGE, name, Row.Bridge.class);
    }

    void bridges(BiConsumer<String, Row.Bridge> body) {
        each(Table.BRIDGE, Row.Bridge.class, body);
    }

    void staged(BiConsumer<String, Row.Staged> body) {
        each(Table.STAGED, Row.Staged.class, body);
    }

    Optional<Row.File> file(String volumeId) {
        return find(Table.FILE, volumeId, Row.File.class);
    }

    void files(BiConsumer<String, Row.File> body) {
        each(Table.FILE, Row.File.class, body);
    }

    Optional<Row.Volume> volume(String id) {
        return find(Table.VOLUME, id, Row.Volume.class);
    }

    void volumes(BiConsumer<String, Row.Volume> body) {
        each(Table.VOLUME, Row.Volume.class, body);
    }

    Optional<Row.Guest> guest(int vmid) {
        return find(Table.GUEST, String.valueOf(vmid), Row.Guest.class);
    }

    void guest(int vmid, Row.Guest guest) {
        put(Table.GUEST, String.valueOf(vmid), guest);
    }

    void guests(BiConsumer<Integer, Row.Guest> body) {
        each(Table.GUEST, Row.Guest.class, (key, row) -> body.accept(Integer.valueOf(key), row));
    }

    Inside contents(long number) {
        return find(Table.CONTENTS, String.valueOf(number), Row.Contents.class)
                .map(Row.Contents::inside)
                .orElse(Inside.EMPTY);
    }

    /** Keeps that content and gives the number that it is found by. */
    long keep(Inside inside) {
        if (inside.equals(Inside.EMPTY)) {
            return 0;
        }
        Long known = machine.known(inside);
        if (known != null) {
            return known;
        }
        long number = machine.nextNumber();
        machine.remember(inside, number);
        put(Table.CONTENTS, String.valueOf(number), new Row.Contents(inside));
        return number;
    }

    static HostException refused(String message) {
        return new HostException(HostException.Cause.REFUSED, message);
    }

    static HostException missing(String message) {
        return new HostException(HostException.Cause.NOT_FOUND, message);
    }
}
