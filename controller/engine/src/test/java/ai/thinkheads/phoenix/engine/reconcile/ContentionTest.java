package ai.thinkheads.phoenix.engine.reconcile;

import static ai.thinkheads.phoenix.engine.Samples.after;
import static ai.thinkheads.phoenix.engine.Samples.dataset;
import static ai.thinkheads.phoenix.engine.Samples.hypervisor;
import static ai.thinkheads.phoenix.engine.Samples.pool;
import static ai.thinkheads.phoenix.engine.reconcile.World.key;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.queue.WorkQueue.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many steps want the same locks of a host; steps take virtual time. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(20)
class ContentionTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void no_two_steps_with_one_exclusive_lock_run_at_once_and_all_get_their_turn(long seed) {
        World world = new World(seed).withTank();
        world.host.locks =
                key -> List.of(Step.Lock.exclusive("disk" + key.name().hashCode() % 3));
        world.host.duration = key -> Duration.ofMillis(100 + key.name().hashCode() % 50);
        for (int i = 0; i < 60; i++) {
            world.apply(dataset("d" + i, "tank", Map.of("a", "1", "b", "2")));
        }
        world.run();

        assertThat(world.host.violations).isEmpty();
        assertThat(world.store.list(null).items()).allMatch(each -> each.has(Conditions.READY));
        assertThat(world.engine.stats().failures()).isZero();
    }

    @Test
    void no_more_steps_run_on_a_host_than_it_has_slots() {
        World world = new World(1);
        world.host.duration = key -> Duration.ofSeconds(1);
        world.apply(hypervisor("alpha", 3), pool("tank"));
        for (int i = 0; i < 30; i++) {
            world.apply(dataset("d" + i, "tank", Map.of()));
        }
        world.run();

        assertThat(world.host.mostAtOnce).isEqualTo(3);
        assertThat(world.clock.elapsed()).isEqualTo(Duration.ofSeconds(2 + 10));
    }

    @Test
    void a_resource_that_is_given_a_lock_before_its_pass_has_ended_keeps_it() {
        // Many seeds, few tasks: in some of them the lock comes free between the asking and the end of the pass.
        for (long seed = 0; seed < 60; seed++) {
            World world = new World(seed).withTank();
            world.host.locks = key -> List.of(Step.Lock.exclusive("disk"));
            world.host.duration = key -> Duration.ofSeconds(1);
            Duration begin = world.clock.elapsed();
            for (int i = 0; i < 5; i++) {
                world.apply(dataset("d" + i, "tank", Map.of()));
            }
            world.run();
            assertThat(world.host.violations).isEmpty();
            assertThat(world.store.list(null).items()).allMatch(each -> each.has(Conditions.READY));
            assertThat(world.clock.elapsed().minus(begin))
                    .as("the disk is never idle")
                    .isEqualTo(Duration.ofSeconds(5));
        }
    }

    @Test
    void a_resource_that_goes_while_it_waits_for_a_lock_leaves_it_to_the_next() {
        World world = new World(3).withTank();
        world.host.locks = key -> List.of(Step.Lock.exclusive("disk"));
        world.host.duration = key -> Duration.ofSeconds(10);
        world.apply(dataset("a", "tank", Map.of()), dataset("b", "tank", Map.of()), dataset("c", "tank", Map.of()));
        world.scheduler.advance(Duration.ofSeconds(5));
        world.store.delete(key("b"), 0);
        world.run();

        assertThat(world.store.get(key("b"))).isEmpty();
        assertThat(world.store.get(key("a")).orElseThrow().has(Conditions.READY))
                .isTrue();
        assertThat(world.store.get(key("c")).orElseThrow().has(Conditions.READY))
                .isTrue();
    }

    /**
     * Templates, each with clones that are cloned again, on two storages that take one clone at a time: as long as the longest
     * chain, or as what has to pass one storage, and not much longer.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void a_graph_of_clones_takes_little_longer_than_it_has_to(long seed) {
        World world = new World(
                seed,
                new EngineConfig(
                        64, Duration.ofHours(5), 8, new Backoff(Duration.ofMillis(500), Duration.ofMinutes(5))));
        world.host.locks = key -> List.of(Step.Lock.exclusive("storage" + storage(key.name())));
        world.host.duration = key -> Duration.ofSeconds(key.kind().equals("ZfsDataset") ? seconds(key.name()) : 0);
        world.apply(hypervisor("alpha", 8), pool("tank"));
        world.run();
        Duration begin = world.clock.elapsed();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            names.add("leaf" + i);
        }
        for (int i = 0; i < 8; i++) {
            names.add("chain" + i);
        }
        long critical = 0;
        long[] load = new long[2];
        for (String name : names) {
            int number = Integer.parseInt(name.replaceAll("\\D", ""));
            boolean chained = name.startsWith("chain");
            List<DependsOn> on = chained && number > 0 ? List.of(after("chain" + (number - 1))) : List.of();
            world.apply(dataset(name, "tank", Map.of(), on, null));
            critical += chained ? seconds(name) : 0;
            load[storage(name)] += seconds(name);
        }
        world.run();

        long bound = Math.max(critical, Math.max(load[0], load[1]));
        double took = world.clock.elapsed().minus(begin).toMillis() / 1000.0;
        assertThat(world.host.violations).isEmpty();
        assertThat(took).as("bound %s s", bound).isBetween((double) bound, bound * 1.15);
    }

    private static int storage(String name) {
        return name.startsWith("leaf") && Integer.parseInt(name.substring(4)) % 2 == 0 ? 1 : 0;
    }

    private static int seconds(String name) {
        return name.startsWith("chain") ? 20 : 5;
    }
}
