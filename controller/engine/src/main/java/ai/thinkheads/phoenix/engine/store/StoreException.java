package ai.thinkheads.phoenix.engine.store;

import ai.thinkheads.phoenix.api.ResourceKey;

/** A store refused a call. */
public abstract sealed class StoreException extends RuntimeException {

    private StoreException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
    }

    /** There is no such resource. */
    public static final class NotFound extends StoreException {
        public NotFound(ResourceKey key) {
            super(key + " was not found", null);
        }
    }

    /** There is such a resource already. */
    public static final class AlreadyExists extends StoreException {
        public AlreadyExists(ResourceKey key) {
            super(key + " already exists", null);
        }
    }

    /** Somebody else has written the resource since it was read. */
    public static final class Conflict extends StoreException {
        public Conflict(ResourceKey key, long expected, long actual) {
            super(key + " was changed by somebody else: it is at revision " + actual + ", not " + expected, null);
        }
    }

    /** The changes since that revision are no longer kept. */
    public static final class Expired extends StoreException {
        public Expired(long revision, long oldest) {
            super("changes since revision " + revision + " are no longer kept; the oldest is " + oldest, null);
        }
    }

    /** The disk is full, read-only or broken. The message says what to do. */
    public static final class Unavailable extends StoreException {
        public Unavailable(String message, @org.jspecify.annotations.Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
