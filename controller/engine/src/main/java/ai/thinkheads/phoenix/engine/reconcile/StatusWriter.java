package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the next status of a resource out of the last one. A condition keeps its time of transition while its status is the same. */
final class StatusWriter {

    private StatusWriter() {}

    /**
     * @param ready the condition Ready
     * @param plan the plan of this pass; an empty one leaves the last one standing
     * @param findings the other conditions
     * @param facts null leaves the last ones standing
     */
    static <S extends Spec, F extends Facts> Status<F> next(
            Resource<S, F> resource,
            Instant now,
            Finding ready,
            List<PlannedStep> plan,
            List<Finding> findings,
            @Nullable F facts) {
        Status<F> old = resource.status();
        TreeMap<String, Finding> wanted = new TreeMap<>();
        // What was said once and is not said any more is no longer so.
        for (Condition each : old.conditions()) {
            wanted.put(each.getType(), new Finding(each.getType(), false, "NotSo", "", false));
        }
        findings.forEach(each -> wanted.put(each.type(), each));
        wanted.put(Conditions.READY, ready);
        List<Condition> conditions = new ArrayList<>();
        for (Finding each : wanted.values()) {
            conditions.add(condition(each, old, resource.generation(), now));
        }
        return new Status<>(
                resource.generation(),
                conditions,
                plan.isEmpty() ? old.plan() : plan,
                facts == null ? old.facts() : facts);
    }

    private static Condition condition(Finding wanted, Status<?> old, long generation, Instant now) {
        String status = wanted.status() ? "True" : "False";
        Condition before = old.condition(wanted.type()).orElse(null);
        boolean same = before != null && status.equals(before.getStatus());
        if (before != null && same && wanted.reason().equals("NotSo")) {
            return new ConditionBuilder(before)
                    .withObservedGeneration(generation)
                    .build();
        }
        String since = before != null && same && before.getLastTransitionTime() != null
                ? before.getLastTransitionTime()
                : now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new ConditionBuilder()
                .withType(wanted.type())
                .withStatus(status)
                .withReason(wanted.reason())
                .withMessage(wanted.message())
                .withObservedGeneration(generation)
                .withLastTransitionTime(since)
                .build();
    }
}
