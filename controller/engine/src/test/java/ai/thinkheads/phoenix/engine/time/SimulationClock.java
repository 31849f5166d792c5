package ai.thinkheads.phoenix.engine.time;

import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until it is moved. The wall can be made to jump without any time passing. */
public final class SimulationClock implements Clock {

    private volatile Duration elapsed = Duration.ZERO;
    private volatile Instant start = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
        return start.plus(elapsed);
    }

    @Override
    public Duration elapsed() {
        return elapsed;
    }

    /** Lets time pass, on both clocks. */
    public void pass(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + duration);
        }
        elapsed = elapsed.plus(duration);
    }

    /** Sets the wall clock forward or back; no time passes. */
    public void jump(Duration by) {
        start = start.plus(by);
    }
}
