package ai.thinkheads.phoenix.daemon.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Offers the API of a unix socket on a port of the loopback interface, for clients that cannot speak to a socket. A connection
 * whose first request does not name this machine as its host is refused, so that no web page can reach the API by giving its
 * own name this machine's address; the API itself refuses the requests of web pages one by one.
 */
public final class LoopbackProxy implements AutoCloseable {

    private static final int LARGEST_HEAD = 64 << 10;
    private static final int MOST_CONNECTIONS = 512;
    private static final Pattern HOSTS = Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");

    private final Path socket;
    private final ServerSocketChannel listener;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);

    private LoopbackProxy(Path socket, ServerSocketChannel listener) {
        this.socket = socket;
        this.listener = listener;
    }

    /**
     * Starts to listen on 127.0.0.1.
     *
     * @param port 0 for any that is free
     * @throws IOException when the port is taken
     */
    public static LoopbackProxy start(Path socket, int port) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
        } catch (IOException e) {
            listener.close();
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
        LoopbackProxy proxy = new LoopbackProxy(socket, listener);
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    /** The port that it listens on. */
    public int port() {
        return listener.socket().getLocalPort();
    }

    /** Waits until it is closed. */
    public void await() throws InterruptedException {
        closed.await();
    }

    /** Whether a {@code Host} header names this machine. */
    static boolean isThisMachine(String host) {
        return HOSTS.matcher(host.strip().toLowerCase(Locale.ROOT)).matches();
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                if (open.size() >= MOST_CONNECTIONS) {
                    client.close();
                } else {
                    open.add(client);
                    threads.execute(() -> serve(client));
                }
            } catch (IOException e) {
                // Either the proxy was closed, which ends the loop, or the client left before it was accepted.
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            byte[] head = head(client);
            String refusal = refusal(head);
            if (refusal != null) {
                byte[] text = (refusal + "\n").getBytes(StandardCharsets.UTF_8);
                write(
                        client,
                        ("HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "
                                        + text.length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                write(client, text);
                return;
            }
            try (SocketChannel server = connect(client)) {
                open.add(server);
                write(server, head);
                threads.execute(() -> pipe(client, server));
                pipe(server, client);
                open.remove(server);
            }
        } catch (IOException e) {
            // One side is gone; the other learns it by the connection's end.
        } finally {
            open.remove(client);
        }
    }

    private SocketChannel connect(SocketChannel client) throws IOException {
        SocketChannel server = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.connect(UnixDomainSocketAddress.of(socket));
            return server;
        } catch (IOException e) {
            server.close();
            byte[] text = ("no controller answers at " + socket + "\n").getBytes(StandardCharsets.UTF_8);
            write(
                    client,
                    ("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "
                                    + text.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            write(client, text);
            throw e;
        }
    }

    /** The bytes up to the end of the first request's head, and whatever came with them. */
    private static byte[] head(SocketChannel client) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8 << 10);
        while (head.size() < LARGEST_HEAD) {
            if (client.read(buffer.clear()) < 0) {
                throw new IOException("the request ended early");
            }
            head.write(buffer.array(), 0, buffer.position());
            if (head.toString(StandardCharsets.ISO_8859_1).contains("\r\n\r\n")) {
                return head.toByteArray();
            }
        }
        return head.toByteArray();
    }

    private static @Nullable String refusal(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return "the head of the request is too large";
        }
        String[] lines = text.substring(0, end).split("\r\n");
        String host = null;
        for (String line : lines) {
            if (line.regionMatches(true, 0, "host:", 0, 5)) {
                if (host != null) {
                    return "the request has more than one Host header";
                }
                host = line.substring(5);
            }
        }
        return host != null && isThisMachine(host)
                ? null
                : "this proxy serves requests to localhost only; use http://127.0.0.1 in the address";
    }

    /** Copies until the source ends, and then ends the sink. */
    private static void pipe(SocketChannel source, SocketChannel sink) {
        ByteBuffer buffer = ByteBuffer.allocate(32 << 10);
        try {
            while (source.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    sink.write(buffer);
                }
            }
            sink.shutdownOutput();
        } catch (IOException e) {
            close(sink);
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // A connection that cannot be closed is closed already.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(LoopbackProxy::close);
        threads.close();
        closed.countDown();
    }
}
