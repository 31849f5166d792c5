package ai.thinkheads.phoenix.engine.queue;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lock for work of some nanoseconds that never waits for anything itself. Who does not get it tries again and lets others run in
 * between, rather than being put to sleep and woken, which takes a thousand times as long as the work. Neither reentrant nor fair.
 */
final class BriefLock {

    /** So many times a processor is told to wait a moment before its thread lets others run. */
    private static final int LONGEST = 64;

    private final AtomicBoolean held = new AtomicBoolean();

    void lock() {
        if (!held.compareAndSet(false, true)) {
            contend();
        }
    }

    void unlock() {
        held.setRelease(false);
    }

    /** Waits twice as long after each try, so that the one who has the lock gets something done before it has to share it. */
    private void contend() {
        int pause = 1;
        do {
            if (pause <= LONGEST) {
                for (int i = 0; i < pause; i++) {
                    Thread.onSpinWait();
                }
                pause *= 2;
            } else {
                Thread.yield();
            }
        } while (held.getAcquire() || !held.compareAndSet(false, true));
    }
}
