package ai.thinkheads.phoenix.api;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a resource. In JSON the three common parts and the fields of {@code facts} stand side by side in
 * {@code status}.
 *
 * @param observedGeneration the {@code metadata.generation} that the rest speaks of; 0 before the first pass
 * @param conditions at most one of each type; never mutated after construction
 * @param plan the steps of the last plan that was not empty, done or not
 * @param facts the kind's own facts; null before the first observation
 */
public record Status<F extends Facts>(
        long observedGeneration,
        List<Condition> conditions,
        List<PlannedStep> plan,
        @Nullable F facts) {

    public Status {
        conditions = List.copyOf(conditions);
        plan = List.copyOf(plan);
    }

    /** The status of a resource that no controller has looked at. */
    public static <F extends Facts> Status<F> unknown() {
        return new Status<>(0, List.of(), List.of(), null);
    }

    /** The condition of that type, if it was ever set. */
    public Optional<Condition> condition(String type) {
        return conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
    }

    /** Whether the condition of that type is {@code True}. */
    public boolean has(String type) {
        return condition(type).map(c -> "True".equals(c.getStatus())).orElse(false);
    }

    /** This status with other facts. */
    public Status<F> withFacts(@Nullable F other) {
        return new Status<>(observedGeneration, conditions, plan, other);
    }
}
