package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.engine.queue.WorkQueue.Backoff;
import java.time.Duration;

/**
 * @param parallelism how many resources are worked on at once, on all hosts together
 * @param resync how often a resource is compared again where its host does not say
 * @param slots how many steps run on one host at once where its Hypervisor does not say
 */
public record EngineConfig(int parallelism, Duration resync, int slots, Backoff backoff) {

    public static final EngineConfig DEFAULT = new EngineConfig(64, Duration.ofMinutes(5), 8, Backoff.DEFAULT);
}
