package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Drives objects of the {@link FakeHost}. A property called {@code destroys…} needs a consent to be set, one called
 * {@code replaces…} a consent to a replacement.
 */
final class FakeReconciler<S extends Spec, F extends Facts> implements Reconciler<S, F> {

    private final Kind<S, F> kind;
    private final FakeHost host;
    private final Function<S, Map<String, String>> wanted;
    private final BiFunction<String, @Nullable Map<String, String>, F> facts;
    List<Finding> findings = List.of();

    @Nullable
    Duration recheckAfter;

    private FakeReconciler(
            Kind<S, F> kind,
            FakeHost host,
            Function<S, Map<String, String>> wanted,
            BiFunction<String, @Nullable Map<String, String>, F> facts) {
        this.kind = kind;
        this.host = host;
        this.wanted = wanted;
        this.facts = facts;
    }

    static FakeReconciler<HypervisorSpec, HypervisorFacts> hypervisors(FakeHost host) {
        return new FakeReconciler<>(
                Kinds.HYPERVISOR,
                host,
                spec -> Map.of(),
                (name, seen) -> new HypervisorFacts(
                        seen == null ? null : "9.0", null, name, null, null, List.of(), null, List.of(), null));
    }

    static FakeReconciler<ZfsPoolSpec, ZfsPoolFacts> pools(FakeHost host) {
        return new FakeReconciler<>(
                Kinds.ZFS_POOL,
                host,
                ZfsPoolSpec::properties,
                (name, seen) -> new ZfsPoolFacts(name, seen == null ? null : "ONLINE", null, null, null, null));
    }

    static FakeReconciler<ZfsDatasetSpec, ZfsDatasetFacts> datasets(FakeHost host) {
        return new FakeReconciler<>(
                Kinds.ZFS_DATASET,
                host,
                ZfsDatasetSpec::properties,
                (name, seen) -> new ZfsDatasetFacts(name, null, null, null, seen == null ? Map.of() : seen));
    }

    @Override
    public Kind<S, F> kind() {
        return kind;
    }

    @Override
    public Assessment<F> assess(Resource<S, F> resource, Resources resources) {
        ResourceKey key = resource.key();
        if (!resources.isPreview()) {
            host.assessments.merge(key, 1, Integer::sum);
        }
        host.onAssess.accept(key);
        TreeMap<String, String> seen = host.objects.get(key);
        List<Step.Lock> locks = host.locks.apply(key);
        List<Step> steps = new ArrayList<>();
        if (seen == null) {
            steps.add(new FakeStep("create-object", null, null, Effect.ONLINE, null, locks));
        }
        new TreeMap<>(wanted.apply(resource.spec())).forEach((property, value) -> {
            if (seen == null || !value.equals(seen.get(property))) {
                boolean destroys = property.startsWith("destroys");
                boolean replaces = property.startsWith("replaces");
                steps.add(new FakeStep(
                        "set-property",
                        property,
                        value,
                        destroys ? Effect.DESTROYS_DATA : replaces ? Effect.REPLACE : Effect.ONLINE,
                        destroys || replaces ? property + "/" + resource.name() : null,
                        locks));
            }
        });
        return new Assessment<>(
                new Plan(steps),
                facts.apply(resource.name(), seen == null ? null : Map.copyOf(seen)),
                findings,
                recheckAfter);
    }

    @Override
    public Assessment<F> assessDeletion(Resource<S, F> resource, Resources resources) {
        host.onAssess.accept(resource.key());
        boolean destroy =
                resource.spec().deletionPolicy() == DeletionPolicy.DELETE && host.objects.containsKey(resource.key());
        Plan plan = destroy
                ? Plan.of(new FakeStep(
                        "destroy-object",
                        null,
                        null,
                        Effect.DESTROYS_DATA,
                        "destroy/" + resource.name(),
                        host.locks.apply(resource.key())))
                : Plan.empty();
        return Assessment.of(plan, facts.apply(resource.name(), null));
    }

    @Override
    public void execute(Step step, Resource<S, F> resource, Resources resources) {
        host.change(resource.key(), (FakeStep) step);
    }

    @Override
    public void distrust(Resource<S, F> resource) {
        host.distrusted.add(resource.key());
    }
}
