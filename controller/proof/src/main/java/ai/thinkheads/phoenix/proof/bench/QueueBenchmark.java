package ai.thinkheads.phoenix.proof.bench;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.queue.WorkQueue;
import io.kubernetes.client.extended.workqueue.DefaultRateLimitingQueue;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
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
 * that of the Kubernetes client for Java. Each thread has keys of its own and adds none that is still there, so that whoever takes
 * always finds one.
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
        private final WorkQueue<Key> ours = new WorkQueue<>(System::nanoTime, new Random(1), WorkQueue.Backoff.DEFAULT);
        private final DefaultRateLimitingQueue<Key> peer = new DefaultRateLimitingQueue<>(timer);

        /** Ends the peer's thread. */
        @TearDown
        public void stop() {
            peer.shutDown();
            timer.shutdownNow();
        }
    }

    /** A resource's key, and whether it is on its way through the queue. */
    public static final class Key {
        private final ResourceKey resource;
        private final AtomicBoolean busy = new AtomicBoolean();

        Key(ResourceKey resource) {
            this.resource = resource;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.resource.equals(resource);
        }

        @Override
        public int hashCode() {
            return resource.hashCode();
        }
    }

    /** The keys of one thread, each used again once it has been through the queue. */
    @State(Scope.Thread)
    public static class Keys {
        private static final int COUNT = 256;
        private static final AtomicInteger THREADS = new AtomicInteger();

        private final Key[] keys = new Key[COUNT];
        private int next;

        /** Makes keys that no other thread has. */
        public Keys() {
            int thread = THREADS.incrementAndGet();
            for (int i = 0; i < COUNT; i++) {
                keys[i] = new Key(new ResourceKey("LxcContainer", "guest-" + thread + "-" + i));
            }
        }

        private Key next() {
            do {
                next = (next + 1) & (COUNT - 1);
            } while (keys[next].busy.getAcquire());
            keys[next].busy.setRelease(true);
            return keys[next];
        }
    }

    /** Phoenix's queue. */
    @Benchmark
    public Key phoenix(Queues queues, Keys keys) {
        queues.ours.add(keys.next(), PRIORITY);
        Key key = queues.ours.poll().orElseThrow();
        queues.ours.done(key);
        key.busy.setRelease(false);
        return key;
    }

    /** The queue of the Kubernetes client for Java. */
    @Benchmark
    public Key peer(Queues queues, Keys keys) throws InterruptedException {
        queues.peer.add(keys.next());
        Key key = queues.peer.get();
        queues.peer.done(key);
        key.busy.setRelease(false);
        return key;
    }
}
