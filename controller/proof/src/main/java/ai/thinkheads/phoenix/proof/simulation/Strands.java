package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All work of a run: virtual threads that the calling thread carries, one at a time, in an order that a seed decides. Because it is
 * the scheduler of the virtual threads themselves, whatever production code waits for (a lock, a future, a thread that it started)
 * hands over to another one here, too. Time moves to the next timer when nobody can run.
 *
 * <p>The JDK has no public way to give virtual threads a scheduler yet; the constructor that it uses itself is opened by
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class Strands implements Executor {

    private static final Constructor<?> BUILDER = builder();

    private final VirtualTime time;
    private final RandomGenerator random;
    private final double switching;
    private final long most;
    private final ArrayList<Runnable> ready = new ArrayList<>();
    private final ArrayDeque<Runnable> abroad = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::at).thenComparingLong(Timer::order));
    private final List<Throwable> failures = new ArrayList<>();
    private final Thread carrier = Thread.currentThread();
    private final Thread.Builder.OfVirtual threads;
    private long order;
    private long turns;

    private record Timer(Duration at, long order, Runnable task) {}

    /** Thrown when a run does not come to an end. */
    static final class Endless extends RuntimeException {
        private static final long serialVersionUID = 1;

        Endless(long turns) {
            super("still busy after " + turns + " turns");
        }
    }

    /**
     * @param switching how likely it is that another one goes on at a call
     * @param most turns after which the run counts as endless
     */
    Strands(VirtualTime time, RandomGenerator random, double switching, long most) {
        this.time = time;
        this.random = random;
        this.switching = switching;
        this.most = most;
        this.threads = newBuilder(this);
    }

    private static Constructor<?> builder() {
        try {
            Constructor<?> constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return constructor;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalStateException(
                    "this JDK does not let a simulation schedule its virtual threads; run it with JDK 25 and"
                            + " --add-opens java.base/java.lang=ALL-UNNAMED",
                    e);
        }
    }

    private static Thread.Builder.OfVirtual newBuilder(Executor scheduler) {
        try {
            return (Thread.Builder.OfVirtual) BUILDER.newInstance(scheduler);
        } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("no virtual threads to be had from this JDK", e);
        }
    }

    /** A virtual thread can go on. */
    @Override
    public void execute(Runnable turn) {
        if (Thread.currentThread() == carrier || Thread.currentThread().isVirtual()) {
            ready.add(turn);
        } else {
            synchronized (abroad) {
                abroad.add(turn);
            }
        }
    }

    /** Runs the task soon, beside the caller. */
    void start(String name, Runnable task) {
        threads.name(name).start(() -> {
            try {
                task.run();
            } catch (Killed e) {
                // Dead is dead.
            } catch (Throwable e) {
                failures.add(e);
            }
        });
    }

    /** Runs the task after that time. */
    Scheduler.Cancellable startAfter(String name, Duration delay, Runnable task) {
        boolean[] cancelled = {false};
        at(delay.isNegative() ? Duration.ZERO : delay, () -> {
            if (!cancelled[0]) {
                start(name, task);
            }
        });
        return () -> cancelled[0] = true;
    }

    private void at(Duration delay, Runnable task) {
        timers.add(new Timer(time.elapsed().plus(delay), order++, task));
    }

    /** For the ones that run here: lets time pass. */
    void sleep(Duration duration) {
        Thread sleeper = Thread.currentThread();
        if (!sleeper.isVirtual()) {
            throw new IllegalStateException("nobody but a strand can sleep");
        }
        boolean[] over = {false};
        at(duration, () -> {
            over[0] = true;
            LockSupport.unpark(sleeper);
        });
        while (!over[0]) {
            LockSupport.park(this);
        }
    }

    /** For the ones that run here: perhaps another one goes on. */
    void perhapsSwitch() {
        if (!ready.isEmpty() && random.nextDouble() < switching) {
            Thread.yield();
        }
    }

    /** Runs until nobody can go on at this moment. */
    void settle() {
        while (true) {
            arrivals();
            if (ready.isEmpty()) {
                break;
            }
            if (++turns > most) {
                throw new Endless(turns);
            }
            int which = ready.size() == 1 ? 0 : random.nextInt(ready.size());
            Runnable turn = ready.get(which);
            ready.set(which, ready.getLast());
            ready.removeLast();
            turn.run();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a task failed", failures.getFirst());
        }
    }

    private void arrivals() {
        synchronized (abroad) {
            ready.addAll(abroad);
            abroad.clear();
        }
    }

    /** Lets time pass until then; whatever is due meanwhile runs when it is due. */
    void advanceTo(Duration end) {
        settle();
        Timer next = timers.peek();
        while (next != null && next.at().compareTo(end) <= 0) {
            time.set(next.at());
            while (next != null && next.at().compareTo(time.elapsed()) <= 0) {
                timers.remove();
                next.task().run();
                next = timers.peek();
            }
            settle();
            next = timers.peek();
        }
        time.set(end);
    }

    long turns() {
        return turns;
    }

    /** A scheduler for code that takes one. */
    Scheduler scheduler(@Nullable Incarnation mortal) {
        return new Scheduler() {
            @Override
            public void execute(String name, Runnable task) {
                if (mortal == null || !mortal.isDead()) {
                    start(name, task);
                }
            }

            @Override
            public Cancellable schedule(String name, Duration delay, Runnable task) {
                return startAfter(name, delay, () -> {
                    if (mortal == null || !mortal.isDead()) {
                        task.run();
                    }
                });
            }

            @Override
            public boolean shutdown(Duration timeout) {
                return true;
            }
        };
    }
}
