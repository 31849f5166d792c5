package ai.thinkheads.phoenix.kinds.guestclass;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.GuestClassFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestClassSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;

/** Drives GuestClasses, which live in the controller only. */
public final class GuestClassReconciler implements Reconciler<GuestClassSpec, GuestClassFacts> {

    /** Who uses a class changes without its own spec changing. */
    private static final Duration RECHECK = Duration.ofMinutes(1);

    @Inject
    GuestClassReconciler() {}

    @Override
    public Kind<GuestClassSpec, GuestClassFacts> kind() {
        return Kinds.GUEST_CLASS;
    }

    @Override
    public Assessment<GuestClassFacts> assess(Resource<GuestClassSpec, GuestClassFacts> resource, Resources resources) {
        List<String> users = resources.dependents(resource.key()).stream()
                .filter(key -> key.kind().equals(Kinds.LXC_CONTAINER.name())
                        || key.kind().equals(Kinds.VIRTUAL_MACHINE.name()))
                .map(ResourceKey::toString)
                .sorted()
                .toList();
        return new Assessment<>(Plan.empty(), new GuestClassFacts(users), List.of(), RECHECK);
    }

    @Override
    public Assessment<GuestClassFacts> assessDeletion(
            Resource<GuestClassSpec, GuestClassFacts> resource, Resources resources) {
        return Assessment.of(Plan.empty(), new GuestClassFacts(List.of()));
    }

    @Override
    public void execute(Step step, Resource<GuestClassSpec, GuestClassFacts> resource, Resources resources) {
        throw new IllegalArgumentException("a class has no steps of its own: " + step);
    }

    @Override
    public void distrust(Resource<GuestClassSpec, GuestClassFacts> resource) {
        // Nothing of any host is remembered for a class.
    }
}
