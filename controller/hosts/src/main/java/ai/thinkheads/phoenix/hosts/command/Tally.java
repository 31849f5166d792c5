package ai.thinkheads.phoenix.hosts.command;

import ai.thinkheads.phoenix.hosts.port.Host;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Counts what a host is asked and told. An operation that uses others on its way counts once. */
public final class Tally {

    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private final ThreadLocal<Boolean> within = ThreadLocal.withInitial(() -> false);

    /** Does something that only looks. */
    public <T> T read(Supplier<T> work) {
        return counted(reads, work);
    }

    /** Does something that changes the host. */
    public <T> T change(Supplier<T> work) {
        return counted(changes, work);
    }

    /** Does something that changes the host. */
    public void change(Runnable work) {
        counted(changes, () -> {
            work.run();
            return true;
        });
    }

    private <T> T counted(AtomicLong counter, Supplier<T> work) {
        if (within.get()) {
            return work.get();
        }
        counter.incrementAndGet();
        within.set(true);
        try {
            return work.get();
        } finally {
            within.remove();
        }
    }

    public Host.Counters counters() {
        return new Host.Counters(reads.get(), changes.get());
    }
}
