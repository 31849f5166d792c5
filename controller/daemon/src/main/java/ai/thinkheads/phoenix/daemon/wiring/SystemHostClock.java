package ai.thinkheads.phoenix.daemon.wiring;

import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import java.time.Duration;
import java.time.Instant;

/** The controller's clock, for drivers, which wait on threads of their own. */
final class SystemHostClock implements HostClock {

    private final Clock clock;

    SystemHostClock(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public Duration elapsed() {
        return clock.elapsed();
    }

    @Override
    public void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
