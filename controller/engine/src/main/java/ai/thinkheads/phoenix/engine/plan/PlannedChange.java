package ai.thinkheads.phoenix.engine.plan;

import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.ResourceKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What applying a set would do about one of its resources.
 *
 * @param action what would happen to the resource in the store
 * @param steps what would happen on the host
 * @param blocked why nothing or not everything of it would happen now; null when nothing is in the way
 * @param compared whether it was compared with the host; false when that failed, and nobody knows whether there would be steps
 */
public record PlannedChange(
        ResourceKey key,
        Action action,
        List<PlannedStep> steps,
        @Nullable String blocked,
        boolean compared) {

    public PlannedChange {
        steps = List.copyOf(steps);
    }

    /** What happens to a resource in the store. */
    public enum Action {
        CREATED,
        CONFIGURED,
        UNCHANGED,
        PRUNED
    }
}
