package ai.thinkheads.phoenix.engine.progress;

import ai.thinkheads.phoenix.api.ResourceKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the engine is doing about one resource.
 *
 * @param detail the step that runs, or what it waits for or failed at, in a person's words; null when there is nothing to say
 * @param waitsFor the resources that have to be ready first, when it is waiting
 * @param since when it came into this state
 * @param passes how many passes over it have ended since the engine started
 */
public record Activity(
        ResourceKey key, State state, @Nullable String detail, List<ResourceKey> waitsFor, Instant since, long passes) {

    public Activity {
        waitsFor = List.copyOf(waitsFor);
    }

    /** The states that a resource goes through. */
    public enum State {
        QUEUED,
        RUNNING,
        WAITING,
        RETRYING,
        FAILED,
        READY,
        /** Settled without being Ready: consent is missing, a restart is due, a health check fails. */
        NOT_READY,
        GONE
    }
}
