package ai.thinkheads.phoenix.engine.store;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The desired and observed state of every resource, with the guarantees of a Kubernetes API server's storage: every write has a
 * revision above all earlier ones, a write against an outdated revision is refused, and a watch that starts at a list's revision
 * sees every later write once and in order.
 *
 * <p>A write has happened, and survives a crash, when its call returns. Implementations are safe for use by many threads and
 * fulfil {@code StoreContractTest}.
 */
public interface Store extends AutoCloseable {

    /** The resource of that key, if there is one. */
    Optional<Resource<?, ?>> get(ResourceKey key);

    /** The resource of that kind and name, if there is one. */
    default <S extends Spec, F extends Facts> Optional<Resource<S, F>> get(Kind<S, F> kind, String name) {
        return get(new ResourceKey(kind.name(), name)).flatMap(resource -> resource.as(kind));
    }

    /**
     * All resources of a kind, or of every kind, sorted by key, and the revision at which they were so.
     *
     * @param kind null for every kind
     */
    Listing list(@Nullable Kind<?, ?> kind);

    /**
     * Stores a new resource. The store gives it uid, creationTimestamp, generation 1 and resourceVersion; its status is kept.
     *
     * @return the resource as stored
     * @throws StoreException.AlreadyExists when the key is taken
     */
    <S extends Spec, F extends Facts> Resource<S, F> create(Resource<S, F> resource);

    /**
     * Replaces metadata and spec, and keeps the stored status, uid and creationTimestamp. The generation goes up if, and only if,
     * the spec differs. A resource that is being deleted and has lost its last finalizer by this goes away. Replacing something
     * by the same changes nothing, not even the revision.
     *
     * @param resource with the resourceVersion it was read at; 0 means whatever is stored
     * @throws StoreException.NotFound when there is none
     * @throws StoreException.Conflict when the stored revision is another
     */
    <S extends Spec, F extends Facts> Resource<S, F> replace(Resource<S, F> resource);

    /** Replaces the status and nothing else, under the same rules as {@link #replace}. */
    <S extends Spec, F extends Facts> Resource<S, F> replaceStatus(Resource<S, F> resource);

    /**
     * Deletes: at once when there are no finalizers, otherwise by setting deletionTimestamp, which bumps the generation.
     *
     * @param resourceVersion the revision that has to be the stored one; 0 for whatever is stored
     * @return the resource as it is now, or as it was when it went away
     * @throws StoreException.NotFound when there is none
     */
    Resource<?, ?> delete(ResourceKey key, long resourceVersion);

    /**
     * Calls the listener with every change after that revision, in order, one at a time, from a thread of the store; a slow
     * listener delays nobody else.
     *
     * @param after a revision that a list or a write gave
     * @throws StoreException.Expired when the changes since then are no longer kept; list again
     */
    Subscription watch(long after, Predicate<ResourceKey> interest, Listener listener);

    /** The newest revision. */
    long revision();

    @Override
    void close();

    /** What a list answered. */
    record Listing(List<Resource<?, ?>> items, long revision) {
        public Listing {
            items = List.copyOf(items);
        }
    }

    /**
     * One change.
     *
     * @param previous what was there before; null for an addition
     * @param resource what is there now; for a deletion the last state, with the revision of the deletion
     */
    record Change(Type type, @Nullable Resource<?, ?> previous, Resource<?, ?> resource, long revision) {
        /** Kinds of change, in Kubernetes' words. */
        public enum Type {
            ADDED,
            MODIFIED,
            DELETED
        }
    }

    /** Takes changes. */
    interface Listener {
        void changed(Change change);

        /** The subscription has fallen behind what is kept and ends; list again and watch from there. */
        default void expired() {}
    }

    /** A watch that goes on. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
