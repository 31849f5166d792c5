package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.engine.plan.Plan;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of comparing a resource with its host.
 *
 * @param plan what has to be done
 * @param facts what was seen
 * @param findings what else there is to say; with a {@link Finding#blocksReady} one the resource is not Ready even if the plan
 *     is empty
 * @param recheckAfter when to compare again although nothing has changed; null for the host's resync interval
 */
public record Assessment<F extends Facts>(
        Plan plan,
        F facts,
        List<Finding> findings,
        @Nullable Duration recheckAfter) {

    public Assessment {
        findings = List.copyOf(findings);
    }

    public static <F extends Facts> Assessment<F> of(Plan plan, F facts) {
        return new Assessment<>(plan, facts, List.of(), null);
    }

    /**
     * A condition beside Ready that the kind has to report. A type that is not among the findings is no longer true.
     *
     * @param type the condition type, of {@link ai.thinkheads.phoenix.api.Conditions}
     * @param status true or false
     * @param reason one CamelCase word
     * @param message for a person: what, why and what to do
     * @param blocksReady whether the resource is not Ready because of it
     */
    public record Finding(String type, boolean status, String reason, String message, boolean blocksReady) {}
}
