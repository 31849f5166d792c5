package ai.thinkheads.phoenix.engine.time;

import java.time.Duration;

/** Where work runs, as a port: virtual threads in production, one seeded thread in simulations. */
public interface Scheduler extends AutoCloseable {

    /** Runs the task soon, beside the caller. The task must not throw. */
    void execute(String name, Runnable task);

    /** Runs the task after the delay, on the monotonic clock. */
    Cancellable schedule(String name, Duration delay, Runnable task);

    /** Refuses new tasks, drops delayed ones and waits for those that run, at most that long. */
    boolean shutdown(Duration timeout);

    @Override
    default void close() {
        shutdown(Duration.ofSeconds(30));
    }

    /** A delayed task that can be dropped before it starts. */
    @FunctionalInterface
    interface Cancellable {
        void cancel();
    }
}
