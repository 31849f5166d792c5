package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.ResourceKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a pass over one resource came to, and with it when the next one is due. */
public sealed interface Outcome {

    /**
     * All is done that may be done.
     *
     * @param ready whether the resource is Ready by it
     * @param message why it is not Ready; empty when it is
     * @param recheckAfter when to compare again by itself; null for the next resync
     */
    record Settled(boolean ready, String message, @Nullable Duration recheckAfter) implements Outcome {}

    /** Something else has to happen first: its event wakes this resource. */
    record Waiting(List<ResourceKey> on, String message) implements Outcome {}

    /** A lock of the host is held by another resource's step; its release wakes this one. */
    record Contended(String lock) implements Outcome {}

    /** It may succeed later; the queue backs off. */
    record RetryAfter(String reason) implements Outcome {}

    /** It cannot succeed until the resource or the host is changed by somebody; the next resync looks again. */
    record Failed(String reason) implements Outcome {}

    /** The resource was changed during the pass; its event has queued it again. */
    record Superseded() implements Outcome {}

    /** The resource is no more. */
    record Gone() implements Outcome {}
}
