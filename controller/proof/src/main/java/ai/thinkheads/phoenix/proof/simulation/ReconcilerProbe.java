package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;

/** A kind's own reconciler, watched. */
record ReconcilerProbe<S extends Spec, F extends Facts>(
        Reconciler<S, F> reconciler, Invariants invariants, Incarnation life) implements Reconciler<S, F> {

    @Override
    public Kind<S, F> kind() {
        return reconciler.kind();
    }

    @Override
    public Assessment<F> assess(Resource<S, F> resource, Resources resources) {
        return reconciler.assess(resource, resources);
    }

    @Override
    public Assessment<F> assessDeletion(Resource<S, F> resource, Resources resources) {
        return reconciler.assessDeletion(resource, resources);
    }

    @Override
    public F intend(Resource<S, F> resource, Assessment<F> assessment, Resources resources) {
        return reconciler.intend(resource, assessment, resources);
    }

    @Override
    public void execute(Step step, Resource<S, F> resource, Resources resources) {
        life.live();
        Invariants.Running running = invariants.begin(step, resource, life);
        boolean well = false;
        try {
            reconciler.execute(step, resource, resources);
            well = true;
        } finally {
            invariants.end(running, well);
        }
    }

    @Override
    public boolean sumsUp() {
        return reconciler.sumsUp();
    }

    @Override
    public F withoutSums(F facts) {
        return reconciler.withoutSums(facts);
    }

    @Override
    public void distrust(Resource<S, F> resource) {
        reconciler.distrust(resource);
    }
}
