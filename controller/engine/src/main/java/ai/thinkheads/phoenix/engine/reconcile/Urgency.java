package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import ai.thinkheads.phoenix.engine.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How urgent a resource is: how many others stand one on the other above it. Counting them all takes time in proportion to their
 * number, so it is done when it is asked for, and seldom enough that a flood of edits does not pay for it each time.
 */
final class Urgency {

    private static final Duration SELDOM = Duration.ofMillis(50);

    private final DependencyGraph graph;
    private final Clock clock;
    private final AtomicBoolean outdated = new AtomicBoolean(true);
    private volatile Map<ResourceKey, Integer> chains = Map.of();
    private volatile @Nullable Duration counted;

    Urgency(DependencyGraph graph, Clock clock) {
        this.graph = graph;
        this.clock = clock;
    }

    void outdated() {
        outdated.set(true);
    }

    int of(ResourceKey key) {
        Duration last = counted;
        boolean due = last == null || clock.elapsed().minus(last).compareTo(SELDOM) > 0;
        if (due && outdated.compareAndSet(true, false)) {
            chains = graph.chains();
            counted = clock.elapsed();
        }
        return chains.getOrDefault(key, 0);
    }
}
