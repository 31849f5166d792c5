package ai.thinkheads.phoenix.proof.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/** What happened in a run, in order: as a hash always, as text as far as it is kept. */
final class Trace {

    private static final long PRIME = 0x100000001b3L;

    private final VirtualTime time;
    private final int kept;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;
    private long count;

    /**
     * @param kept how many of the last lines are kept as text
     */
    Trace(VirtualTime time, int kept) {
        this.time = time;
        this.kept = kept;
    }

    void add(String who, String what) {
        count++;
        mix(time.elapsed().toMillis());
        mix(who);
        mix(what);
        if (kept > 0) {
            if (lines.size() >= kept) {
                lines.removeFirst();
            }
            lines.addLast(moment(time.elapsed()) + " " + who + ": " + what);
        }
    }

    private void mix(String text) {
        mix(text.hashCode());
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 29;
    }

    static String moment(Duration at) {
        return "%d:%02d:%02d.%03d".formatted(at.toHours(), at.toMinutesPart(), at.toSecondsPart(), at.toMillisPart());
    }

    String hash() {
        return "%016x".formatted(hash);
    }

    long count() {
        return count;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
