package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** A host in memory: objects with properties, and everything a test wants to see or to go wrong. */
final class FakeHost {

    /** What is there: the properties of each object. */
    final Map<ResourceKey, TreeMap<String, String>> objects = new TreeMap<>();
    /** What was done, in order: {@code create-object ZfsPool/tank}. */
    final List<String> changes = new ArrayList<>();
    /** How often each resource was compared. */
    final Map<ResourceKey, Integer> assessments = new HashMap<>();

    final Set<ResourceKey> distrusted = new HashSet<>();
    /** Runs before each change and may throw. */
    Consumer<String> beforeChange = change -> {};
    /** Runs after each change and may throw, as if the answer were lost. */
    Consumer<String> afterChange = change -> {};
    /** Runs in each comparison and may throw. */
    Consumer<ResourceKey> onAssess = key -> {};
    /** What the host makes of a value that it is given. */
    Function<String, String> normalise = value -> value;

    Function<ResourceKey, List<Step.Lock>> locks = key -> List.of();
    Function<ResourceKey, Duration> duration = key -> Duration.ZERO;
    Consumer<Duration> sleep = time -> {};
    private final Set<String> exclusive = new HashSet<>();
    /** What must never happen and did. */
    final List<String> violations = new ArrayList<>();

    int atOnce;
    int mostAtOnce;

    void change(ResourceKey key, FakeStep step) {
        String what = step.operation() + " " + key + (step.property() == null ? "" : " " + step.property());
        beforeChange.accept(what);
        enter(step);
        Duration time = duration.apply(key);
        if (!time.isZero()) {
            sleep.accept(time);
        }
        leave(step);
        changes.add(what);
        step.apply(objects, key, normalise);
        afterChange.accept(what);
    }

    private void enter(FakeStep step) {
        for (Step.Lock lock : step.locks()) {
            if (lock.permits() == 1 && !exclusive.add(lock.name())) {
                violations.add("two steps with the lock " + lock.name() + " at once");
            }
        }
        mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    }

    private void leave(FakeStep step) {
        atOnce--;
        step.locks().forEach(lock -> exclusive.remove(lock.name()));
    }

    int assessments(ResourceKey key) {
        return assessments.getOrDefault(key, 0);
    }
}
