package ai.thinkheads.phoenix.engine.store;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.engine.store.Store.Change;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@link Store}, apart from how a write is made durable. A write is first <em>staged</em>: checked and numbered
 * against the newest state, durable or not. Readers and watchers see it once it is <em>published</em>; staged writes that could
 * not be made durable are <em>dropped</em> together, as if they had never been.
 */
public final class StoreCore {

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<ResourceKey, Resource<?, ?>> published = new TreeMap<>();
    /** What is staged and not published; an empty value is a deletion. */
    private final Map<ResourceKey, Staged> staged = new HashMap<>();

    private final WatchHub hub;
    private final InstantSource clock;
    private final RandomGenerator random;
    private long stagedRevision;
    private long publishedRevision;

    /**
     * @param history how many changes are kept for watches that begin in the past
     */
    public StoreCore(Scheduler scheduler, InstantSource clock, RandomGenerator random, int history) {
        this.hub = new WatchHub(scheduler, history);
        this.clock = clock;
        this.random = random;
    }

    /**
     * A write that is checked and numbered.
     *
     * @param change what it does; null when it does nothing, because everything is so already
     */
    public record Staged(@Nullable Change change, Resource<?, ?> result) {}

    /** Takes over what was durable before; only before any other call. */
    public void load(List<Resource<?, ?>> resources, long revision) {
        resources.forEach(each -> published.put(each.key(), each));
        stagedRevision = revision;
        publishedRevision = revision;
        hub.startAt(revision);
    }

    public Optional<Resource<?, ?>> get(ResourceKey key) {
        lock.lock();
        try {
            return Optional.ofNullable(published.get(key));
        } finally {
            lock.unlock();
        }
    }

    /** All resources of a kind, or of all kinds. */
    public Store.Listing list(@Nullable Kind<?, ?> kind) {
        lock.lock();
        try {
            return new Store.Listing(
                    List.copyOf(
                            kind == null
                                    ? published.values()
                                    : published
                                            .subMap(
                                                    new ResourceKey(kind.name(), ""),
                                                    new ResourceKey(kind.name() + '\0', ""))
                                            .values()),
                    publishedRevision);
        } finally {
            lock.unlock();
        }
    }

    public long revision() {
        lock.lock();
        try {
            return publishedRevision;
        } finally {
            lock.unlock();
        }
    }

    /** Begins a watch. */
    public Store.Subscription watch(long after, Predicate<ResourceKey> interest, Store.Listener listener) {
        lock.lock();
        try {
            // A revision from the future is one of another store: what that watcher knows is worth nothing here.
            if (after > publishedRevision) {
                throw new StoreException.Expired(after, publishedRevision);
            }
            return hub.subscribe(after, interest, listener);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stages a write and hands it to {@code enqueue} before any later one is staged, so that the order is that of the revisions. One
     * that changes nothing is handed over only when it rests on something that is not durable yet.
     */
    public Staged stage(Function<StoreCore, Staged> write, java.util.function.Consumer<Staged> enqueue) {
        lock.lock();
        try {
            Staged result = write.apply(this);
            ResourceKey key = result.result().key();
            if (result.change() != null) {
                staged.put(key, result);
                enqueue.accept(result);
            } else if (staged.containsKey(key)) {
                // What is so already is not durable yet: whoever asked for it is answered when it is.
                enqueue.accept(result);
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Makes durable writes visible, in the order in which they were staged. */
    public void publish(List<Change> changes) {
        lock.lock();
        try {
            for (Change change : changes) {
                ResourceKey key = change.resource().key();
                if (change.type() == Change.Type.DELETED) {
                    published.remove(key);
                } else {
                    published.put(key, change.resource());
                }
                Staged newest = staged.get(key);
                if (newest != null && newest.change() == change) {
                    staged.remove(key);
                }
                publishedRevision = change.revision();
            }
            hub.publish(changes);
        } finally {
            lock.unlock();
        }
    }

    /** Takes back everything that is staged and not published. The caller drops its queue under the same call. */
    public void drop(Runnable clearQueue) {
        lock.lock();
        try {
            staged.clear();
            clearQueue.run();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Resource<?, ?> newest(ResourceKey key) {
        Staged pending = staged.get(key);
        if (pending == null) {
            return published.get(key);
        }
        Change change = pending.change();
        return change != null && change.type() == Change.Type.DELETED ? null : pending.result();
    }

    /** The rules of {@link Store#create}. */
    public <S extends Spec, F extends Facts> Staged create(Resource<S, F> resource) {
        ResourceKey key = resource.key();
        if (newest(key) != null) {
            throw new StoreException.AlreadyExists(key);
        }
        long revision = ++stagedRevision;
        ObjectMeta metadata = resource.metadata().toBuilder()
                .withUid(new UUID(random.nextLong(), random.nextLong()).toString())
                .withCreationTimestamp(now())
                .withDeletionTimestamp(null)
                .withGeneration(1L)
                .withResourceVersion(Long.toString(revision))
                .build();
        Resource<S, F> stored = resource.withMetadata(metadata);
        return new Staged(new Change(Change.Type.ADDED, null, stored, revision), stored);
    }

    /** The rules of {@link Store#replace}. */
    public <S extends Spec, F extends Facts> Staged replace(Resource<S, F> resource) {
        Resource<S, F> old = current(resource);
        boolean specDiffers = !old.spec().equals(resource.spec());
        ObjectMeta before = old.metadata();
        ObjectMeta wanted = resource.metadata().toBuilder()
                .withUid(before.getUid())
                .withCreationTimestamp(before.getCreationTimestamp())
                .withDeletionTimestamp(before.getDeletionTimestamp())
                .withGeneration(old.generation() + (specDiffers ? 1 : 0))
                .withResourceVersion(before.getResourceVersion())
                .build();
        if (!specDiffers && wanted.equals(before)) {
            return new Staged(null, old);
        }
        boolean gone = old.isDeleting() && wanted.getFinalizers().isEmpty();
        return write(
                gone ? Change.Type.DELETED : Change.Type.MODIFIED,
                old,
                new Resource<>(old.kind(), wanted, resource.spec(), old.status()));
    }

    /** The rules of {@link Store#replaceStatus}. */
    public <S extends Spec, F extends Facts> Staged replaceStatus(Resource<S, F> resource) {
        Resource<S, F> old = current(resource);
        Status<F> wanted = resource.status();
        if (Objects.equals(old.status(), wanted)) {
            return new Staged(null, old);
        }
        return write(Change.Type.MODIFIED, old, old.withStatus(wanted));
    }

    /** The rules of {@link Store#delete}. */
    public Staged delete(ResourceKey key, long expected) {
        Resource<?, ?> old = newest(key);
        if (old == null) {
            throw new StoreException.NotFound(key);
        }
        checkRevision(old, expected);
        if (old.metadata().getFinalizers().isEmpty()) {
            return write(Change.Type.DELETED, old, old);
        }
        if (old.isDeleting()) {
            return new Staged(null, old);
        }
        ObjectMeta metadata = old.metadata().toBuilder()
                .withDeletionTimestamp(now())
                .withGeneration(old.generation() + 1)
                .build();
        return write(Change.Type.MODIFIED, old, old.withMetadata(metadata));
    }

    private <S extends Spec, F extends Facts> Resource<S, F> current(Resource<S, F> wanted) {
        Resource<?, ?> old = newest(wanted.key());
        Resource<S, F> same = old == null ? null : old.as(wanted.kind()).orElse(null);
        if (same == null) {
            throw new StoreException.NotFound(wanted.key());
        }
        checkRevision(same, wanted.resourceVersion());
        return same;
    }

    private static void checkRevision(Resource<?, ?> old, long expected) {
        if (expected != 0 && expected != old.resourceVersion()) {
            throw new StoreException.Conflict(old.key(), expected, old.resourceVersion());
        }
    }

    private Staged write(Change.Type type, Resource<?, ?> old, Resource<?, ?> wanted) {
        long revision = ++stagedRevision;
        ObjectMeta metadata = wanted.metadata().toBuilder()
                .withResourceVersion(Long.toString(revision))
                .build();
        Resource<?, ?> stored = wanted.withMetadata(metadata);
        return new Staged(new Change(type, old, stored, revision), stored);
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
