package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import java.time.Duration;
import java.time.Instant;

/** The time of a run, for engine and hosts alike. It moves only when nothing is left to do. */
final class VirtualTime implements Clock {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Duration elapsed;

    VirtualTime(Duration elapsed) {
        this.elapsed = elapsed;
    }

    @Override
    public Instant instant() {
        return START.plus(elapsed);
    }

    @Override
    public Duration elapsed() {
        return elapsed;
    }

    void set(Duration now) {
        if (now.compareTo(elapsed) < 0) {
            throw new IllegalArgumentException("time does not go back: " + now);
        }
        elapsed = now;
    }

    /** The same time for drivers, whose waiting is that of the strands. */
    HostClock forHosts(Strands strands) {
        return new HostClock() {
            @Override
            public Instant now() {
                return instant();
            }

            @Override
            public Duration elapsed() {
                return elapsed;
            }

            @Override
            public void sleep(Duration duration) {
                strands.sleep(duration);
            }
        };
    }
}
