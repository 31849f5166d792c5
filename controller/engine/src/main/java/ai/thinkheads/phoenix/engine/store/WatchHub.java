package ai.thinkheads.phoenix.engine.store;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.store.Store.Change;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Brings changes to watchers: to each in order and one at a time, to all independently of each other. The caller guards
 * {@link #startAt}, {@link #subscribe} and {@link #publish} by one lock.
 */
final class WatchHub {

    private static final Logger LOG = LogManager.getLogger(WatchHub.class);

    private final Scheduler scheduler;
    private final int history;
    private final ArrayDeque<Change> log = new ArrayDeque<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    /** Changes up to this one are no longer kept. */
    private long forgotten;

    WatchHub(Scheduler scheduler, int history) {
        this.scheduler = scheduler;
        this.history = history;
    }

    void startAt(long revision) {
        forgotten = revision;
    }

    Store.Subscription subscribe(long after, Predicate<ResourceKey> interest, Store.Listener listener) {
        if (after < forgotten) {
            throw new StoreException.Expired(after, forgotten);
        }
        Watcher watcher = new Watcher(interest, listener);
        List<Change> missed = new ArrayList<>();
        for (Change change : log) {
            if (change.revision() > after) {
                missed.add(change);
            }
        }
        watchers.add(watcher);
        watcher.offer(missed);
        return watcher;
    }

    void publish(List<Change> changes) {
        for (Change change : changes) {
            log.addLast(change);
            if (log.size() > history) {
                forgotten = log.removeFirst().revision();
            }
        }
        for (Watcher watcher : watchers) {
            watcher.offer(changes);
        }
    }

    private final class Watcher implements Store.Subscription {
        private final Predicate<ResourceKey> interest;
        private final Store.Listener listener;
        private final ArrayDeque<Change> pending = new ArrayDeque<>();
        private boolean delivering;
        private boolean closed;
        private boolean behind;

        Watcher(Predicate<ResourceKey> interest, Store.Listener listener) {
            this.interest = interest;
            this.listener = listener;
        }

        void offer(List<Change> changes) {
            synchronized (this) {
                if (closed || behind) {
                    return;
                }
                for (Change change : changes) {
                    if (interest.test(change.resource().key())) {
                        pending.addLast(change);
                    }
                }
                // Twice the log: a watcher that starts at the oldest kept change is not behind from the start.
                if (pending.size() > 2 * history) {
                    pending.clear();
                    behind = true;
                }
                if (delivering || (pending.isEmpty() && !behind)) {
                    return;
                }
                delivering = true;
            }
            scheduler.execute("watch", this::deliver);
        }

        private void deliver() {
            while (true) {
                Change next;
                synchronized (this) {
                    next = closed ? null : pending.pollFirst();
                    if (next == null && (closed || !behind)) {
                        delivering = false;
                        return;
                    }
                }
                if (next == null) {
                    close();
                    tell(listener::expired);
                } else {
                    tell(() -> listener.changed(next));
                }
            }
        }

        /** A listener that fails on one change is told of the next all the same. */
        private void tell(Runnable news) {
            try {
                news.run();
            } catch (RuntimeException e) {
                LOG.atError().withThrowable(e).log("a watcher failed to take a change");
            }
        }

        @Override
        public void close() {
            watchers.remove(this);
            synchronized (this) {
                closed = true;
                pending.clear();
            }
        }
    }
}
