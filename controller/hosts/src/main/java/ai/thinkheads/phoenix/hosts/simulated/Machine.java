package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The machine's state, guarded by one lock. It changes by transactions: a function that reads and replaces rows, whose changes
 * count together when it returns and are taken back together when it throws. Nothing waits while the lock is held.
 */
final class Machine {

    /** How many of the last entries of the ledger outlive a rewrite of the journal whatever they tell of. */
    static final int LATEST = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final EnumMap<Table, TreeMap<String, Row>> tables = new EnumMap<>(Table.class);
    private final List<LedgerEntry> ledger = new ArrayList<>();
    /** What the ledger held when the machine was opened, until somebody wants to see it. */
    private @Nullable Supplier<List<LedgerEntry>> ledgerBefore;

    private final Space space = new Space(this::row);
    private final Locks locks;
    private final Tasks tasks = new Tasks();
    private final Journal journal;
    private final HostClock clock;
    private final RandomGenerator random;
    private final Map<Inside, Long> shared = new IdentityHashMap<>();
    private final Map<String, String> published = new ConcurrentHashMap<>();
    private final long[] changes = new long[Table.values().length];
    private long version;
    private long lastNumber;
    private boolean halted;

    Machine(Journal journal, HostClock clock, RandomGenerator random) {
        this.journal = journal;
        this.clock = clock;
        this.random = random;
        this.locks = new Locks(this, clock);
        for (Table table : Table.values()) {
            tables.put(table, new TreeMap<>());
        }
        Journal.Contents contents = journal.load();
        for (Journal.Entry entry : contents.entries()) {
            put(entry.table(), entry.key(), entry.row());
        }
        ledgerBefore = contents.ledger();
    }

    /** Runs a function that only looks. */
    <T> T look(Function<Transaction, T> body) {
        lock.lock();
        try {
            alive();
            return body.apply(new Transaction(this, "look"));
        } finally {
            lock.unlock();
        }
    }

    /** Runs a function that changes rows; all of its changes or none are kept, on disk too when it returns. */
    <T> T change(String operation, Function<Transaction, T> body) {
        lock.lock();
        try {
            alive();
            Transaction transaction = new Transaction(this, operation);
            T result = body(transaction, body);
            commit(transaction);
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Runs such a function and takes everything back: it throws what the change would throw now. */
    void rehearse(String operation, Function<Transaction, ?> body) {
        lock.lock();
        try {
            alive();
            Transaction transaction = new Transaction(this, operation);
            body(transaction, body);
            undo(transaction);
        } finally {
            lock.unlock();
        }
    }

    private <T> T body(Transaction transaction, Function<Transaction, T> body) {
        boolean done = false;
        try {
            T result = body.apply(transaction);
            done = true;
            return result;
        } finally {
            if (!done) {
                undo(transaction);
            }
        }
    }

    private void commit(Transaction transaction) {
        if (transaction.writes.isEmpty()) {
            return;
        }
        List<Journal.Write> writes = new ArrayList<>(transaction.writes.size());
        transaction.writes.forEach(
                (place, row) -> writes.add(new Journal.Write(place.table().word(), place.key(), row)));
        boolean written = false;
        try {
            journal.append(new Journal.Line(writes, transaction.entries));
            written = true;
        } finally {
            if (!written) {
                undo(transaction);
            }
        }
        ledger.addAll(transaction.entries);
        if (transaction.writes.keySet().stream().anyMatch(place -> place.table() != Table.EXTRA)) {
            version++;
        }
        if (journal.wantsRewrite()) {
            compact();
        }
    }

    private void undo(Transaction transaction) {
        for (int i = transaction.before.size() - 1; i >= 0; i--) {
            Transaction.Before before = transaction.before.get(i);
            put(before.table(), before.key(), before.row());
        }
        transaction.before.clear();
        transaction.writes.clear();
        transaction.entries.clear();
    }

    private void compact() {
        Set<Long> used = new HashSet<>();
        rows(Table.NODE).forEach((key, row) -> used.add(((Row.Node) row).inside()));
        rows(Table.VOLUME).forEach((key, row) -> used.add(((Row.Volume) row).contents()));
        rows(Table.GUEST)
                .forEach((key, row) -> ((Row.Guest) row)
                        .snapshots()
                        .forEach(snapshot -> used.addAll(snapshot.contents().values())));
        rows(Table.EXTRA).forEach((key, row) -> used.add(((Row.Extra) row).contents()));
        rows(Table.CONTENTS).keySet().removeIf(key -> !used.contains(Long.valueOf(key)));
        recall();
        forget();
        List<Journal.Line> lines = new ArrayList<>();
        lines.add(new Journal.Line(List.of(), List.copyOf(ledger)));
        tables.forEach((table, rows) -> rows.forEach((key, row) ->
                lines.add(new Journal.Line(List.of(new Journal.Write(table.word(), key, row)), List.of()))));
        journal.rewrite(lines);
    }

    /** Leaves out of the ledger what came and went long ago; that something came to be is kept for as long as it is there. */
    private void forget() {
        int old = ledger.size() - LATEST;
        if (old <= 0) {
            return;
        }
        Set<String> present = new HashSet<>();
        for (LedgerEntry entry : ledger) {
            String thing = entry.what() + " " + entry.name();
            if (entry.created()) {
                present.add(thing);
            } else {
                present.remove(thing);
            }
        }
        List<LedgerEntry> kept = new ArrayList<>();
        for (int i = ledger.size() - 1; i >= 0; i--) {
            LedgerEntry entry = ledger.get(i);
            boolean birth = entry.created() && present.remove(entry.what() + " " + entry.name());
            if (i >= old || birth) {
                kept.add(entry);
            }
        }
        ledger.clear();
        ledger.addAll(kept.reversed());
    }

    /** Puts a row in its place, or takes it out. Only transactions and the constructor call this. */
    void put(Table table, String key, @Nullable Row row) {
        Map<String, Row> rows = rows(table);
        changes[table.ordinal()]++;
        if (table == Table.DATASET) {
            space.replace(key, (Row.Dataset) rows.get(key), (Row.Dataset) row);
        }
        if (table == Table.CONTENTS) {
            lastNumber = Math.max(lastNumber, Long.parseLong(key));
        }
        if (row == null) {
            rows.remove(key);
        } else {
            rows.put(key, row);
        }
    }

    TreeMap<String, Row> rows(Table table) {
        TreeMap<String, Row> rows = tables.get(table);
        if (rows == null) {
            throw new IllegalStateException("no table " + table);
        }
        return rows;
    }

    @Nullable
    Row row(Table table, String key) {
        return rows(table).get(key);
    }

    /** The number under which that very content is kept; null when it is not. */
    @Nullable
    Long known(Inside inside) {
        Long number = shared.get(inside);
        return number != null
                        && row(Table.CONTENTS, String.valueOf(number)) instanceof Row.Contents kept
                        && kept.inside() == inside
                ? number
                : null;
    }

    void remember(Inside inside, long number) {
        if (shared.size() > 1_000) {
            shared.clear();
        }
        shared.put(inside, number);
    }

    /** The checksums of what URLs give that somebody has decided; any other URL gives what is expected of it. */
    Map<String, String> published() {
        return published;
    }

    /** A number that no content has had. */
    long nextNumber() {
        return lastNumber + 1;
    }

    Space space() {
        return space;
    }

    Locks locks() {
        return locks;
    }

    Tasks tasks() {
        return tasks;
    }

    HostClock clock() {
        return clock;
    }

    RandomGenerator random() {
        return random;
    }

    /** Grows with every change of what is observed; two equal ones mean that nothing has changed between. */
    long version() {
        return version;
    }

    /** Grows with every change of one of those tables, one that is taken back included. */
    long changes(Table... of) {
        long sum = 0;
        for (Table table : of) {
            sum += changes[table.ordinal()];
        }
        return sum;
    }

    List<LedgerEntry> ledger() {
        lock.lock();
        try {
            recall();
            return List.copyOf(ledger);
        } finally {
            lock.unlock();
        }
    }

    private void recall() {
        if (ledgerBefore != null) {
            ledger.addAll(0, ledgerBefore.get());
            ledgerBefore = null;
        }
    }

    /** Runs something under the lock that guards the state. */
    <T> T guarded(java.util.function.Supplier<T> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }

    private void alive() {
        if (halted) {
            throw new HostException(
                    HostException.Cause.UNREACHABLE, "the simulated machine was closed or opened anew; open it again");
        }
    }

    boolean isHalted() {
        return guarded(() -> halted);
    }

    /** Ends this machine as kill -9 would: operations that have not returned leave nothing behind. */
    void halt() {
        lock.lock();
        try {
            if (!halted) {
                halted = true;
                journal.abandon();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends this machine and forces its journal to the disk. */
    void close() {
        lock.lock();
        try {
            if (!halted) {
                halted = true;
                journal.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
