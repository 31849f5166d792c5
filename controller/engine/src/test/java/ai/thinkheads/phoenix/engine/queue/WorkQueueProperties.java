package ai.thinkheads.phoenix.engine.queue;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.engine.queue.WorkQueue.Backoff;
import ai.thinkheads.phoenix.engine.time.SimulationClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is done to a queue, it answers like the simplest queue that could be written down. */
class WorkQueueProperties {

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

    private enum Verb {
        ADD,
        ADD_AFTER,
        RETRY,
        FORGET,
        POLL,
        DONE,
        PASS_TIME,
        JUMP
    }

    /** One call; what it means depends on the verb. */
    private record Call(Verb verb, String key, int number) {}

    /** The simple queue: lists that are searched from one end to the other. */
    private static final class Model {
        long now;
        long sequence;
        final Map<String, long[]> ready = new HashMap<>(); // priority, order
        final Map<String, Integer> again = new HashMap<>();
        final Map<String, long[]> delays = new HashMap<>(); // due, priority
        final Set<String> processing = new HashSet<>();

        void add(String key, int priority) {
            if (processing.contains(key)) {
                again.merge(key, priority, Math::max);
            } else if (ready.containsKey(key)) {
                ready.get(key)[0] = Math.max(ready.get(key)[0], priority);
            } else {
                ready.put(key, new long[] {priority, sequence++});
            }
        }

        void delay(String key, long due, int priority) {
            if (!delays.containsKey(key) || due < delays.get(key)[0]) {
                delays.put(key, new long[] {due, priority});
            }
        }

        void promote() {
            delays.entrySet().stream()
                    .filter(each -> each.getValue()[0] <= now)
                    .sorted((a, b) -> Long.compare(a.getValue()[0], b.getValue()[0]))
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(key -> add(key, (int) delays.remove(key)[1]));
        }

        Optional<String> poll() {
            promote();
            Optional<String> next = ready.entrySet().stream()
                    .min((a, b) -> a.getValue()[0] != b.getValue()[0]
                            ? Long.compare(b.getValue()[0], a.getValue()[0])
                            : Long.compare(a.getValue()[1], b.getValue()[1]))
                    .map(Map.Entry::getKey);
            next.ifPresent(key -> {
                ready.remove(key);
                delays.remove(key);
                processing.add(key);
            });
            return next;
        }

        void done(String key) {
            if (processing.remove(key)) {
                Integer priority = again.remove(key);
                if (priority != null) {
                    ready.put(key, new long[] {priority, sequence++});
                }
            }
        }

        long nextReadyAt() {
            promote();
            if (!ready.isEmpty()) {
                return 0;
            }
            return delays.values().stream()
                    .mapToLong(each -> each[0] - now)
                    .min()
                    .orElse(-1);
        }
    }

    @Provide
    Arbitrary<List<Call>> calls() {
        return Combinators.combine(
                        Arbitraries.of(Verb.class),
                        Arbitraries.of("a", "b", "c", "d"),
                        Arbitraries.integers().between(0, 7))
                .as(Call::new)
                .list()
                .ofMaxSize(120);
    }

    @Property(tries = 500)
    void a_queue_does_what_the_simplest_one_does(@ForAll("calls") List<Call> calls) {
        SimulationClock clock = new SimulationClock();
        WorkQueue<String> queue = new WorkQueue<>(() -> clock.elapsed().toNanos(), new Random(7), BACKOFF);
        Model model = new Model();
        Map<String, Integer> failures = new HashMap<>();
        List<String> out = new ArrayList<>();
        for (Call call : calls) {
            int number = call.number();
            String key = call.key();
            switch (call.verb()) {
                case ADD -> {
                    queue.add(key, number);
                    model.add(key, number);
                }
                case ADD_AFTER -> {
                    // Delays that no two of which end at once, so that there is one right order.
                    Duration delay = Duration.ofMillis(number * 100L).plusNanos(1 + out.size() + model.sequence++);
                    queue.addAfter(key, delay, number);
                    model.delay(key, model.now + delay.toNanos(), number);
                }
                case RETRY -> {
                    Duration pause = queue.retry(key, number);
                    int failure = failures.merge(key, 1, Integer::sum);
                    double whole = Math.min(2e9, 1e8 * Math.pow(2, failure - 1));
                    assertThat((double) pause.toNanos()).isBetween(whole / 2 - 1, whole);
                    model.delay(key, model.now + pause.toNanos(), number);
                }
                case FORGET -> {
                    queue.forget(key);
                    failures.remove(key);
                }
                case POLL -> {
                    Optional<String> next = queue.poll();
                    assertThat(next).isEqualTo(model.poll());
                    next.ifPresent(out::add);
                }
                case DONE -> {
                    queue.done(key);
                    model.done(key);
                }
                case PASS_TIME -> {
                    clock.pass(Duration.ofMillis(number * 60L));
                    model.now = clock.elapsed().toNanos();
                }
                case JUMP -> clock.jump(Duration.ofHours(number - 4));
                default -> throw new IllegalStateException();
            }
            assertThat(queue.nextReadyAt()).isEqualTo(model.nextReadyAt());
            assertThat(queue.stats().depth()).isEqualTo(model.ready.size());
            assertThat(queue.stats().waiting()).isEqualTo(model.delays.size());
            assertThat(queue.stats().processing()).isEqualTo(model.processing.size());
        }
    }
}
