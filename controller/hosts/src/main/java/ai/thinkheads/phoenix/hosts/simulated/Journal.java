package ai.thinkheads.phoenix.hosts.simulated;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A machine's memory: what was appended to it is there when the machine is opened again. */
interface Journal extends AutoCloseable {

    /** One row put into a table, or taken out of it when the row is null. */
    record Write(String t, String k, @Nullable Object v) {}

    /** One transaction. */
    record Line(List<Write> w, List<LedgerEntry> l) {}

    /** What was read back: a row to put or, when null, to take out. */
    record Entry(Table table, String key, @Nullable Row row) {}

    /**
     * All that was read back, in order.
     *
     * @param ledger reads the ledger, which most who open a machine never look at
     */
    record Contents(List<Entry> entries, Supplier<List<LedgerEntry>> ledger) {}

    /** Everything that was kept. */
    Contents load();

    /** Adds one transaction. It outlives the process that added it once this returns. */
    void append(Line line);

    /** Whether enough of it is history, so that {@link #rewrite} would make it smaller. */
    boolean wantsRewrite();

    /** Keeps only these instead of all. */
    void rewrite(Iterable<Line> lines);

    /** Ends in order. */
    @Override
    void close();

    /** Ends as with a killed process: nothing more is kept. */
    void abandon();
}
