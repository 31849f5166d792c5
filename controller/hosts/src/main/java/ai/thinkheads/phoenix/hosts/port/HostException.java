package ai.thinkheads.phoenix.hosts.port;

import org.jspecify.annotations.Nullable;

/** A host refused, failed or could not be reached. */
public final class HostException extends RuntimeException {

    private final Cause why;

    /**
     * @param message what was asked for, what the host said and, where it is known, what to do; never with a secret in it
     */
    public HostException(Cause why, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.why = why;
    }

    public HostException(Cause why, String message) {
        this(why, message, null);
    }

    public Cause why() {
        return why;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** Why, as far as it decides on what to do next. */
    public enum Cause {
        /** The host says that this cannot be done; it will say so again. Nothing was changed. */
        REFUSED(false),
        /** There is no such object. */
        NOT_FOUND(true),
        /** The configuration was changed by somebody since it was read. Nothing was changed. */
        CONFLICT(true),
        /** Something holds a lock. Nothing was changed. */
        LOCKED(true),
        /** There is no space left. */
        NO_SPACE(false),
        /** Credentials or privileges are missing. */
        DENIED(false),
        /** The host did not answer, or the answer was lost or makes no sense: whether anything was changed is unknown. */
        UNREACHABLE(true),
        /** The work was begun and failed. */
        FAILED(true),
        /** The driver cannot do this. */
        UNSUPPORTED(false);

        private final boolean worthRetrying;

        Cause(boolean worthRetrying) {
            this.worthRetrying = worthRetrying;
        }

        /** Whether the same may succeed later without anybody changing anything. */
        public boolean isWorthRetrying() {
            return worthRetrying;
        }
    }
}
