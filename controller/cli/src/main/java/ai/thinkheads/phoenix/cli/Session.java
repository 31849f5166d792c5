package ai.thinkheads.phoenix.cli;

import ai.thinkheads.phoenix.api.manifest.ManifestException;
import ai.thinkheads.phoenix.cli.manifest.ManifestInput;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.ApiException;
import ai.thinkheads.phoenix.cli.wire.Endpoint;
import ai.thinkheads.phoenix.daemon.Daemon;
import ai.thinkheads.phoenix.daemon.DaemonConfig;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import ai.thinkheads.phoenix.daemon.http.ApiError;
import ai.thinkheads.phoenix.engine.store.StateDirectoryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A connection to a controller: the one that runs, or one in this process for as long as the session is open. The one in this
 * process listens on the same socket, so that a second terminal sees what happens.
 */
public final class Session implements AutoCloseable {

    private static final String SOCKET = "phoenix.sock";
    private static final Duration MOMENTS = Duration.ofSeconds(10);

    /** How long a command that compares in this process works before it listens too; shorter than another command waits for it. */
    private static final Duration UNHEARD = Duration.ofSeconds(4);

    private static volatile boolean hadOwn;

    private final ApiClient api;
    private final @Nullable Daemon own;

    private Session(ApiClient api, @Nullable Daemon own) {
        this.api = api;
        this.own = own;
    }

    /** What a session is for, which decides on what a controller in this process does. */
    public enum Purpose {
        /** Compares a set of manifests, and asks nothing else: nothing is reconciled. */
        COMPARE,
        /** Looks only: nothing is reconciled. */
        LOOK,
        /** Changes things and sees them through. */
        ACT
    }

    /**
     * A session with the controller that the user names, or the one that runs over the state directory; empty when none does.
     *
     * @throws CommandFailed when there is no access
     */
    public static Optional<Session> running(Options options) {
        Endpoint named = options.server();
        if (named == null) {
            return Optional.ofNullable(running(options.stateDirectory().resolve(SOCKET)))
                    .map(client -> new Session(client, null));
        }
        ApiClient client = new ApiClient(named);
        if (!client.answers()) {
            throw new CommandFailed(
                    ExitCode.NO_ACCESS,
                    "no controller answers at " + named
                            + "; start one with 'phoenixctl controller', or leave --server away");
        }
        return Optional.of(new Session(client, null));
    }

    /**
     * Opens a session, with a controller of its own where none runs.
     *
     * @throws CommandFailed when there is no access
     */
    public static Session open(Options options, Purpose purpose) {
        DaemonConfig config = new DaemonConfig(options.stateDirectory())
                .withReconciling(purpose == Purpose.ACT)
                .withListenAfter(purpose == Purpose.COMPARE ? UNHEARD : Duration.ZERO)
                .withLogging(options.verbose(), options.jsonLogs(), false);
        long start = System.nanoTime();
        while (true) {
            Optional<Session> running = running(options);
            if (running.isPresent()) {
                return running.get();
            }
            try {
                Daemon own = Daemon.start(config);
                hadOwn = true;
                return new Session(
                        new ApiClient(new Endpoint.Unix(config.stateDirectory().resolve(SOCKET))), own);
            } catch (StateDirectoryException.InUse e) {
                // It is just coming up, or just going down: either ends within moments.
                if (System.nanoTime() - start > MOMENTS.toNanos()) {
                    throw e;
                }
                pause();
            }
        }
    }

    /** The controller that listens there; null when none does. */
    private static @Nullable ApiClient running(Path socket) {
        if (!Files.exists(socket)) {
            return null;
        }
        if (!Files.isWritable(socket)) {
            throw new CommandFailed(
                    ExitCode.NO_ACCESS,
                    "no access to " + socket + "; run as root, or as a member of the group that it belongs to");
        }
        ApiClient client = new ApiClient(new Endpoint.Unix(socket));
        return client.answers() ? client : null;
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends a set of manifests; one that was begun here takes what was read as it is.
     *
     * @return what {@code POST /phoenix/v1/apply} answers
     * @throws ManifestException when the manifests themselves are wrong
     * @throws ApiException when the set is refused
     */
    public JsonNode apply(SetRequest request, ManifestInput manifests) {
        if (own == null) {
            try {
                return api.apply(request, manifests.texts());
            } catch (ApiException e) {
                // What is wrong with the texts themselves is said as everywhere else.
                manifests.manifests();
                throw e;
            }
        }
        try {
            return own.apply(request, manifests::manifests);
        } catch (ApiError e) {
            throw new ApiException(
                    e.code(),
                    e.reason(),
                    e.getMessage(),
                    e.causes().stream()
                            .map(cause -> ApiException.cause(cause.field(), cause.message()))
                            .toList());
        }
    }

    /**
     * Follows what the controller does, until it is closed or {@link Following#isOver}.
     *
     * @param brief whether what is done about a resource between two passes is told once
     * @param listener is told how things are, and every change; has to be quick
     */
    public Following follow(boolean brief, Consumer<JsonNode> listener) {
        if (own != null) {
            AutoCloseable following = own.follow(brief, listener);
            return new Following(following, () -> false);
        }
        Thread reader = Thread.ofVirtual().name("progress").start(() -> {
            try {
                String path = "/phoenix/v1/progress?watch=true" + (brief ? "&brief=true" : "");
                api.follow("GET", path, null, false, line -> {
                    listener.accept(line);
                    return !Thread.currentThread().isInterrupted();
                });
            } catch (RuntimeException e) {
                // Who follows sees that it is over.
            }
        });
        return new Following(reader::interrupt, () -> !reader.isAlive());
    }

    /** News that come until it is closed. */
    public static final class Following implements AutoCloseable {
        private final AutoCloseable end;
        private final BooleanSupplier over;

        private Following(AutoCloseable end, BooleanSupplier over) {
            this.end = end;
            this.over = over;
        }

        /** Whether no more news come: a stream of them ends after some time, or when its reader is too slow. */
        public boolean isOver() {
            return over.getAsBoolean();
        }

        @Override
        public void close() {
            try {
                end.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot end the following of progress", e);
            }
        }
    }

    public ApiClient api() {
        return api;
    }

    /** Whether a controller has run in this process. */
    public static boolean hadOwn() {
        return hadOwn;
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
