package ai.thinkheads.phoenix.proof.bench;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.v1alpha1.GuestClassFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestClassSpec;
import ai.thinkheads.phoenix.engine.store.sqlite.SqliteStore;
import ai.thinkheads.phoenix.engine.time.VirtualThreadScheduler;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Durable writes from 64 writers at once, while a watcher checks that every one arrives, in order. */
final class StoreBenchmark {

    private static final int WRITERS = 64;
    private static final Duration ROUND = Duration.ofSeconds(4);

    private StoreBenchmark() {}

    static List<Figure> run(Path folder) {
        VirtualThreadScheduler scheduler = new VirtualThreadScheduler();
        List<Double> rates = new ArrayList<>();
        long lost = 0;
        try (SqliteStore store = SqliteStore.open(
                folder.resolve("store.db"),
                scheduler,
                InstantSource.system(),
                new Random(1),
                Thread.ofPlatform().factory())) {
            for (int round = 0; round < 4; round++) {
                Round result = round(store, round);
                lost += result.lost;
                // The first round compiles.
                if (round > 0) {
                    rates.add(result.rate);
                }
            }
        }
        scheduler.close();
        return List.of(
                new Figure("store: durable puts with 64 writers", "puts/s", rates, "at least 20,000"),
                Figure.of("store: changes that a watcher missed or saw out of order", "", lost, "0"));
    }

    private record Round(double rate, long lost) {}

    private static Round round(SqliteStore store, int round) {
        AtomicLong puts = new AtomicLong();
        AtomicLong seen = new AtomicLong();
        AtomicLong disorder = new AtomicLong();
        AtomicLong last = new AtomicLong();
        long begin = System.nanoTime();
        long end = begin + ROUND.toNanos();
        var watch = store.watch(store.revision(), key -> true, change -> {
            seen.incrementAndGet();
            if (last.getAndSet(change.revision()) >= change.revision()) {
                disorder.incrementAndGet();
            }
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                String prefix = "r" + round + "-w" + writer + "-";
                threads.submit(() -> write(store, prefix, end, puts));
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        for (int i = 0; i < 200 && seen.get() < puts.get(); i++) {
            pause();
        }
        watch.close();
        return new Round(puts.get() / seconds, puts.get() - seen.get() + disorder.get());
    }

    private static void write(SqliteStore store, String prefix, long end, AtomicLong puts) {
        Resource<GuestClassSpec, GuestClassFacts> current = store.create(new Resource<>(
                Kinds.GUEST_CLASS,
                new ObjectMetaBuilder().withName(prefix + "class").build(),
                new GuestClassSpec(null, null),
                Status.unknown()));
        puts.incrementAndGet();
        for (int i = 0; System.nanoTime() < end; i++) {
            current = store.replaceStatus(current.withStatus(
                    new Status<>(1, List.of(), List.of(), new GuestClassFacts(List.of("LxcContainer/web-" + i)))));
            puts.incrementAndGet();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
