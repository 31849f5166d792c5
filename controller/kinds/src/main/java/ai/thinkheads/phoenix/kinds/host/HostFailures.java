package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.util.function.Supplier;

/** The one place where what a host said becomes what a resource says. */
public final class HostFailures {

    private HostFailures() {}

    /**
     * Asks a host for something.
     *
     * @param about the resource that it is done for
     * @param what a phrase for the message, such as {@code create pool tank}
     * @throws ReconcileException when the host refuses or fails
     */
    public static <T> T guard(ResourceKey about, String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (HostException e) {
            throw translated(about, what, e);
        }
    }

    /** Asks a host for something that has no answer. */
    public static void guard(ResourceKey about, String what, Runnable call) {
        try {
            call.run();
        } catch (HostException e) {
            throw translated(about, what, e);
        }
    }

    /** What the host said, with the resource and the action in front of it. */
    public static ReconcileException translated(ResourceKey about, String what, HostException e) {
        return new ReconcileException(
                reason(e.why()),
                about + ": could not " + what + ": " + e.getMessage(),
                e.why().isWorthRetrying(),
                e);
    }

    private static String reason(HostException.Cause cause) {
        return switch (cause) {
            case REFUSED -> "HostRefused";
            case NOT_FOUND -> "NotFoundOnHost";
            case CONFLICT -> "ChangedByOther";
            case LOCKED -> "HostLocked";
            case NO_SPACE -> "NoSpace";
            case DENIED -> "AccessDenied";
            case UNREACHABLE -> "HostUnreachable";
            case FAILED -> "HostFailed";
            case UNSUPPORTED -> "Unsupported";
        };
    }
}
