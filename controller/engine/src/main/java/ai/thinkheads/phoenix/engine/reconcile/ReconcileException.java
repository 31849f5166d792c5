package ai.thinkheads.phoenix.engine.reconcile;

import org.jspecify.annotations.Nullable;

/** A resource could not be compared or changed. The message is for the user: object, field, cause and next step. */
public final class ReconcileException extends RuntimeException {

    private final String reason;
    private final boolean worthRetrying;

    /**
     * @param reason one CamelCase word for the condition, for example {@code HostUnreachable}
     * @param worthRetrying whether the same may succeed later without a change of the resource
     */
    public ReconcileException(String reason, String message, boolean worthRetrying, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.worthRetrying = worthRetrying;
    }

    public String reason() {
        return reason;
    }

    public boolean isWorthRetrying() {
        return worthRetrying;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
