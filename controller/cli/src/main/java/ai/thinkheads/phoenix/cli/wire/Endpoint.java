package ai.thinkheads.phoenix.cli.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Where a controller listens. */
public sealed interface Endpoint {

    /** A unix socket. */
    record Unix(Path socket) implements Endpoint {
        @Override
        public SocketChannel connect() throws IOException {
            return UnixSocket.connect(socket);
        }

        @Override
        public String toString() {
            return "unix://" + socket;
        }
    }

    /** A port on this machine, such as {@code phoenixctl proxy} offers. */
    record Loopback(String host, int port) implements Endpoint {
        @Override
        public SocketChannel connect() throws IOException {
            return SocketChannel.open(new InetSocketAddress(host, port));
        }

        @Override
        public String toString() {
            return "http://" + host + ":" + port;
        }
    }

    /**
     * Reads {@code unix:///path}, {@code /path} or {@code http://127.0.0.1:8001}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    static Endpoint parse(String text) {
        if (text.startsWith("/")) {
            return new Unix(Path.of(text));
        }
        if (text.startsWith("unix://")) {
            return new Unix(Path.of(text.substring("unix://".length())));
        }
        if (text.startsWith("http://")) {
            URI uri = URI.create(text);
            if (uri.getHost() != null) {
                return new Loopback(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
            }
        }
        throw new IllegalArgumentException("the server '" + text
                + "' is neither a socket such as unix:///var/lib/phoenix/phoenix.sock nor http://127.0.0.1:8001");
    }

    /** Opens a connection. */
    SocketChannel connect() throws IOException;
}
