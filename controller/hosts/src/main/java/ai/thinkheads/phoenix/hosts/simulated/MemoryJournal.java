package ai.thinkheads.phoenix.hosts.simulated;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.TreeMap;

/** The memory of a machine that lasts as long as its driver. Rows are immutable, so they are kept as they are. */
final class MemoryJournal implements Journal {

    private final EnumMap<Table, TreeMap<String, Row>> rows = new EnumMap<>(Table.class);
    private final List<LedgerEntry> ledger = new ArrayList<>();

    /** Another memory of the same. */
    synchronized MemoryJournal copy() {
        MemoryJournal copy = new MemoryJournal();
        rows.forEach((table, kept) -> copy.rows.put(table, new TreeMap<>(kept)));
        copy.ledger.addAll(ledger);
        return copy;
    }

    @Override
    public synchronized Contents load() {
        List<Entry> entries = new ArrayList<>();
        rows.forEach((table, kept) -> kept.forEach((key, row) -> entries.add(new Entry(table, key, row))));
        List<LedgerEntry> kept = List.copyOf(ledger);
        return new Contents(entries, () -> kept);
    }

    @Override
    public synchronized void append(Line line) {
        for (Write write : line.w()) {
            TreeMap<String, Row> kept = rows.computeIfAbsent(Table.of(write.t()), table -> new TreeMap<>());
            if (write.v() instanceof Row row) {
                kept.put(write.k(), row);
            } else {
                kept.remove(write.k());
            }
        }
        ledger.addAll(line.l());
    }

    @Override
    public boolean wantsRewrite() {
        return false;
    }

    @Override
    public synchronized void rewrite(Iterable<Line> lines) {
        rows.clear();
        ledger.clear();
        lines.forEach(this::append);
    }

    @Override
    public void close() {}

    @Override
    public void abandon() {}
}
