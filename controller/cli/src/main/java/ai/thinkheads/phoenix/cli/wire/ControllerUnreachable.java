package ai.thinkheads.phoenix.cli.wire;

import org.jspecify.annotations.Nullable;

/** There is no controller, or no access to it. */
public final class ControllerUnreachable extends RuntimeException {

    public ControllerUnreachable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
