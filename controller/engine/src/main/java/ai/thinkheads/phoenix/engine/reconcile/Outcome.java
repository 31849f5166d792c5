package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.ResourceKey;
import java.time.Duration;
import java.util.List;

/** What a pass over one resource came to, and with it when the next one is due. */
public sealed interface Outcome {

    /** Nothing is left to do; compare again after that time. */
    record Settled(Duration recheckAfter) implements Outcome {}

    /** Something else has to happen first: its event wakes this resource. */
    record Waiting(List<ResourceKey> on) implements Outcome {}

    /** A lock of the host is held by another resource's step; its release wakes this one. */
    record Contended(String lock) implements Outcome {}

    /** It may succeed later; the queue backs off. */
    record RetryAfter(String reason) implements Outcome {}

    /** It cannot succeed until the resource or the host is changed by somebody. */
    record Failed(String reason, Duration recheckAfter) implements Outcome {}

    /** The resource is no more. */
    record Gone() implements Outcome {}
}
