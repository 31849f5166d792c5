package ai.thinkheads.phoenix.engine.store.sqlite;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.store.Store.Change;
import ai.thinkheads.phoenix.engine.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One write on its way to the disk, and the caller who waits for it. */
final class Write {

    private final @Nullable Change change;
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private byte @Nullable [] body;

    /**
     * @param change null for who only waits until all before are on disk
     */
    Write(@Nullable Change change) {
        this.change = change;
    }

    @Nullable
    Change change() {
        return change;
    }

    /** The resource as bytes; made by whoever asks first. */
    synchronized byte[] encode() {
        byte[] made = body;
        if (made == null) {
            made = change == null || change.type() == Change.Type.DELETED
                    ? new byte[0]
                    : ResourceCodec.write(change.resource());
            body = made;
        }
        return made;
    }

    void succeed() {
        end.complete(true);
    }

    void fail(StoreException why) {
        end.completeExceptionally(why);
    }

    void await() {
        try {
            end.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException.Unavailable why) {
                throw new StoreException.Unavailable(String.valueOf(why.getMessage()), why);
            }
            throw e;
        }
    }
}
