package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.plan.Step;
import java.util.List;

/**
 * How one kind is driven. The engine calls {@link #assess} for a diff and for a pass alike, so that what a diff prints is what a
 * pass does; it asks for consent, runs the steps one by one, assesses again and calls the resource Ready only when nothing is
 * left to do.
 *
 * <p>Implementations hold no state of a resource between calls. The engine never calls two methods for one resource at once.
 */
public interface Reconciler<S extends Spec, F extends Facts> {

    Kind<S, F> kind();

    /**
     * Compares the resource with the host as last read and plans. Changes nothing anywhere. A reference that cannot be resolved
     * yet is planned for as far as possible, since diffs ask before anything exists.
     *
     * @throws ReconcileException when the host cannot be read, or when the spec asks for something that it cannot have
     */
    Assessment<F> assess(Resource<S, F> resource, Resources resources);

    /** The same for a resource that is being deleted: what has to be done until it may go away. */
    Assessment<F> assessDeletion(Resource<S, F> resource, Resources resources);

    /**
     * What has to be durable before the first step of the plan runs, such as the number of a guest that is about to be created.
     *
     * @return facts to store first; the assessment's own facts when there is nothing to add
     */
    default F intend(Resource<S, F> resource, Assessment<F> assessment, Resources resources) {
        return assessment.facts();
    }

    /**
     * Does one step of the last assessment on the host, waits for its end and reads back what it changed. Has to be safe to run
     * again after a crash in the middle.
     *
     * @throws ReconcileException when the host refuses or fails
     */
    void execute(Step step, Resource<S, F> resource, Resources resources);

    /** What the host warned of while it did the last step, which it did all the same. Each becomes an event. */
    default List<String> warnings(Resource<S, F> resource, Resources resources) {
        return List.of();
    }

    /**
     * Whether the facts count what other resources did on the host, such as guests or space taken. Such resources are looked at
     * once more when the rest has come to rest.
     */
    default boolean sumsUp() {
        return false;
    }

    /** The facts that others may depend on: all of them less those that {@linkplain #sumsUp sum up}. */
    default F withoutSums(F facts) {
        return facts;
    }

    /** The next assessment of this resource has to read its host anew: something went wrong or somebody asked for it. */
    void distrust(Resource<S, F> resource);
}
