package ai.thinkheads.phoenix.engine.store;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A store that lasts as long as the process: for tests, simulations and plans without a state directory. */
public final class MemoryStore implements Store {

    /** How many changes a store keeps for watches that begin in the past. */
    public static final int HISTORY = 10_000;

    private final StoreCore core;

    public MemoryStore(Scheduler scheduler, InstantSource clock, RandomGenerator random) {
        this(scheduler, clock, random, HISTORY);
    }

    /**
     * @param history how many changes are kept for watches that begin in the past
     */
    public MemoryStore(Scheduler scheduler, InstantSource clock, RandomGenerator random, int history) {
        this.core = new StoreCore(scheduler, clock, random, history);
    }

    /**
     * A store that goes on from what another one held.
     *
     * @param held what that one listed
     */
    public MemoryStore(Scheduler scheduler, InstantSource clock, RandomGenerator random, Listing held) {
        this(scheduler, clock, random, HISTORY);
        core.load(held.items(), held.revision());
    }

    @Override
    public Optional<Resource<?, ?>> get(ResourceKey key) {
        return core.get(key);
    }

    @Override
    public Listing list(@Nullable Kind<?, ?> kind) {
        return core.list(kind);
    }

    @Override
    public <S extends Spec, F extends Facts> Resource<S, F> create(Resource<S, F> resource) {
        return write(core -> core.create(resource)).as(resource.kind()).orElseThrow();
    }

    @Override
    public <S extends Spec, F extends Facts> Resource<S, F> replace(Resource<S, F> resource) {
        return write(core -> core.replace(resource)).as(resource.kind()).orElseThrow();
    }

    @Override
    public <S extends Spec, F extends Facts> Resource<S, F> replaceStatus(Resource<S, F> resource) {
        return write(core -> core.replaceStatus(resource)).as(resource.kind()).orElseThrow();
    }

    @Override
    public Resource<?, ?> delete(ResourceKey key, long resourceVersion) {
        return write(core -> core.delete(key, resourceVersion));
    }

    @Override
    public Subscription watch(long after, Predicate<ResourceKey> interest, Listener listener) {
        return core.watch(after, interest, listener);
    }

    @Override
    public long revision() {
        return core.revision();
    }

    @Override
    public void close() {}

    private Resource<?, ?> write(Function<StoreCore, StoreCore.Staged> write) {
        return core.stage(write, staged -> {
                    Change change = staged.change();
                    if (change != null) {
                        core.publish(List.of(change));
                    }
                })
                .result();
    }
}
