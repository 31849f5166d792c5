package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What of a plan may be done.
 *
 * @param allowed the steps that may run, in order
 * @param refused the steps that need a consent that is not there
 */
record Consent(List<Step> allowed, List<Step> refused) {

    /**
     * Sorts a plan by the consent annotation. A step after a refused replacement is not allowed either: it would change what is to
     * be replaced.
     */
    static Consent of(Resource<?, ?> resource, Plan plan) {
        Set<String> given = new TreeSet<>();
        for (String word : resource.annotation(Annotations.CONSENT).orElse("").split(",")) {
            given.add(word.strip());
        }
        List<Step> allowed = new ArrayList<>();
        List<Step> refused = new ArrayList<>();
        boolean stopped = false;
        for (Step step : plan.steps()) {
            String word = step.consent();
            if (word != null && !given.contains(word)) {
                refused.add(step);
                stopped |= step.effect() == Effect.REPLACE;
            } else if (!stopped) {
                allowed.add(step);
            }
        }
        return new Consent(List.copyOf(allowed), List.copyOf(refused));
    }

    /** What is refused and how to allow it, for the condition. */
    String message(Resource<?, ?> resource) {
        List<String> words = refused.stream()
                .map(Step::consent)
                .map(String::valueOf)
                .distinct()
                .toList();
        List<String> actions = refused.stream().map(Step::action).distinct().toList();
        return String.join("; ", actions) + " - not done without your consent; to give it: phoenixctl annotate "
                + resource.key() + " " + Annotations.CONSENT + "=" + String.join(",", words);
    }
}
