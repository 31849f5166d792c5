package ai.thinkheads.phoenix.daemon.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Listens on the unix socket. Whoever may write to the socket may do everything that the API offers. */
public final class HttpServer implements AutoCloseable {

    /** The longest path that the operating system takes as the address of a socket. */
    private static final int LONGEST_ADDRESS = 107;

    private final Path socket;
    private final WebServer server;
    private volatile @Nullable Api api;

    /**
     * Makes everything ready for {@link #start}. Loading the web server takes a while, which can be spent beside other things.
     *
     * @throws IllegalArgumentException when the path is longer than the operating system takes
     */
    public HttpServer(Path socket) {
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_ADDRESS) {
            throw new IllegalArgumentException(
                    "the path of the socket " + socket + " has " + length + " bytes, and the operating system takes "
                            + LONGEST_ADDRESS + "; choose a shorter state directory");
        }
        this.socket = socket;
        this.server = WebServer.builder()
                .bindAddress(UnixDomainSocketAddress.of(socket))
                .shutdownHook(false)
                .protocolsDiscoverServices(false)
                .addProtocol(Http1Config.builder()
                        .maxPrologueLength(16 << 10)
                        .maxHeadersSize(32 << 10)
                        .build())
                .maxPayloadSize(ApplyRoute.LARGEST_SET)
                .shutdownGracePeriod(Duration.ofMillis(500))
                .directHandlers(DirectHandlers.builder()
                        .addHandler(DirectHandler.EventType.INTERNAL_ERROR, HttpServer::malformed)
                        .build())
                .routing(routing -> routing.any("/*", this::handle).any(this::handle))
                .build();
    }

    /**
     * What fails before a request has found its endpoint, which answers for its own failures, is no request: a method that is none
     * makes the web server speak of an error of its own.
     */
    private static DirectHandler.TransportResponse malformed(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType type,
            Status status,
            ServerResponseHeaders headers,
            String message) {
        return DirectHandler.TransportResponse.builder()
                .status(Status.BAD_REQUEST_400)
                .headers(headers)
                .keepAlive(false)
                .entity("the request is not well-formed\n")
                .build();
    }

    private void handle(ServerRequest request, ServerResponse response) throws Exception {
        Api ready = api;
        if (ready == null) {
            response.status(503).send();
        } else {
            ready.handler().handle(request, response);
        }
        if (request.headers().contains(HeaderValues.CONNECTION_CLOSE)
                || response.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
            // The web server says so in its answer, and then waits for another request all the same.
            throw new CloseConnectionException("the client asked for it");
        }
    }

    /**
     * Starts to listen. The caller holds the lock of the state directory: a socket that is there was left by a controller that
     * is no more, and is removed.
     */
    public void start(Api ready) throws IOException {
        api = ready;
        Files.deleteIfExists(socket);
        server.start();
        if (!server.isRunning()) {
            throw new IOException("cannot listen on " + socket);
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    }

    /** Ends the answers that go on, takes no more requests and removes the socket. */
    @Override
    public void close() throws IOException {
        Api open = api;
        if (open == null) {
            return;
        }
        open.close();
        server.stop();
        Files.deleteIfExists(socket);
    }
}
