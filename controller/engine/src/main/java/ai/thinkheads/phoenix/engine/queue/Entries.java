package ai.thinkheads.phoenix.engine.queue;

import org.jspecify.annotations.Nullable;

/**
 * Entries by their key. A hash table of its own because an entry comes and goes with every pass of a resource: here that makes one
 * object and looks a key up by a single comparison.
 */
final class Entries<K> {

    private static final int LEAST_SLOTS = 64;

    private @Nullable Entry<K>[] slots = slots(LEAST_SLOTS);
    private int size;

    /** The entry of that key, if there is one. */
    @Nullable
    Entry<K> find(K key) {
        int hash = hash(key);
        Entry<K> entry = slots[hash & (slots.length - 1)];
        while (entry != null && !(entry.hash == hash && (entry.key == key || entry.key.equals(key)))) {
            entry = entry.chained;
        }
        return entry;
    }

    /** The entry of that key, made if there is none. */
    Entry<K> at(K key) {
        Entry<K> found = find(key);
        if (found != null) {
            return found;
        }
        if (size >= slots.length) {
            grow();
        }
        Entry<K> fresh = new Entry<>(key, hash(key));
        link(slots, fresh);
        size++;
        return fresh;
    }

    void remove(Entry<K> entry) {
        int slot = entry.hash & (slots.length - 1);
        Entry<K> each = slots[slot];
        if (each == entry) {
            slots[slot] = entry.chained;
            size--;
            return;
        }
        while (each != null) {
            if (each.chained == entry) {
                each.chained = entry.chained;
                size--;
                return;
            }
            each = each.chained;
        }
    }

    private void grow() {
        @Nullable Entry<K>[] larger = slots(slots.length * 2);
        for (Entry<K> first : slots) {
            Entry<K> each = first;
            while (each != null) {
                Entry<K> next = each.chained;
                link(larger, each);
                each = next;
            }
        }
        slots = larger;
    }

    private static <K> void link(@Nullable Entry<K>[] slots, Entry<K> entry) {
        int slot = entry.hash & (slots.length - 1);
        entry.chained = slots[slot];
        slots[slot] = entry;
    }

    /** Spreads the hash of similar keys over the low bits, which choose the slot. */
    private static int hash(Object key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash ^ (hash >>> 16);
    }

    @SuppressWarnings("unchecked") // an array that nobody else sees, of which only entries of K come out
    private static <K> @Nullable Entry<K>[] slots(int count) {
        return (Entry<K>[]) new Entry<?>[count];
    }
}
