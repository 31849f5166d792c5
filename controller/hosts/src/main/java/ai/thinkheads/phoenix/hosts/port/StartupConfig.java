package ai.thinkheads.phoenix.hosts.port;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A guest's place in the host's boot and shutdown; every part may be left to the host by null. */
public record StartupConfig(
        @Nullable Integer order,
        @Nullable Duration upDelay,
        @Nullable Duration downDelay) {

    /** Everything left to the host. */
    public static final StartupConfig UNSET = new StartupConfig(null, null, null);
}
