package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.plan.Step.Lock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who holds which locks of the hosts, and who waits for them. Nobody blocks: who does not get its locks is remembered, and when
 * they are free they are <em>given</em> to the most urgent of those who wait, who is then woken and finds them held already. All
 * locks of a step are taken at once or none, so there is no deadlock.
 */
final class LockTable {

    /** So many may be preferred to one who waits; then its exclusive locks are kept free for it. */
    private static final int PATIENCE = 100;

    private final Map<String, Set<ResourceKey>> holders = new HashMap<>();
    private final Map<ResourceKey, List<Lock>> held = new HashMap<>();
    private final Map<ResourceKey, Waiter> waiting = new LinkedHashMap<>();
    private long sequence;
    private long grants;

    /**
     * @param since how often locks had been granted when it began to wait
     */
    private record Waiter(ResourceKey key, List<Lock> locks, int urgency, long order, long since) {
        static final Comparator<Waiter> MOST_URGENT_FIRST =
                Comparator.comparingInt(Waiter::urgency).reversed().thenComparingLong(Waiter::order);
    }

    /**
     * Takes all those locks for the key, or none and remembers that it waits.
     *
     * @return whether the key holds them now
     */
    synchronized boolean acquire(ResourceKey key, List<Lock> locks, int urgency) {
        if (held.getOrDefault(key, List.of()).containsAll(locks)) {
            return true;
        }
        if (held.containsKey(key)) {
            throw new IllegalStateException(key + " asks for locks while it holds others");
        }
        // Who waits longer or is more urgent goes first, or a step that needs several locks would starve.
        boolean overtakes = waiting.values().stream()
                .anyMatch(other -> !other.key().equals(key)
                        && shares(other.locks(), locks)
                        && (isStarving(other) || other.urgency() >= urgency && isFree(other.locks(), other.key())));
        if (!overtakes && isFree(locks, key)) {
            hold(key, locks);
            waiting.remove(key);
            return true;
        }
        // Who asks again, perhaps for others, keeps its place.
        Waiter before = waiting.get(key);
        waiting.put(
                key,
                before == null
                        ? new Waiter(key, List.copyOf(locks), urgency, sequence++, grants)
                        : new Waiter(key, List.copyOf(locks), urgency, before.order(), before.since()));
        return false;
    }

    /**
     * Gives back all that the key holds, and forgets that it waits.
     *
     * @return the keys that were given locks by this and have to be woken
     */
    synchronized List<ResourceKey> release(ResourceKey key) {
        List<Lock> locks = held.remove(key);
        boolean waited = waiting.remove(key) != null;
        if (locks == null && !waited) {
            return List.of();
        }
        for (Lock lock : locks == null ? List.<Lock>of() : locks) {
            Set<ResourceKey> those = holders.get(lock.name());
            if (those != null && those.remove(key) && those.isEmpty()) {
                holders.remove(lock.name());
            }
        }
        List<Waiter> candidates = new ArrayList<>(waiting.values());
        candidates.sort(
                Comparator.comparing((Waiter each) -> !isStarving(each)).thenComparing(Waiter.MOST_URGENT_FIRST));
        List<ResourceKey> woken = new ArrayList<>();
        List<Lock> kept = new ArrayList<>();
        for (Waiter each : candidates) {
            if (shares(kept, each.locks())) {
                continue;
            }
            if (isStarving(each) && !isFree(each.locks(), each.key())) {
                kept.addAll(each.locks());
            } else if (isFree(each.locks(), each.key())) {
                hold(each.key(), each.locks());
                waiting.remove(each.key());
                woken.add(each.key());
            }
        }
        return woken;
    }

    /** Whether the key holds locks, and not all of those: its plan has changed since it asked. */
    synchronized boolean holdsOthers(ResourceKey key, List<Lock> locks) {
        return held.containsKey(key) && !held.getOrDefault(key, List.of()).containsAll(locks);
    }

    /** The first of those locks that somebody else holds all of. */
    synchronized String blocking(ResourceKey key, List<Lock> locks) {
        return locks.stream()
                .filter(lock -> !isFree(List.of(lock), key))
                .map(Lock::name)
                .findFirst()
                .orElse(locks.isEmpty() ? "" : locks.getFirst().name());
    }

    private boolean isFree(List<Lock> locks, ResourceKey key) {
        for (Lock lock : locks) {
            Set<ResourceKey> those = holders.getOrDefault(lock.name(), Set.of());
            if (!those.contains(key) && those.size() >= lock.permits()) {
                return false;
            }
        }
        return true;
    }

    private boolean isStarving(Waiter waiter) {
        return grants - waiter.since() > PATIENCE;
    }

    private void hold(ResourceKey key, List<Lock> locks) {
        grants++;
        held.put(key, List.copyOf(locks));
        for (Lock lock : locks) {
            holders.computeIfAbsent(lock.name(), any -> new HashSet<>()).add(key);
        }
    }

    /** Whether both want the same thing that only one may have. */
    private static boolean shares(List<Lock> some, List<Lock> others) {
        return some.stream()
                .anyMatch(each -> others.stream()
                        .anyMatch(other -> other.permits() == 1 && other.name().equals(each.name())));
    }
}
