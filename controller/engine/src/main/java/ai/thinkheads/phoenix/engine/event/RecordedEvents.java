package ai.thinkheads.phoenix.engine.event;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Events in memory, at most so many for each resource and in all; a journal can be fed by {@link #follow}. */
public final class RecordedEvents implements Events {

    /** At most so many for each resource. */
    public static final int MOST_EACH = 50;
    /** At most so many in all. */
    public static final int MOST = 2_000;

    private static final int LONGEST_MESSAGE = 1024;

    private final InstantSource clock;
    private final TreeMap<Long, Event> byId = new TreeMap<>();
    private final Map<ResourceKey, TreeMap<Long, Event>> byResource = new HashMap<>();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private Supplier<List<Event>> earlier = List::of;
    private long next = 1;

    public RecordedEvents(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Takes over events from before.
     *
     * @param events gives them, the oldest first; asked once, by the first who looks at events or records one
     */
    public synchronized void load(Supplier<List<Event>> events) {
        earlier = events;
    }

    private void loaded() {
        List<Event> events = earlier.get();
        earlier = List::of;
        for (Event event : events) {
            keep(event);
            next = Math.max(next, event.id() + 1);
        }
    }

    @Override
    public void normal(Resource<?, ?> about, String reason, String message) {
        record(about, "Normal", reason, message);
    }

    @Override
    public void warning(Resource<?, ?> about, String reason, String message) {
        record(about, "Warning", reason, message);
    }

    private synchronized void record(Resource<?, ?> about, String type, String reason, String message) {
        loaded();
        Instant now = clock.instant();
        String text = message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…";
        String uid = Objects.requireNonNullElse(about.metadata().getUid(), "");
        Event event = new Event(next++, about.key(), uid, type, reason, text, 1, now, now);
        for (Event old : byResource
                .getOrDefault(about.key(), new TreeMap<>())
                .descendingMap()
                .values()) {
            if (old.type().equals(type)
                    && old.reason().equals(reason)
                    && old.message().equals(text)
                    && old.uid().equals(uid)) {
                forget(old);
                event = new Event(event.id(), about.key(), uid, type, reason, text, old.count() + 1, old.first(), now);
                break;
            }
        }
        keep(event);
        Event kept = event;
        listeners.forEach(each -> each.accept(kept));
    }

    private void keep(Event event) {
        byId.put(event.id(), event);
        TreeMap<Long, Event> those = byResource.computeIfAbsent(event.about(), any -> new TreeMap<>());
        those.put(event.id(), event);
        if (those.size() > MOST_EACH) {
            forget(those.firstEntry().getValue());
        }
        if (byId.size() > MOST) {
            forget(byId.firstEntry().getValue());
        }
    }

    private void forget(Event event) {
        byId.remove(event.id());
        TreeMap<Long, Event> those = byResource.get(event.about());
        if (those != null) {
            those.remove(event.id());
            if (those.isEmpty()) {
                byResource.remove(event.about());
            }
        }
    }

    @Override
    public synchronized List<Event> list(@Nullable ResourceKey about) {
        loaded();
        List<Event> events = new ArrayList<>(
                about == null
                        ? byId.values()
                        : byResource.getOrDefault(about, new TreeMap<>()).values());
        events.sort(Comparator.comparingLong(Event::id));
        return events;
    }

    @Override
    public synchronized AutoCloseable follow(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
