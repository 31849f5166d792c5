package ai.thinkheads.phoenix.engine.time;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs each task on a virtual thread of its own; one platform thread keeps the time of delayed ones. */
public final class VirtualThreadScheduler implements Scheduler {

    private final ExecutorService tasks = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("phoenix-", 0).factory());
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("phoenix-timer").factory());

    /** A scheduler that runs until it is shut down. */
    public VirtualThreadScheduler() {
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void execute(String name, Runnable task) {
        try {
            tasks.execute(task);
        } catch (RejectedExecutionException e) {
            // Shutting down: what has not begun is not begun any more.
        }
    }

    @Override
    public Cancellable schedule(String name, Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> timed =
                    timer.schedule(() -> execute(name, task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            return () -> timed.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    @Override
    public boolean shutdown(Duration timeout) {
        timer.shutdown();
        tasks.shutdown();
        try {
            boolean ended = tasks.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                tasks.shutdownNow();
            }
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
