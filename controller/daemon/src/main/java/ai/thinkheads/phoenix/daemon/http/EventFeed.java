package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.engine.event.Event;
import ai.thinkheads.phoenix.engine.event.Events;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Gives the changes of the event record revisions, so that a list can be continued by a watch. The last changes are kept; who
 * asks for older ones lists again.
 */
final class EventFeed implements AutoCloseable {

    private static final int KEPT = 2_000;

    private final Events events;
    private final AutoCloseable following;
    private final Deque<Change> last = new ArrayDeque<>();
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private long revision;

    EventFeed(Events events) {
        this.events = events;
        List<Event> present = events.list(null);
        this.revision = 1 + (present.isEmpty() ? 0 : present.getLast().id());
        this.following = events.follow(this::changed);
    }

    /**
     * @param revision above those of all earlier changes
     */
    record Change(Event event, long revision) {}

    /** The events, and the revision to watch from. */
    record Listing(List<Event> events, long revision) {}

    private void changed(Event event) {
        synchronized (lock) {
            revision++;
            Change change = new Change(event, revision);
            last.addLast(change);
            if (last.size() > KEPT) {
                last.removeFirst();
            }
            listeners.forEach(listener -> listener.accept(change));
        }
    }

    Listing list() {
        synchronized (lock) {
            return new Listing(events.list(null), revision);
        }
    }

    /** Calls the listener with every change after that revision, until closed. */
    AutoCloseable watch(long after, Consumer<Change> listener) {
        synchronized (lock) {
            if (!last.isEmpty() && after < last.getFirst().revision() - 1 || after > revision) {
                throw ApiError.expired("events since revision " + after + " are no longer kept; list them again");
            }
            last.stream().filter(change -> change.revision() > after).forEach(listener);
            listeners.add(listener);
        }
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        try {
            following.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop following the events", e);
        }
    }
}
