package ai.thinkheads.phoenix.engine.reconcile;

import static ai.thinkheads.phoenix.engine.Samples.after;
import static ai.thinkheads.phoenix.engine.Samples.dataset;
import static ai.thinkheads.phoenix.engine.Samples.hypervisor;
import static ai.thinkheads.phoenix.engine.Samples.pool;
import static ai.thinkheads.phoenix.engine.reconcile.World.props;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The controller dies at the k-th moment at which it could, for every k, and a new one finishes the work. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(20)
@Tag("promise-5")
class CrashTest {

    private static final String LOGGER = "ai.thinkheads.phoenix.engine.reconcile";

    /** Hundreds of deaths are hundreds of stack traces. */
    @BeforeAll
    static void keepQuiet() {
        Configurator.setLevel(LOGGER, Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        Configurator.setLevel(LOGGER, Level.ERROR);
    }

    /** Counts what a controller does to the outside, and makes it fail for good at one of these moments. */
    private static final class Death {
        private final int at;
        private int moments;

        Death(int at) {
            this.at = at;
        }

        boolean isDead() {
            return moments >= at;
        }

        void moment() {
            if (++moments >= at) {
                throw new IllegalStateException("dead");
            }
        }
    }

    /** The store as one controller sees it: dead before the write arrives, or dead after it and before the answer. */
    private record Mortal(Store store, Death death) implements Store {
        @Override
        public Optional<Resource<?, ?>> get(ResourceKey key) {
            return store.get(key);
        }

        @Override
        public Listing list(@Nullable Kind<?, ?> kind) {
            return store.list(kind);
        }

        @Override
        public <S extends Spec, F extends Facts> Resource<S, F> create(Resource<S, F> resource) {
            return store.create(resource);
        }

        @Override
        public <S extends Spec, F extends Facts> Resource<S, F> replace(Resource<S, F> resource) {
            death.moment();
            Resource<S, F> stored = store.replace(resource);
            death.moment();
            return stored;
        }

        @Override
        public <S extends Spec, F extends Facts> Resource<S, F> replaceStatus(Resource<S, F> resource) {
            death.moment();
            Resource<S, F> stored = store.replaceStatus(resource);
            death.moment();
            return stored;
        }

        @Override
        public Resource<?, ?> delete(ResourceKey key, long resourceVersion) {
            return store.delete(key, resourceVersion);
        }

        @Override
        public Subscription watch(long after, Predicate<ResourceKey> interest, Listener listener) {
            return store.watch(after, interest, listener);
        }

        @Override
        public long revision() {
            return store.revision();
        }

        @Override
        public void close() {}
    }

    @Test
    void whenever_the_controller_dies_a_new_one_finishes_and_nothing_is_done_twice() {
        int k = 1;
        boolean died = true;
        while (died) {
            died = dieAndGoOn(k);
            k++;
        }
        assertThat(k).as("moments at which it could have died").isGreaterThan(30);
    }

    private boolean dieAndGoOn(int k) {
        World world = new World(k);
        world.engine.close();
        Death death = new Death(k);
        world.host.beforeChange = change -> death.moment();
        world.host.afterChange = change -> death.moment();
        world.boot(World.CONFIG, new Mortal(world.store, death));
        world.apply(
                hypervisor("alpha"),
                pool("tank"),
                dataset("a", "tank", props("x", "1", "y", "2")),
                dataset("b", "tank", props("x", "1"), List.of(after("a")), null));
        world.run();
        boolean died = death.isDead();
        world.engine.close();

        world.host.beforeChange = change -> {};
        world.host.afterChange = change -> {};
        world.boot(World.CONFIG, world.store);
        world.run();

        assertThat(world.store.list(null).items())
                .as("after death at moment %s", k)
                .filteredOn(each -> each.has(Conditions.READY))
                .hasSize(4);
        assertThat(world.host.changes).doesNotHaveDuplicates().hasSize(7);
        return died;
    }

    @Test
    void what_is_about_to_be_done_is_stored_before_it_is() {
        World world = new World(1).withTank();
        var data = dataset("data", "tank", props("x", "1"));
        List<Resource<?, ?>> before = new ArrayList<>();
        world.host.beforeChange =
                change -> before.add(world.store.get(data.key()).orElseThrow());
        world.apply(data);
        world.run();

        assertThat(before.getFirst().status().plan())
                .extracting("action")
                .containsExactly("create object", "set x to 1");
        assertThat(before.getFirst().facts()).as("the intent").isNotNull();
        assertThat(before.getFirst().has(Conditions.READY)).isFalse();
    }
}
