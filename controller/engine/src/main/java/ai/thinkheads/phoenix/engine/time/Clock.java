package ai.thinkheads.phoenix.engine.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The time, as a port. {@link #instant} is for people and may jump; {@link #elapsed} never goes back and is for waiting. */
public interface Clock extends InstantSource {

    /** Time since some fixed moment, never going back whatever happens to the wall clock. */
    Duration elapsed();

    /** The machine's clocks. */
    static Clock system() {
        InstantSource wall = InstantSource.system();
        return new Clock() {
            @Override
            public Instant instant() {
                return wall.instant();
            }

            @Override
            public Duration elapsed() {
                return Duration.ofNanos(System.nanoTime());
            }
        };
    }
}
