package ai.thinkheads.phoenix.proof.bench;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.queue.WorkQueue;
import io.kubernetes.client.extended.workqueue.DefaultRateLimitingQueue;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a key costs from being added to being done: added, taken and done by every thread on one queue, with Phoenix's queue and with
 * that of the Kubernetes client for Java. Each thread has many keys of its own and uses one after the other, so that no key is
 * added while it is still there, and whoever takes hardly ever has to wait.
 */
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class QueueBenchmark {

    private static final int PRIORITY = 3;

    /** Both queues, as a controller would have them. */
    @State(Scope.Benchmark)
    public static class Queues {
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        private final WorkQueue<ResourceKey> ours =
                new WorkQueue<>(System::nanoTime, new Random(1), WorkQueue.Backoff.DEFAULT);
        private final DefaultRateLimitingQueue<ResourceKey> peer = new DefaultRateLimitingQueue<>(timer);

        /** Ends the peer's thread. */
        @TearDown
        public void stop() {
            peer.shutDown();
            timer.shutdownNow();
        }
    }

    /** The keys of one thread. */
    @State(Scope.Thread)
    public static class Keys {
        private static final int COUNT = 1024;
        private static final AtomicInteger THREADS = new AtomicInteger();

        private final ResourceKey[] keys = new ResourceKey[COUNT];
        private int next;

        /** Makes keys that no other thread has. */
        public Keys() {
            int thread = THREADS.incrementAndGet();
            for (int i = 0; i < COUNT; i++) {
                keys[i] = new ResourceKey("LxcContainer", "guest-" + thread + "-" + i);
            }
        }

        private ResourceKey next() {
            next = (next + 1) & (COUNT - 1);
            return keys[next];
        }
    }

    /** Phoenix's queue. */
    @Benchmark
    public ResourceKey phoenix(Queues queues, Keys keys) {
        queues.ours.add(keys.next(), PRIORITY);
        Optional<ResourceKey> key = queues.ours.poll();
        while (key.isEmpty()) {
            // Another thread was stopped between taking this key and being done with it.
            Thread.yield();
            key = queues.ours.poll();
        }
        queues.ours.done(key.get());
        return key.get();
    }

    /** The queue of the Kubernetes client for Java. */
    @Benchmark
    public ResourceKey peer(Queues queues, Keys keys) throws InterruptedException {
        queues.peer.add(keys.next());
        ResourceKey key = queues.peer.get();
        queues.peer.done(key);
        return key;
    }
}
