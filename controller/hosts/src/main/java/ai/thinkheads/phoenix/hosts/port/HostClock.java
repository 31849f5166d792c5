package ai.thinkheads.phoenix.hosts.port;

import java.time.Duration;
import java.time.Instant;

/** Time as drivers need it, as a port: simulations replace it. */
public interface HostClock {

    Instant now();

    /** Time since some fixed moment, never going back. */
    Duration elapsed();

    /** Waits. Interrupting the thread ends the wait early with the thread's interrupt flag set. */
    void sleep(Duration duration);
}
