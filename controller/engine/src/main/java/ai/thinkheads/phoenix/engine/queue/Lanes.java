package ai.thinkheads.phoenix.engine.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the order in which they are processed: a chain for each priority that there is, the highest first. Adding and
 * taking cost the same however many entries wait.
 */
final class Lanes<K> {
    /** By falling priority; only a sole lane may be empty, so that a steady flow of one priority makes none. */
    private final List<Lane<K>> lanes = new ArrayList<>();

    private int size;

    int size() {
        return size;
    }

    /** Puts it in its place, which is the last one unless its priority was raised while it waited. */
    void add(Entry<K> entry) {
        Lane<K> lane = lane(entry.priority);
        Entry<K> before = lane.last;
        while (before != null && before.order > entry.order) {
            before = before.before;
        }
        Entry<K> after = before == null ? lane.first : before.after;
        entry.before = before;
        entry.after = after;
        if (before == null) {
            lane.first = entry;
        } else {
            before.after = entry;
        }
        if (after == null) {
            lane.last = entry;
        } else {
            after.before = entry;
        }
        size++;
    }

    @Nullable
    Entry<K> poll() {
        if (size == 0) {
            return null;
        }
        Lane<K> lane = lanes.getFirst();
        Entry<K> first = lane.first;
        if (first != null) {
            take(lane, first);
        }
        return first;
    }

    void remove(Entry<K> entry) {
        take(lane(entry.priority), entry);
    }

    private void take(Lane<K> lane, Entry<K> entry) {
        Entry<K> before = entry.before;
        Entry<K> after = entry.after;
        if (before == null) {
            lane.first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            lane.last = before;
        } else {
            after.before = before;
        }
        entry.before = null;
        entry.after = null;
        size--;
        if (lane.first == null && lanes.size() > 1) {
            lanes.remove(lane);
        }
    }

    private Lane<K> lane(int priority) {
        int low = 0;
        int high = lanes.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            int there = lanes.get(middle).priority;
            if (there == priority) {
                return lanes.get(middle);
            }
            if (there > priority) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (lanes.size() == 1 && size == 0) {
            lanes.clear();
            low = 0;
        }
        Lane<K> fresh = new Lane<>(priority);
        lanes.add(low, fresh);
        return fresh;
    }

    private static final class Lane<K> {
        final int priority;

        @Nullable
        Entry<K> first;

        @Nullable
        Entry<K> last;

        Lane(int priority) {
            this.priority = priority;
        }
    }
}
