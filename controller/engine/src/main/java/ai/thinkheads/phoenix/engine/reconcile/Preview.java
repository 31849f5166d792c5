package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.plan.PlannedChange;
import ai.thinkheads.phoenix.engine.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What would happen if resources were stored and others deleted: the assessments that passes would make, over a view. */
final class Preview {

    private final Store store;
    private final Map<String, Reconciler<?, ?>> reconcilers;

    Preview(Store store, Map<String, Reconciler<?, ?>> reconcilers) {
        this.store = store;
        this.reconcilers = reconcilers;
    }

    List<PlannedChange> of(List<Resource<?, ?>> overlay, Set<ResourceKey> pruned) {
        OverlayResources view = new OverlayResources(store.list(null).items(), overlay, pruned);
        // Every plan is a function of the view, so that all processors share in them.
        List<PlannedChange> changes = new ArrayList<>(overlay.parallelStream()
                .map(each -> planOne(each, view, action(each), false))
                .toList());
        for (ResourceKey key : pruned) {
            store.get(key).ifPresent(each -> changes.add(planOne(each, view, PlannedChange.Action.PRUNED, true)));
        }
        return changes;
    }

    private PlannedChange.Action action(Resource<?, ?> wanted) {
        Optional<Resource<?, ?>> stored = store.get(wanted.key());
        if (stored.isEmpty()) {
            return PlannedChange.Action.CREATED;
        }
        boolean same = stored.get().spec().equals(wanted.spec())
                && Objects.equals(
                        stored.get().metadata().getLabels(), wanted.metadata().getLabels())
                && Objects.equals(
                        stored.get().metadata().getAnnotations(),
                        wanted.metadata().getAnnotations());
        return same ? PlannedChange.Action.UNCHANGED : PlannedChange.Action.CONFIGURED;
    }

    @SuppressWarnings("unchecked") // a reconciler is registered under the kind whose types it has
    private <S extends Spec, F extends Facts> PlannedChange planOne(
            Resource<S, F> resource, Resources view, PlannedChange.Action action, boolean deletion) {
        Reconciler<S, F> reconciler =
                (Reconciler<S, F>) reconcilers.get(resource.kind().name());
        if (reconciler == null) {
            return new PlannedChange(resource.key(), action, List.of(), null, true);
        }
        if (Pass.isPaused(resource)) {
            return new PlannedChange(resource.key(), action, List.of(), Pass.onHold(resource), true);
        }
        try {
            Assessment<F> assessment =
                    deletion ? reconciler.assessDeletion(resource, view) : reconciler.assess(resource, view);
            Consent consent = Consent.of(resource, assessment.plan());
            return new PlannedChange(
                    resource.key(),
                    action,
                    assessment.plan().planned(),
                    consent.refused().isEmpty() ? null : consent.message(resource),
                    true);
        } catch (ReconcileException e) {
            return new PlannedChange(resource.key(), action, List.of(), e.getMessage(), false);
        }
    }
}
