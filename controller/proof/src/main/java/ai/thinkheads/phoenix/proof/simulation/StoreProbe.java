package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store as one incarnation of the controller has it: before and after every call it may die, and another may go on. */
final class StoreProbe implements Store {

    private final Store store;
    private final World world;
    private final Incarnation life;

    StoreProbe(Store store, World world, Incarnation life) {
        this.store = store;
        this.world = world;
        this.life = life;
    }

    @Override
    public Optional<Resource<?, ?>> get(ResourceKey key) {
        world.point(life, "store.get");
        return store.get(key);
    }

    @Override
    public Listing list(@Nullable Kind<?, ?> kind) {
        world.point(life, "store.list");
        return store.list(kind);
    }

    @Override
    public <S extends Spec, F extends Facts> Resource<S, F> create(Resource<S, F> resource) {
        return write("create", resource.key(), () -> store.create(resource));
    }

    @Override
    public <S extends Spec, F extends Facts> Resource<S, F> replace(Resource<S, F> resource) {
        return write("replace", resource.key(), () -> store.replace(resource));
    }

    @Override
    public <S extends Spec, F extends Facts> Resource<S, F> replaceStatus(Resource<S, F> resource) {
        return write("status", resource.key(), () -> store.replaceStatus(resource));
    }

    @Override
    public Resource<?, ?> delete(ResourceKey key, long resourceVersion) {
        return write("delete", key, () -> store.delete(key, resourceVersion));
    }

    private <T extends Resource<?, ?>> T write(String verb, ResourceKey key, Supplier<T> body) {
        String words = "store." + verb + " " + key;
        world.point(life, words);
        world.storeFault(false);
        long before = store.revision();
        T stored;
        try {
            stored = body.get();
        } catch (StoreException e) {
            world.coverage().count(Coverage.Part.STORE, e.getClass().getSimpleName());
            throw e;
        }
        boolean gone = store.get(key).isEmpty();
        world.trace("store", words + " " + store.revision());
        if (store.revision() != before) {
            world.stored(stored, gone, verb.equals("status"));
        }
        world.storeFault(true);
        world.point(life, words + " answered");
        return stored;
    }

    @Override
    public Subscription watch(long after, Predicate<ResourceKey> interest, Listener listener) {
        world.point(life, "store.watch");
        return store.watch(after, interest, listener);
    }

    @Override
    public long revision() {
        return store.revision();
    }

    @Override
    public void close() {}
}
