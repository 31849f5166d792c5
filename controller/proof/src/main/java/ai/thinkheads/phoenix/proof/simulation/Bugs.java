package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.daemon.gitops.GitSource;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a seeded bug puts between the parts of a controller. Without an override a part stays what it is. */
interface Bugs {

    /** No bug. */
    Bugs NONE = new Bugs() {};

    /** The store as the controller and its clients see it. */
    default Store store(Store store, RandomGenerator random) {
        return store;
    }

    /** Where the engine's passes run. */
    default Scheduler scheduler(Scheduler scheduler, RandomGenerator random) {
        return scheduler;
    }

    /** A kind's reconciler as the engine sees it. */
    default <S extends Spec, F extends Facts> Reconciler<S, F> reconciler(Reconciler<S, F> reconciler) {
        return reconciler;
    }

    /** A Git server as the controller sees it. */
    default GitSource git(GitSource git) {
        return git;
    }

    /**
     * A call of a host.
     *
     * @param port {@code host}, {@code containers}, {@code zfsPools} …
     * @param args as the kinds give them
     */
    default @Nullable Object call(String port, String method, @Nullable Object[] args, HostCall next) {
        return next.go(args);
    }

    /** Goes on with a call. */
    interface HostCall {
        @Nullable
        Object go(@Nullable Object[] args);
    }
}
