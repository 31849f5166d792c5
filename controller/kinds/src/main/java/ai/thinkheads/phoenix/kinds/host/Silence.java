package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a host that does not answer from being waited for once for every resource on it. When nobody answered for a while, whoever asks
 * within the same while again is told so at once. What is refused in no time is tried again in no time. Its owner guards it by a
 * lock, or asks for one thing at a time.
 */
final class Silence {

    private final Clock clock;
    private volatile @Nullable Kept kept;

    private record Kept(HostException failure, Duration until) {}

    Silence(Clock clock) {
        this.clock = clock;
    }

    /** Asks the host, unless it has just not answered. */
    <T> T ask(Supplier<T> question) {
        Duration begun = clock.elapsed();
        Kept last = kept;
        if (last != null && begun.compareTo(last.until()) < 0) {
            throw new HostException(
                    last.failure().why(), String.valueOf(last.failure().getMessage()), last.failure());
        }
        try {
            T answer = question.get();
            kept = null;
            return answer;
        } catch (HostException e) {
            Duration now = clock.elapsed();
            kept = e.why() == HostException.Cause.UNREACHABLE ? new Kept(e, now.plus(now.minus(begun))) : null;
            throw e;
        }
    }

    /** The way to the host is another one. */
    void end() {
        kept = null;
    }
}
