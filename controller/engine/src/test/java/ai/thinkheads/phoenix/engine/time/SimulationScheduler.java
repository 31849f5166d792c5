package ai.thinkheads.phoenix.engine.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one at a time in an order that a seed decides, on a clock that moves only when nothing is left to do: the same seed
 * gives the same run. A task may {@link #sleep}; others run meanwhile, and no real time passes. What is scheduled runs when
 * {@link #runUntilIdle}, {@link #advance} or {@link #runUntilSettled} is called, and never on its own.
 *
 * <p>Each task has a thread, since it may have to stop in the middle, but only the one that has been passed the baton runs.
 */
public final class SimulationScheduler implements Scheduler {

    private final SimulationClock clock;
    private final Random random;
    private final List<Strand> ready = new ArrayList<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::at).thenComparingLong(Timer::order));
    private final Semaphore driver = new Semaphore(0);
    private final ThreadLocal<Strand> current = new ThreadLocal<>();
    private final List<Throwable> failures = new ArrayList<>();
    private long sequence;
    private long ran;
    private boolean closed;

    public SimulationScheduler(SimulationClock clock, long seed) {
        this.clock = clock;
        this.random = new Random(seed);
    }

    private record Timer(Duration at, long order, boolean awaited, Strand strand) {}

    private static final class Strand {
        final String name;
        final Runnable task;
        final Semaphore baton = new Semaphore(0);
        volatile boolean begun;
        volatile boolean cancelled;

        Strand(String name, Runnable task) {
            this.name = name;
            this.task = task;
        }
    }

    @Override
    public synchronized void execute(String name, Runnable task) {
        if (!closed) {
            ready.add(new Strand(name, task));
        }
    }

    @Override
    public synchronized Cancellable schedule(String name, Duration delay, Runnable task) {
        Strand strand = new Strand(name, task);
        Duration pause = delay.isNegative() ? Duration.ZERO : delay;
        timers.add(new Timer(clock.elapsed().plus(pause), sequence++, false, strand));
        return () -> strand.cancelled = true;
    }

    /** For tasks: lets others run until that much time has passed. */
    public void sleep(Duration duration) {
        Strand strand = current.get();
        if (strand == null) {
            throw new IllegalStateException("only a task can sleep");
        }
        synchronized (this) {
            timers.add(new Timer(clock.elapsed().plus(duration), sequence++, true, strand));
        }
        driver.release();
        strand.baton.acquireUninterruptibly();
    }

    /** Runs tasks until none is ready; no time passes. Throws what a task threw. */
    public void runUntilIdle() {
        Strand next = pick();
        while (next != null) {
            run(next);
            next = pick();
        }
        for (Throwable each : failures) {
            throw new AssertionError("a task failed", each);
        }
    }

    /** Runs tasks and lets time pass for those that sleep, until nobody is at work; delayed tasks beyond that stay. */
    public void runUntilSettled() {
        runUntilIdle();
        while (someoneSleeps()) {
            step(nextAt());
        }
    }

    /** Lets that much time pass; what is due meanwhile runs when it is due. */
    public void advance(Duration duration) {
        Duration end = clock.elapsed().plus(duration);
        runUntilIdle();
        Duration next = nextAt();
        while (next != null && next.compareTo(end) <= 0) {
            step(next);
            next = nextAt();
        }
        clock.pass(end.minus(clock.elapsed()));
    }

    /** How many tasks have been begun or gone on with. */
    public long ran() {
        return ran;
    }

    private void step(Duration at) {
        clock.pass(at.minus(clock.elapsed()));
        synchronized (this) {
            while (!timers.isEmpty() && timers.peek().at().compareTo(at) <= 0) {
                ready.add(timers.poll().strand());
            }
        }
        runUntilIdle();
    }

    private synchronized boolean someoneSleeps() {
        return timers.stream().anyMatch(Timer::awaited);
    }

    private synchronized @Nullable Duration nextAt() {
        while (!timers.isEmpty() && timers.peek().strand().cancelled) {
            timers.poll();
        }
        return timers.isEmpty() ? null : timers.peek().at();
    }

    private synchronized @Nullable Strand pick() {
        ready.removeIf(strand -> strand.cancelled);
        return ready.isEmpty() ? null : ready.remove(random.nextInt(ready.size()));
    }

    private void run(Strand strand) {
        ran++;
        if (strand.begun) {
            strand.baton.release();
        } else {
            strand.begun = true;
            Thread.ofVirtual().name(strand.name).start(() -> {
                current.set(strand);
                try {
                    strand.task.run();
                } catch (Throwable e) {
                    failures.add(e);
                } finally {
                    driver.release();
                }
            });
        }
        driver.acquireUninterruptibly();
    }

    @Override
    public synchronized boolean shutdown(Duration timeout) {
        closed = true;
        ready.clear();
        timers.clear();
        return true;
    }
}
