package ai.thinkheads.phoenix.cli;

import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.Endpoint;
import ai.thinkheads.phoenix.daemon.Daemon;
import ai.thinkheads.phoenix.daemon.DaemonConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a controller: the one that runs, or one in this process for as long as the session is open. The one in this
 * process listens on the same socket, so that a second terminal sees what happens.
 */
public final class Session implements AutoCloseable {

    private final ApiClient api;
    private final @Nullable Daemon own;

    private Session(ApiClient api, @Nullable Daemon own) {
        this.api = api;
        this.own = own;
    }

    /** What a session is for, which decides on what a controller in this process does. */
    public enum Purpose {
        /** Looks only: nothing is reconciled. */
        LOOK,
        /** Changes things and sees them through. */
        ACT
    }

    /**
     * Opens a session.
     *
     * @throws CommandFailed when there is no access
     */
    public static Session open(Options options, Purpose purpose) {
        Endpoint named = options.server();
        if (named != null) {
            ApiClient client = new ApiClient(named);
            if (!client.answers()) {
                throw new CommandFailed(
                        ExitCode.NO_ACCESS,
                        "no controller answers at " + named
                                + "; start one with 'phoenixctl controller', or leave --server away");
            }
            return new Session(client, null);
        }
        Path state = options.stateDirectory();
        Path socket = state.resolve("phoenix.sock");
        if (Files.exists(socket)) {
            if (!Files.isWritable(socket)) {
                throw new CommandFailed(
                        ExitCode.NO_ACCESS,
                        "no access to " + socket + "; run as root, or as a member of the group that it belongs to");
            }
            ApiClient running = new ApiClient(new Endpoint.Unix(socket));
            if (running.answers()) {
                return new Session(running, null);
            }
        }
        Daemon own = Daemon.start(new DaemonConfig(state)
                .withReconciling(purpose == Purpose.ACT)
                .withLogging(options.verbose(), options.jsonLogs(), false));
        return new Session(new ApiClient(new Endpoint.Unix(socket)), own);
    }

    public ApiClient api() {
        return api;
    }

    /** Whether the controller runs in this process and ends with it. */
    public boolean isOwn() {
        return own != null;
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
