package ai.thinkheads.phoenix.engine.store.sqlite;

import static ai.thinkheads.phoenix.engine.Samples.dataset;

import ai.thinkheads.phoenix.engine.time.VirtualThreadScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Measures durable writes with 64 writers and one watcher: {@code main [folder] [seconds]}. */
public final class PutsPerSecond {

    private static final int WRITERS = 64;

    private PutsPerSecond() {}

    public static void main(String[] args) throws IOException {
        Path folder = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("puts");
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        var scheduler = new VirtualThreadScheduler();
        try (var store = SqliteStore.open(
                folder.resolve("puts.db"),
                scheduler,
                InstantSource.system(),
                new Random(),
                Thread.ofPlatform().factory())) {
            for (int round = 0; round < 3; round++) {
                measure(store, seconds, round);
            }
        }
        scheduler.close();
    }

    private static void measure(SqliteStore store, int seconds, int round) {
        AtomicLong puts = new AtomicLong();
        AtomicLong watched = new AtomicLong();
        AtomicLong last = new AtomicLong();
        AtomicLong outOfOrder = new AtomicLong();
        long begin = System.nanoTime();
        long end = begin + seconds * 1_000_000_000L;
        try (var _ = store.watch(store.revision(), key -> true, change -> {
            watched.incrementAndGet();
            if (last.getAndSet(change.revision()) >= change.revision()) {
                outOfOrder.incrementAndGet();
            }
        })) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int writer = 0; writer < WRITERS; writer++) {
                    int number = writer;
                    threads.submit(() -> {
                        for (int i = 0; System.nanoTime() < end; i++) {
                            String name = "w" + number + "-" + i % 50;
                            var wanted = dataset(name, "tank", Map.of("round", round + "-" + i));
                            if (round == 0 && i < 50) {
                                store.create(wanted);
                            } else {
                                store.replace(wanted);
                            }
                            puts.incrementAndGet();
                        }
                    });
                }
            }
            double took = (System.nanoTime() - begin) / 1e9;
            long patience = System.nanoTime() + 10_000_000_000L;
            while (watched.get() < puts.get() && System.nanoTime() < patience) {
                Thread.onSpinWait();
            }
            System.out.printf(
                    "%d puts/s, %d watched, %d out of order%n",
                    Math.round(puts.get() / took), watched.get(), outOfOrder.get());
        }
    }
}
