package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.plan.Step.Lock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which locks of the hosts, and who waits for them. Nobody blocks: who does not get its locks is remembered, and when
 * they are free they are <em>given</em> to the most urgent of those who wait, who is then woken and finds them held already. All
 * locks of a step are taken at once or none, so there is no deadlock. The price of an answer does not grow with the number of
 * those who wait for other locks.
 */
final class LockTable {

    /** So many more than were in line when it came may be preferred to one who waits; then its exclusive locks are kept free for it. */
    private static final int PATIENCE = 100;

    private final Map<String, Set<ResourceKey>> holders = new HashMap<>();
    private final Map<ResourceKey, List<Lock>> held = new HashMap<>();
    private final Map<ResourceKey, Waiter> waiting = new HashMap<>();
    private final Map<String, TreeSet<Waiter>> queues = new HashMap<>();
    private final TreeSet<Waiter> byPatience = new TreeSet<>(Waiter.LEAST_PATIENT_FIRST);
    private long sequence;
    private long grants;

    /**
     * @param patience the number of grants after which it has waited too long
     */
    private record Waiter(ResourceKey key, List<Lock> locks, int urgency, long order, long patience) {
        static final Comparator<Waiter> MOST_URGENT_FIRST =
                Comparator.comparingInt(Waiter::urgency).reversed().thenComparingLong(Waiter::order);
        static final Comparator<Waiter> LEAST_PATIENT_FIRST =
                Comparator.comparingLong(Waiter::patience).thenComparingLong(Waiter::order);
    }

    /**
     * Takes all those locks for the key, or none and remembers that it waits.
     *
     * @return whether the key holds them now
     */
    synchronized boolean acquire(ResourceKey key, List<Lock> locks, int urgency) {
        List<Lock> mine = held.get(key);
        if (mine != null) {
            if (mine.containsAll(locks)) {
                return true;
            }
            throw new IllegalStateException(key + " asks for locks while it holds others");
        }
        Waiter before = leave(key);
        // Whoever could have these is given them on release, so that nobody is overtaken here but one who waits too
        // long.
        if (!isKeptForAnother(key, locks) && isFree(locks)) {
            hold(key, locks);
            return true;
        }
        // Who asks again, perhaps for others, keeps its place.
        enter(
                before == null
                        ? new Waiter(key, List.copyOf(locks), urgency, sequence++, grants + PATIENCE + waiting.size())
                        : new Waiter(key, List.copyOf(locks), urgency, before.order(), before.patience()));
        return false;
    }

    /**
     * Gives back all that the key holds, and forgets that it waits.
     *
     * @return the keys that were given locks by this and have to be woken
     */
    synchronized List<ResourceKey> release(ResourceKey key) {
        Set<String> available = new HashSet<>();
        Waiter starving = starving();
        if (starving != null && starving.key().equals(key)) {
            starving.locks().forEach(each -> available.add(each.name()));
        }
        leave(key);
        List<Lock> locks = held.remove(key);
        for (Lock lock : locks == null ? List.<Lock>of() : locks) {
            Set<ResourceKey> those = holders.get(lock.name());
            if (those == null) {
                continue;
            }
            // Nobody waits for a lock that could have been had before.
            if (those.size() >= lock.permits()) {
                available.add(lock.name());
            }
            those.remove(key);
            if (those.isEmpty()) {
                holders.remove(lock.name());
            }
        }
        return available.isEmpty() || waiting.isEmpty() ? List.of() : give(available);
    }

    /** Whether the key holds locks, and not all of those: its plan has changed since it asked. */
    synchronized boolean holdsOthers(ResourceKey key, List<Lock> locks) {
        List<Lock> mine = held.get(key);
        return mine != null && !mine.containsAll(locks);
    }

    /** The first of those locks that somebody else holds all of. */
    synchronized String blocking(ResourceKey key, List<Lock> locks) {
        for (Lock lock : locks) {
            Set<ResourceKey> those = holders.get(lock.name());
            if (those != null && those.size() >= lock.permits() && !those.contains(key)) {
                return lock.name();
            }
        }
        return locks.isEmpty() ? "" : locks.getFirst().name();
    }

    /** Hands out locks that came free, to the most urgent of those who wait for any of them and can have all that they need. */
    private List<ResourceKey> give(Set<String> available) {
        List<ResourceKey> woken = new ArrayList<>();
        Waiter starving = starving();
        if (starving != null && isFree(starving.locks())) {
            grant(starving, woken);
        }
        PriorityQueue<Line> lines = new PriorityQueue<>(Comparator.comparing(Line::next, Waiter.MOST_URGENT_FIRST));
        for (String name : available) {
            Line line = Line.of(queues.get(name));
            if (line != null) {
                lines.add(line);
            }
        }
        List<Waiter> granted = new ArrayList<>();
        while (!lines.isEmpty()) {
            Line line = lines.remove();
            Waiter each = line.next();
            if (!held.containsKey(each.key()) && !isKeptForAnother(each.key(), each.locks()) && isFree(each.locks())) {
                hold(each.key(), each.locks());
                granted.add(each);
            }
            Line rest = line.rest();
            if (rest != null && !isExhausted(available, each)) {
                lines.add(rest);
            }
        }
        for (Waiter each : granted) {
            leave(each.key());
            woken.add(each.key());
        }
        return woken;
    }

    /** Those in line for one lock, from the most urgent on. */
    private record Line(Waiter next, Iterator<Waiter> others) {
        static @Nullable Line of(@Nullable TreeSet<Waiter> queue) {
            return queue == null ? null : new Line(queue.first(), after(queue));
        }

        private static Iterator<Waiter> after(TreeSet<Waiter> queue) {
            Iterator<Waiter> all = queue.iterator();
            all.next();
            return all;
        }

        @Nullable
        Line rest() {
            return others.hasNext() ? new Line(others.next(), others) : null;
        }
    }

    /** Whether whatever came free and that one asks for is taken again, so that those behind it in line need not be asked. */
    private boolean isExhausted(Set<String> available, Waiter waiter) {
        for (Lock lock : waiter.locks()) {
            Set<ResourceKey> those = holders.get(lock.name());
            if (available.contains(lock.name()) && (those == null || those.size() < lock.permits())) {
                return false;
            }
        }
        return true;
    }

    private void grant(Waiter waiter, List<ResourceKey> woken) {
        leave(waiter.key());
        hold(waiter.key(), waiter.locks());
        woken.add(waiter.key());
    }

    private boolean isFree(List<Lock> locks) {
        for (Lock lock : locks) {
            Set<ResourceKey> those = holders.get(lock.name());
            if (those != null && those.size() >= lock.permits()) {
                return false;
            }
        }
        return true;
    }

    /** The one who has waited longest over its time; null when nobody has. */
    private @Nullable Waiter starving() {
        return byPatience.isEmpty() || byPatience.first().patience() >= grants ? null : byPatience.first();
    }

    /** Whether those locks hold one that only one may have, and that is kept free for another who waits too long. */
    private boolean isKeptForAnother(ResourceKey key, List<Lock> locks) {
        Waiter starving = starving();
        if (starving == null || starving.key().equals(key)) {
            return false;
        }
        for (Lock wanted : starving.locks()) {
            if (wanted.permits() == 1) {
                for (Lock lock : locks) {
                    if (lock.name().equals(wanted.name())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void hold(ResourceKey key, List<Lock> locks) {
        grants++;
        held.put(key, List.copyOf(locks));
        for (Lock lock : locks) {
            holders.computeIfAbsent(lock.name(), any -> new HashSet<>()).add(key);
        }
    }

    private void enter(Waiter waiter) {
        waiting.put(waiter.key(), waiter);
        byPatience.add(waiter);
        for (Lock lock : waiter.locks()) {
            queues.computeIfAbsent(lock.name(), any -> new TreeSet<>(Waiter.MOST_URGENT_FIRST))
                    .add(waiter);
        }
    }

    private @Nullable Waiter leave(ResourceKey key) {
        Waiter waiter = waiting.remove(key);
        if (waiter != null) {
            byPatience.remove(waiter);
            for (Lock lock : waiter.locks()) {
                TreeSet<Waiter> queue = queues.get(lock.name());
                if (queue != null && queue.remove(waiter) && queue.isEmpty()) {
                    queues.remove(lock.name());
                }
            }
        }
        return waiter;
    }
}
