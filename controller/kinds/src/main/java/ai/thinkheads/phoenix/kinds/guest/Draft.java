package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import java.util.List;

/** What a planner says: the steps, and what else there is to tell. */
public record Draft(Plan plan, List<Finding> findings) {

    public Draft {
        findings = List.copyOf(findings);
    }
}
