package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A client that lists, watches and keeps what it is told: what it knows has to be what is stored. */
final class Replica implements Store.Listener {

    private final TreeMap<ResourceKey, Resource<?, ?>> known = new TreeMap<>();
    private final Invariants invariants;
    private final Strands strands;
    private final boolean slow;
    private long revision;
    private boolean staying;
    private Store.@Nullable Subscription subscription;

    Replica(Invariants invariants, Strands strands, boolean slow) {
        this.invariants = invariants;
        this.strands = strands;
        this.slow = slow;
    }

    void follow(Store store) {
        Store.Listing listing = store.list(null);
        listing.items().forEach(each -> known.put(each.key(), each));
        revision = listing.revision();
        subscription = store.watch(revision, key -> true, this);
    }

    /** Does not go away any more; if it is away, it is back within a minute. */
    void stay() {
        staying = true;
    }

    /** Goes away so many times, and comes back where it was, or lists anew when that is no longer kept. */
    void wander(Store store, RandomGenerator random, int times) {
        strands.startAfter("watcher", Duration.ofSeconds(5 + random.nextInt(200)), () -> {
            if (staying) {
                return;
            }
            if (subscription != null) {
                subscription.close();
            }
            strands.sleep(Duration.ofSeconds(random.nextInt(40)));
            try {
                subscription = store.watch(revision, key -> true, this);
            } catch (StoreException.Expired e) {
                known.clear();
                follow(store);
            }
            if (times > 1) {
                wander(store, random, times - 1);
            }
        });
    }

    @Override
    public void changed(Store.Change change) {
        ResourceKey key = change.resource().key();
        if (change.revision() <= revision) {
            invariants.violated(
                    Invariant.WATCHED_IN_ORDER, key + ": revision " + change.revision() + " came after " + revision);
        }
        revision = change.revision();
        Resource<?, ?> before = known.get(key);
        if (!Objects.equals(before, change.previous())) {
            invariants.violated(
                    Invariant.WATCHED_IN_ORDER,
                    key + ": the change to revision " + revision + " does not follow on what was seen before");
        }
        if (change.type() == Store.Change.Type.DELETED) {
            known.remove(key);
        } else {
            known.put(key, change.resource());
        }
        if (slow) {
            strands.perhapsSwitch();
        }
    }

    /** In the end it knows what is stored. */
    void compare(Store.Listing listing) {
        TreeMap<ResourceKey, Resource<?, ?>> stored = new TreeMap<>();
        listing.items().forEach(each -> stored.put(each.key(), each));
        if (!stored.equals(known)) {
            invariants.violated(
                    Invariant.WATCHED_IN_ORDER,
                    "a watcher knows the state of revision " + revision + ", and " + listing.revision() + " is stored");
        }
    }
}
