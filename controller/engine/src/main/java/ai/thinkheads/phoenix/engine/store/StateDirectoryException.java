package ai.thinkheads.phoenix.engine.store;

import org.jspecify.annotations.Nullable;

/** The state directory cannot be used. The message says why and what to do. */
public final class StateDirectoryException extends RuntimeException {

    public StateDirectoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
