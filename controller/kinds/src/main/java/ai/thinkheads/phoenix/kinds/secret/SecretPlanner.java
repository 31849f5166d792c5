package ai.thinkheads.phoenix.kinds.secret;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.SecretFacts;
import ai.thinkheads.phoenix.api.v1alpha1.SecretSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares a Secret with what the vault holds for it, by fingerprints only. */
public final class SecretPlanner {

    /** What a fingerprint begins with, which a stored manifest holds in place of a literal value. */
    public static final String SEALED = "sealed:";

    private SecretPlanner() {}

    /**
     * What has to be sealed or forgotten.
     *
     * @param held fingerprints of what the vault holds, by key
     * @param offered fingerprints of what literals, files and the environment say now, by key; none for generated values
     */
    public static Assessment<SecretFacts> assess(
            Resource<SecretSpec, SecretFacts> resource, Map<String, String> held, Map<String, String> offered) {
        List<Step> steps = new ArrayList<>();
        Set<String> keys = new TreeSet<>();
        new TreeMap<>(resource.spec().stringData()).forEach((key, literal) -> {
            keys.add(key);
            String now = held.get(key);
            boolean sealed = literal.startsWith(SEALED);
            if (sealed && !literal.equals(now)) {
                throw new ReconcileException(
                        "ValueLost",
                        resource.key() + ": spec.stringData." + key
                                + ": the vault does not hold this value any more; apply"
                                + " the manifest that has it again",
                        false,
                        null);
            }
            if (!sealed && !same(offered, held, key)) {
                steps.add(new SecretStep.Seal(key, "spec.stringData." + key, "the manifest"));
            }
        });
        new TreeMap<>(resource.spec().valueFrom()).forEach((key, source) -> {
            keys.add(key);
            boolean wanted = source.generate() != null ? !held.containsKey(key) : !same(offered, held, key);
            if (wanted) {
                steps.add(new SecretStep.Seal(key, "spec.valueFrom." + key, words(source)));
            }
        });
        new TreeSet<>(held.keySet())
                .stream().filter(key -> !keys.contains(key)).forEach(key -> steps.add(new SecretStep.Forget(key)));
        return Assessment.of(new Plan(steps), new SecretFacts(List.copyOf(keys)));
    }

    private static boolean same(Map<String, String> offered, Map<String, String> held, String key) {
        String value = offered.get(key);
        return value != null && value.equals(held.get(key));
    }

    private static String words(SecretSpec.Source source) {
        if (source.file() != null) {
            return "file " + source.file();
        }
        return source.environment() != null ? "environment variable " + source.environment() : "random characters";
    }
}
