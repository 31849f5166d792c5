package ai.thinkheads.phoenix.daemon.http;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** Listens on the unix socket. Whoever may write to the socket may do everything that the API offers. */
public final class HttpServer implements AutoCloseable {

    /** The longest path that the operating system takes as the address of a socket. */
    private static final int LONGEST_ADDRESS = 107;

    private final Api api;
    private final Path socket;
    private final WebServer server;

    private HttpServer(Api api, Path socket, WebServer server) {
        this.api = api;
        this.socket = socket;
        this.server = server;
    }

    /**
     * Starts to listen. The caller holds the lock of the state directory: a socket that is there was left by a controller that
     * is no more, and is removed.
     */
    public static HttpServer start(Api api, Path socket) throws IOException {
        int length = socket.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (length > LONGEST_ADDRESS) {
            throw new IOException(
                    "the path of the socket " + socket + " has " + length + " bytes, and the operating system"
                            + " takes " + LONGEST_ADDRESS + "; choose a shorter state directory");
        }
        Files.deleteIfExists(socket);
        WebServer server = WebServer.builder()
                .bindAddress(UnixDomainSocketAddress.of(socket))
                .shutdownHook(false)
                .protocolsDiscoverServices(false)
                .addProtocol(Http1Config.builder()
                        .maxPrologueLength(16 << 10)
                        .maxHeadersSize(32 << 10)
                        .build())
                .maxPayloadSize(ApplyRoute.LARGEST_SET)
                .shutdownGracePeriod(Duration.ofMillis(500))
                .routing(routing -> routing.any("/*", api.handler()).any(api.handler()))
                .build();
        server.start();
        if (!server.isRunning()) {
            throw new IOException("cannot listen on " + socket);
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
        return new HttpServer(api, socket, server);
    }

    /** Ends the answers that go on, takes no more requests and removes the socket. */
    @Override
    public void close() throws IOException {
        api.close();
        server.stop();
        Files.deleteIfExists(socket);
    }
}
