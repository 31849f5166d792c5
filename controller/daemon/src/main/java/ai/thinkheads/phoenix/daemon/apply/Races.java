package ai.thinkheads.phoenix.daemon.apply;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * For writes that lost against another one. A store refuses a write because of one that is not on disk yet and so cannot be read
 * yet; reading again at once would give the same answer again.
 */
public final class Races {

    private static final Duration LONGEST = Duration.ofSeconds(5);

    private Races() {}

    /**
     * Waits until a change of the resource can be read.
     *
     * @param after a revision from before the resource was read
     */
    public static void awaitChange(Store store, ResourceKey key, long after) {
        CountDownLatch changed = new CountDownLatch(1);
        try (Store.Subscription _ = store.watch(after, key::equals, change -> changed.countDown())) {
            boolean _ = changed.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (StoreException.Expired e) {
            // So much has changed since then that it can be read by now.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
