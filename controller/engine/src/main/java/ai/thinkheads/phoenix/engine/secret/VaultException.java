package ai.thinkheads.phoenix.engine.secret;

import org.jspecify.annotations.Nullable;

/** The vault cannot be read or written. The message says what to do and holds no value. */
public final class VaultException extends RuntimeException {

    public VaultException(String message) {
        this(message, null);
    }

    public VaultException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
