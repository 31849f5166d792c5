package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import java.time.Duration;
import java.time.Instant;

/** A clock that moves only by sleeping and by hand. */
public final class ManualClock implements HostClock {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Duration elapsed = Duration.ZERO;

    @Override
    public synchronized Instant now() {
        return START.plus(elapsed);
    }

    @Override
    public synchronized Duration elapsed() {
        return elapsed;
    }

    @Override
    public synchronized void sleep(Duration duration) {
        elapsed = elapsed.plus(duration);
    }
}
