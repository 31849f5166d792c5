package ai.thinkheads.phoenix.engine.progress;

import ai.thinkheads.phoenix.api.ResourceKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The engine's activities, now and as they change. */
public interface Progress {

    Optional<Activity> of(ResourceKey key);

    /** The activities about every resource, sorted by key. */
    List<Activity> all();

    /** Calls the listener with every change from now on, in order, until closed. */
    AutoCloseable follow(Consumer<Activity> listener);
}
