package ai.thinkheads.phoenix.engine.store.sqlite;

import static ai.thinkheads.phoenix.engine.Samples.dataset;

import ai.thinkheads.phoenix.engine.time.VirtualThreadScheduler;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;

/** A process that writes until it is killed, and prints the name and revision of each write that was acknowledged. */
public final class EndlessWriter {

    private EndlessWriter() {}

    public static void main(String[] args) {
        var store = SqliteStore.open(
                Path.of(args[0]),
                new VirtualThreadScheduler(),
                InstantSource.system(),
                new Random(),
                Thread.ofPlatform().factory());
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < 8; writer++) {
                String prefix = args[1] + "-w" + writer + "-";
                threads.submit(() -> {
                    for (int i = 0; ; i++) {
                        var stored = store.create(dataset(prefix + i, "tank", Map.of()));
                        out.println(stored.name() + " " + stored.resourceVersion() + " .");
                    }
                });
            }
        }
    }
}
