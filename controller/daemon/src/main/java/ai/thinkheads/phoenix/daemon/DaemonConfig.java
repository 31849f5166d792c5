package ai.thinkheads.phoenix.daemon;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a controller runs.
 *
 * @param stateDirectory where it keeps everything; made when it is missing
 * @param reconciling whether it drives hosts; one that does not answers questions and takes writes only
 * @param verbose whether what leads to a change is logged too
 * @param jsonLogs whether log lines are JSON
 * @param service whether it runs as a service, which logs each change of the world; one that lives as long as a command logs
 *     warnings only
 * @param listenAfter how long it waits with listening on its socket; zero where it listens from the first moment
 * @param drainTimeout how long the end waits for steps that run
 */
public record DaemonConfig(
        Path stateDirectory,
        boolean reconciling,
        boolean verbose,
        boolean jsonLogs,
        boolean service,
        Duration listenAfter,
        Duration drainTimeout) {

    public DaemonConfig(Path stateDirectory) {
        this(stateDirectory, true, false, false, false, Duration.ZERO, Duration.ofSeconds(30));
    }

    public DaemonConfig withReconciling(boolean other) {
        return new DaemonConfig(stateDirectory, other, verbose, jsonLogs, service, listenAfter, drainTimeout);
    }

    public DaemonConfig withLogging(boolean verboseLogs, boolean asJson, boolean asService) {
        return new DaemonConfig(stateDirectory, reconciling, verboseLogs, asJson, asService, listenAfter, drainTimeout);
    }

    public DaemonConfig withListenAfter(Duration other) {
        return new DaemonConfig(stateDirectory, reconciling, verbose, jsonLogs, service, other, drainTimeout);
    }

    public DaemonConfig withDrainTimeout(Duration other) {
        return new DaemonConfig(stateDirectory, reconciling, verbose, jsonLogs, service, listenAfter, other);
    }

    /** The unix socket that the API is at. */
    public Path socket() {
        return stateDirectory.resolve("phoenix.sock");
    }
}
