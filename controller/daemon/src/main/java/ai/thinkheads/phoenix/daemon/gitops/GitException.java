package ai.thinkheads.phoenix.daemon.gitops;

import org.jspecify.annotations.Nullable;

/** A repository could not be fetched or read. The message has no credentials in it. */
public final class GitException extends RuntimeException {

    private final String reason;

    /** @param reason one CamelCase word for the condition */
    public GitException(String reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
