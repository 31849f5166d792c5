package ai.thinkheads.phoenix.engine.queue;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.engine.queue.WorkQueue.Backoff;
import ai.thinkheads.phoenix.engine.time.SimulationClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(20)
class WorkQueueTest {

    private final SimulationClock clock = new SimulationClock();
    private final WorkQueue<String> queue = new WorkQueue<>(
            () -> clock.elapsed().toNanos(),
            new Random(1),
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10)));

    private List<String> drain() {
        List<String> all = new ArrayList<>();
        for (Optional<String> key = queue.poll(); key.isPresent(); key = queue.poll()) {
            all.add(key.get());
            queue.done(key.get());
        }
        return all;
    }

    @Test
    void an_empty_queue_has_nothing_to_do_or_to_wait_for() {
        assertThat(queue.poll()).isEmpty();
        assertThat(queue.nextReadyAt()).isEqualTo(-1);
    }

    @Test
    void keys_are_processed_in_the_order_in_which_they_were_added() {
        List.of("c", "a", "b").forEach(key -> queue.add(key, 0));

        assertThat(drain()).containsExactly("c", "a", "b");
    }

    @Test
    void a_key_that_was_added_several_times_is_processed_once() {
        queue.add("a", 0);
        queue.add("b", 0);
        queue.add("a", 0);

        assertThat(drain()).containsExactly("a", "b");
    }

    @Test
    void a_higher_priority_goes_first_and_of_several_the_highest_counts() {
        queue.add("low", 1);
        queue.add("raised", 1);
        queue.add("high", 5);
        queue.add("raised", 9);
        queue.add("high", 0);

        assertThat(drain()).containsExactly("raised", "high", "low");
    }

    @Test
    void a_key_is_not_given_to_a_second_worker_while_one_has_it() {
        queue.add("a", 0);
        assertThat(queue.poll()).contains("a");

        queue.add("a", 9);

        assertThat(queue.poll()).isEmpty();
    }

    @Test
    void a_key_added_while_processed_is_processed_again() {
        queue.add("a", 0);
        queue.poll();
        queue.add("a", 0);
        queue.add("b", 0);
        queue.done("a");

        assertThat(drain()).as("after those that came before it was given back").containsExactly("b", "a");
    }

    @Test
    void a_key_that_was_not_added_again_is_done() {
        queue.add("a", 0);
        queue.poll();
        queue.done("a");
        queue.done("a");

        assertThat(drain()).isEmpty();
    }

    @Test
    void a_delayed_key_waits_for_its_time() {
        queue.addAfter("a", Duration.ofSeconds(2), 0);

        assertThat(queue.poll()).isEmpty();
        assertThat(queue.nextReadyAt()).isEqualTo(Duration.ofSeconds(2).toNanos());
        clock.pass(Duration.ofMillis(1999));
        assertThat(queue.poll()).isEmpty();
        clock.pass(Duration.ofMillis(1));
        assertThat(queue.nextReadyAt()).isZero();
        assertThat(queue.poll()).contains("a");
    }

    @Test
    void of_several_delays_the_shortest_counts() {
        queue.addAfter("a", Duration.ofSeconds(5), 0);
        queue.addAfter("a", Duration.ofSeconds(1), 0);
        queue.addAfter("a", Duration.ofSeconds(3), 0);

        assertThat(queue.stats().waiting()).isEqualTo(1);
        clock.pass(Duration.ofSeconds(1));
        assertThat(drain()).containsExactly("a");
        clock.pass(Duration.ofSeconds(10));
        assertThat(drain()).as("once").isEmpty();
    }

    @Test
    void being_processed_ends_a_delay() {
        queue.addAfter("a", Duration.ofSeconds(5), 0);
        queue.add("a", 0);
        assertThat(drain()).containsExactly("a");

        assertThat(queue.nextReadyAt()).isEqualTo(-1);
        clock.pass(Duration.ofSeconds(9));
        assertThat(drain()).isEmpty();
    }

    @Test
    void no_delay_is_now() {
        queue.addAfter("a", Duration.ZERO, 0);
        queue.addAfter("b", Duration.ofSeconds(-1), 0);

        assertThat(drain()).containsExactly("a", "b");
    }

    @Test
    void a_wall_clock_that_jumps_moves_nothing() {
        queue.addAfter("a", Duration.ofSeconds(2), 0);
        clock.jump(Duration.ofDays(400));
        assertThat(queue.poll()).isEmpty();
        clock.jump(Duration.ofDays(-900));
        clock.pass(Duration.ofSeconds(2));
        assertThat(queue.poll()).contains("a");
    }

    @Test
    void a_delay_that_ends_while_the_key_is_processed_brings_it_back() {
        queue.add("a", 0);
        queue.poll();
        queue.addAfter("a", Duration.ofSeconds(1), 0);
        clock.pass(Duration.ofSeconds(1));
        assertThat(queue.poll()).isEmpty();

        queue.done("a");

        assertThat(queue.poll()).contains("a");
    }

    @Test
    void the_pause_doubles_with_each_failure_up_to_the_longest_and_is_spread_over_its_second_half() {
        double whole = 500;
        for (int failure = 1; failure <= 60; failure++) {
            Duration pause = queue.retry("a", 0);
            assertThat((double) pause.toNanos()).isBetween(whole / 2 * 1e6, whole * 1e6);
            whole = Math.min(10_000, whole * 2);
            clock.pass(pause);
            assertThat(drain()).containsExactly("a");
        }
    }

    @Test
    void pauses_of_keys_that_failed_together_differ() {
        List<Duration> pauses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pauses.add(queue.retry("k" + i, 0));
        }
        assertThat(pauses).doesNotHaveDuplicates();
    }

    @Test
    void after_forgetting_the_next_failure_counts_as_the_first() {
        for (int i = 0; i < 5; i++) {
            queue.retry("a", 0);
        }
        queue.forget("a");

        assertThat(queue.retry("a", 0)).isLessThanOrEqualTo(Duration.ofMillis(500));
    }

    @Test
    void the_numbers_say_what_the_queue_holds_and_has_done() {
        queue.add("a", 0);
        queue.add("a", 0);
        queue.add("b", 0);
        queue.poll();
        queue.addAfter("c", Duration.ofSeconds(1), 0);
        queue.retry("d", 0);

        assertThat(queue.stats()).isEqualTo(new WorkQueue.Stats(1, 2, 1, 3, 1));
    }

    @Test
    void delays_that_were_overtaken_do_not_pile_up() {
        for (int i = 0; i < 10_000; i++) {
            queue.addAfter("a", Duration.ofMinutes(5), 0);
            queue.add("a", 0);
            drain();
        }
        queue.addAfter("a", Duration.ofMinutes(5), 0);
        assertThat(queue.stats().waiting()).isEqualTo(1);
        clock.pass(Duration.ofMinutes(5));
        assertThat(drain()).containsExactly("a");
    }

    @Test
    void with_many_threads_no_key_is_with_two_workers_and_no_addition_is_lost() {
        ConcurrentHashMap<String, AtomicInteger> added = new ConcurrentHashMap<>();
        ConcurrentHashMap<String, AtomicInteger> seen = new ConcurrentHashMap<>();
        ConcurrentHashMap<String, Boolean> inHand = new ConcurrentHashMap<>();
        AtomicInteger producers = new AtomicInteger(4);
        AtomicInteger doubles = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int p = 0; p < 4; p++) {
                Random random = new Random(p);
                threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        String key = "k" + random.nextInt(50);
                        added.computeIfAbsent(key, any -> new AtomicInteger()).incrementAndGet();
                        queue.add(key, random.nextInt(3));
                    }
                    producers.decrementAndGet();
                });
            }
            for (int c = 0; c < 4; c++) {
                threads.submit(() -> {
                    while (true) {
                        boolean last = producers.get() == 0;
                        Optional<String> key = queue.poll();
                        if (key.isEmpty()) {
                            if (last) {
                                return;
                            }
                            continue;
                        }
                        if (inHand.put(key.get(), true) != null) {
                            doubles.incrementAndGet();
                        }
                        seen.computeIfAbsent(key.get(), any -> new AtomicInteger())
                                .set(added.get(key.get()).get());
                        inHand.remove(key.get());
                        queue.done(key.get());
                    }
                });
            }
        }
        drain().forEach(key -> seen.get(key).set(added.get(key).get()));
        assertThat(doubles).hasValue(0);
        added.forEach((key, times) -> assertThat(seen.get(key).get())
                .as("the last addition of " + key)
                .isEqualTo(times.get()));
    }
}
