package ai.thinkheads.phoenix.engine.event;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The record of events: bounded, the oldest go first, and equal ones are counted instead of kept twice. */
public interface Events {

    void normal(Resource<?, ?> about, String reason, String message);

    void warning(Resource<?, ?> about, String reason, String message);

    /**
     * Events, the oldest first.
     *
     * @param about null for those of every resource
     */
    List<Event> list(@Nullable ResourceKey about);

    /** Calls the listener with every event from now on, also with one whose count goes up, until closed. */
    AutoCloseable follow(Consumer<Event> listener);
}
