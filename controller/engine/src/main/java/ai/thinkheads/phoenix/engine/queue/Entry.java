package ai.thinkheads.phoenix.engine.queue;

import org.jspecify.annotations.Nullable;

/** What a {@link WorkQueue} knows of one key. Links of the table and of the lane that it is in are part of it. */
final class Entry<K> {

    final K key;
    final int hash;
    boolean dirty;
    boolean processing;
    int priority;
    /** Its number among all that were enqueued. */
    long order;

    int failures;
    /** When its delay ends; {@link Long#MAX_VALUE} without one. */
    long dueAt = Long.MAX_VALUE;

    /** Its neighbours in its lane while it is in one. */
    @Nullable
    Entry<K> before;

    @Nullable
    Entry<K> after;

    /** The next one in the same slot of {@link Entries}. */
    @Nullable
    Entry<K> chained;

    Entry(K key, int hash) {
        this.key = key;
        this.hash = hash;
    }
}
