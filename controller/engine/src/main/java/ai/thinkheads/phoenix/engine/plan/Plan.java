package ai.thinkheads.phoenix.engine.plan;

import ai.thinkheads.phoenix.api.PlannedStep;
import java.util.List;

/** What has to be done so that the host matches a resource: steps in the order in which they run. Empty when it does match. */
public record Plan(List<Step> steps) {

    private static final Plan EMPTY = new Plan(List.of());

    public Plan {
        steps = List.copyOf(steps);
    }

    public static Plan empty() {
        return EMPTY;
    }

    public static Plan of(Step... steps) {
        return new Plan(List.of(steps));
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }

    /** The plan as people and programs see it. */
    public List<PlannedStep> planned() {
        return steps.stream().map(Step::planned).toList();
    }
}
