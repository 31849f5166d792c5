package ai.thinkheads.phoenix.engine.queue;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Keys that wait to be processed.
 *
 * <ul>
 *   <li><b>Fair</b>: keys of one priority are processed in the order in which they were added.
 *   <li><b>Stingy</b>: a key is processed by one worker at a time, and a key that was added several times before it is processed
 *       is processed once.
 *   <li><b>Many producers, many consumers</b>: and a key may be added again while it is processed; it is processed once more
 *       afterwards.
 *   <li><b>Patient</b>: a key may be added with a delay, or after a failure with one that grows each time.
 * </ul>
 *
 * <p>Nothing here blocks or waits: {@link #poll} answers at once, and {@link #nextReadyAt} says when it is worth asking again.
 * Delays are of the monotonic clock, so a clock that jumps moves nothing. Safe for use by many threads.
 */
public final class WorkQueue<K> {

    /** So many delays that have been overtaken may be kept before they are cleared away. */
    private static final int OUTDATED = 256;

    private final BriefLock lock = new BriefLock();

    private final Entries<K> entries = new Entries<>();
    private final Lanes<K> ready = new Lanes<>();
    private final PriorityQueue<Timed<K>> delayed = new PriorityQueue<>(Comparator.comparingLong((Timed<K> t) -> t.at));
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Backoff backoff;
    private long sequence;
    private long adds;
    private long retries;
    private int processing;
    /** Entries that have a delay; those in {@link #delayed} beyond them are outdated. */
    private int waiting;

    /**
     * @param nanos the monotonic clock in nanoseconds
     * @param random for the jitter of retries
     */
    public WorkQueue(LongSupplier nanos, RandomGenerator random, Backoff backoff) {
        this.nanos = nanos;
        this.random = random;
        this.backoff = backoff;
    }

    /**
     * How long a key waits after failures.
     *
     * @param first after the first failure; doubled after each further one
     * @param most the longest
     */
    public record Backoff(Duration first, Duration most) {
        /** Half a second to five minutes. */
        public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(500), Duration.ofMinutes(5));

        /** The delay after that many failures, between a half and the whole of the doubled one. */
        long nanosAfter(int failures, RandomGenerator random) {
            int doublings = Math.min(failures - 1, 40);
            double whole = Math.min(most.toNanos(), first.toNanos() * Math.pow(2, doublings));
            return (long) (whole * (0.5 + random.nextDouble() / 2));
        }
    }

    /**
     * What the queue has done and holds.
     *
     * @param depth keys that could be processed now
     * @param waiting keys whose delay has not passed
     */
    public record Stats(int depth, int waiting, int processing, long adds, long retries) {}

    /** Adds a key; of several priorities the highest counts. */
    public void add(K key, int priority) {
        lock.lock();
        try {
            adds++;
            makeDirty(entries.at(key), priority);
        } finally {
            lock.unlock();
        }
    }

    /** Adds a key once that time has passed; of several delays the shortest counts, and being processed ends them. */
    public void addAfter(K key, Duration delay, int priority) {
        if (delay.isZero() || delay.isNegative()) {
            add(key, priority);
            return;
        }
        lock.lock();
        try {
            delay(entries.at(key), nanos.getAsLong() + delay.toNanos(), priority);
        } finally {
            lock.unlock();
        }
    }

    /** Adds a key that has failed after a delay that grows with each failure, until {@link #forget}. Answers the delay. */
    public Duration retry(K key, int priority) {
        lock.lock();
        try {
            retries++;
            Entry<K> entry = entries.at(key);
            entry.failures++;
            long pause = backoff.nanosAfter(entry.failures, random);
            delay(entry, nanos.getAsLong() + pause, priority);
            return Duration.ofNanos(pause);
        } finally {
            lock.unlock();
        }
    }

    /** The key has succeeded: its next failure counts as the first. */
    public void forget(K key) {
        lock.lock();
        try {
            Entry<K> entry = entries.find(key);
            if (entry != null) {
                entry.failures = 0;
                drop(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next key to process, which then has to be given back by {@link #done}; empty when there is none now. */
    public Optional<K> poll() {
        lock.lock();
        try {
            if (!delayed.isEmpty()) {
                promote(nanos.getAsLong());
            }
            Entry<K> entry = ready.poll();
            if (entry == null) {
                return Optional.empty();
            }
            entry.dirty = false;
            entry.processing = true;
            endDelay(entry);
            processing++;
            return Optional.of(entry.key);
        } finally {
            lock.unlock();
        }
    }

    /** The key is processed. If it was added meanwhile, it is next in line again. */
    public void done(K key) {
        lock.lock();
        try {
            Entry<K> entry = entries.find(key);
            if (entry == null || !entry.processing) {
                return;
            }
            entry.processing = false;
            processing--;
            if (entry.dirty) {
                enqueue(entry);
            } else {
                drop(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /** In how many nanoseconds the next delay ends, 0 when a key is ready now; -1 when there is nothing to wait for. */
    public long nextReadyAt() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            promote(now);
            if (ready.size() > 0) {
                return 0;
            }
            Timed<K> first = delayed.peek();
            return first == null ? -1 : Math.max(1, first.at - now);
        } finally {
            lock.unlock();
        }
    }

    public Stats stats() {
        lock.lock();
        try {
            return new Stats(ready.size(), waiting, processing, adds, retries);
        } finally {
            lock.unlock();
        }
    }

    private void makeDirty(Entry<K> entry, int priority) {
        if (entry.dirty) {
            if (priority > entry.priority) {
                if (entry.processing) {
                    entry.priority = priority;
                } else {
                    ready.remove(entry);
                    entry.priority = priority;
                    ready.add(entry);
                }
            }
            return;
        }
        entry.dirty = true;
        entry.priority = priority;
        if (!entry.processing) {
            enqueue(entry);
        }
    }

    private void enqueue(Entry<K> entry) {
        entry.order = sequence++;
        ready.add(entry);
    }

    private void delay(Entry<K> entry, long at, int priority) {
        if (at < entry.dueAt) {
            if (entry.dueAt == Long.MAX_VALUE) {
                waiting++;
            }
            entry.dueAt = at;
            delayed.add(new Timed<>(at, entry, priority));
            if (delayed.size() > 2 * waiting + OUTDATED) {
                delayed.removeIf(each -> each.at != each.entry.dueAt);
            }
        }
    }

    private void endDelay(Entry<K> entry) {
        if (entry.dueAt != Long.MAX_VALUE) {
            entry.dueAt = Long.MAX_VALUE;
            waiting--;
        }
    }

    private void promote(long now) {
        Timed<K> first = delayed.peek();
        while (first != null && (first.at <= now || first.at != first.entry.dueAt)) {
            delayed.poll();
            if (first.at == first.entry.dueAt) {
                endDelay(first.entry);
                makeDirty(first.entry, first.priority);
            }
            first = delayed.peek();
        }
    }

    /** Forgets an entry of which nothing has to be known any more. */
    private void drop(Entry<K> entry) {
        if (!entry.dirty && !entry.processing && entry.failures == 0 && entry.dueAt == Long.MAX_VALUE) {
            entries.remove(entry);
        }
    }

    private record Timed<K>(long at, Entry<K> entry, int priority) {}
}
