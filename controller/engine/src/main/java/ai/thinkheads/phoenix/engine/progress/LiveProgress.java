package ai.thinkheads.phoenix.engine.progress;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.progress.Activity.State;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The activities of a running engine. Listeners are called in order by whoever brings the news, and have to be quick. */
public final class LiveProgress implements Progress {

    private final TreeMap<ResourceKey, Activity> now = new TreeMap<>();
    private final List<Consumer<Activity>> listeners = new CopyOnWriteArrayList<>();
    private final InstantSource clock;

    public LiveProgress(InstantSource clock) {
        this.clock = clock;
    }

    /** A resource has come into another state, or its state says something else. */
    public void enter(ResourceKey key, State state, @Nullable String detail, List<ResourceKey> waitsFor) {
        report(key, state, detail, waitsFor, 0);
    }

    /** A pass over a resource has ended in that state. */
    public void endPass(ResourceKey key, State state, @Nullable String detail, List<ResourceKey> waitsFor) {
        report(key, state, detail, waitsFor, 1);
    }

    private synchronized void report(
            ResourceKey key, State state, @Nullable String detail, List<ResourceKey> waitsFor, int ended) {
        Activity old = now.get(key);
        Activity news = new Activity(
                key,
                state,
                detail,
                waitsFor,
                old != null && old.state() == state ? old.since() : clock.instant(),
                (old == null ? 0 : old.passes()) + ended);
        if (news.equals(old)) {
            return;
        }
        now.put(key, news);
        listeners.forEach(each -> each.accept(news));
    }

    /** How many passes over a resource have ended. */
    public synchronized long passes(ResourceKey key) {
        Activity activity = now.get(key);
        return activity == null ? 0 : activity.passes();
    }

    @Override
    public synchronized Optional<Activity> of(ResourceKey key) {
        return Optional.ofNullable(now.get(key));
    }

    @Override
    public synchronized List<Activity> all() {
        return List.copyOf(now.values());
    }

    @Override
    public synchronized AutoCloseable follow(Consumer<Activity> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
