package ai.thinkheads.phoenix.engine.store;

import org.jspecify.annotations.Nullable;

/** The state directory cannot be used. The message says why and what to do. */
public class StateDirectoryException extends RuntimeException {

    public StateDirectoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Another process holds it. */
    public static final class InUse extends StateDirectoryException {
        InUse(String message) {
            super(message, null);
        }
    }
}
