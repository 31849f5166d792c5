package ai.thinkheads.phoenix.proof.fuzz;

import ai.thinkheads.phoenix.daemon.Daemon;
import ai.thinkheads.phoenix.daemon.DaemonConfig;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A real controller behind its socket. An input is either bytes that are sent as they are, or, when its first line has no
 * {@code HTTP/} in it, a request to build: {@code METHOD TARGET}, then a line with the type of the body, then the body. No answer is
 * ever 500, a request that is whole is always answered, and the controller goes on.
 */
class HttpFuzz {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BRIEFLY = Duration.ofMillis(200);
    private static final int LARGEST_ANSWER = 4 << 20;
    private static final int LIFE = 20_000;

    private static @Nullable Daemon daemon;
    private static @Nullable Path socket;
    private static int runs;

    @FuzzTest
    void requests(byte[] data) throws IOException {
        Path at = running();
        String text = new String(data, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        String first = end < 0 ? text : text.substring(0, end);
        boolean raw = first.contains("HTTP/") || !first.matches("[A-Z]{1,10} /[!-~]*");
        if (raw) {
            String answer = exchange(at, data, BRIEFLY);
            refuseDefect(answer, text);
        } else {
            byte[] request = request(first, text.substring(end < 0 ? text.length() : end + 1));
            boolean endless = first.contains("watch") || first.contains("follow") || first.contains("progress");
            String answer = exchange(at, request, endless ? BRIEFLY : PATIENCE);
            refuseDefect(answer, text);
            if (answer.isEmpty() && !endless) {
                throw new AssertionError("no answer to a whole request: " + text);
            }
        }
        if (++runs % 100 == 0) {
            String alive = exchange(at, request("GET /livez", "text/plain\n"), PATIENCE);
            if (!alive.startsWith("HTTP/1.1 200")) {
                throw new AssertionError("the controller does not answer any more: " + alive);
            }
        }
    }

    private static byte[] request(String line, String rest) {
        int end = rest.indexOf('\n');
        String type = (end < 0 ? rest : rest.substring(0, end)).replaceAll("[^!-~ ]", "");
        String body = end < 0 ? "" : rest.substring(end + 1);
        String head = line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                + (type.isBlank() ? "application/json" : type) + "\r\nContent-Length: " + body.length() + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void refuseDefect(String answer, String request) {
        if (answer.startsWith("HTTP/1.1 500")) {
            throw new AssertionError("a defect answers " + request + "\n" + answer);
        }
    }

    private static Path running() throws IOException {
        Daemon old = daemon;
        Path known = socket;
        if (old != null && known != null && runs % LIFE != LIFE - 1) {
            return known;
        }
        if (old != null) {
            old.close();
        }
        Path state = Files.createTempDirectory("fuzz-state");
        daemon = Daemon.start(new DaemonConfig(state).withReconciling(false).withLogging(false, false, false));
        Path fresh = state.resolve("phoenix.sock");
        socket = fresh;
        runs++;
        return fresh;
    }

    /** Sends, and reads until the controller ends or the patience does. */
    private static String exchange(Path at, byte[] request, Duration patience) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(at));
            ByteBuffer out = ByteBuffer.wrap(request);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            ByteBuffer in = ByteBuffer.allocate(1 << 16);
            long until = System.nanoTime() + patience.toNanos();
            while (System.nanoTime() < until && answer.size() < LARGEST_ANSWER) {
                selector.select(50);
                selector.selectedKeys().clear();
                if (out.hasRemaining()) {
                    channel.write(out);
                    if (!out.hasRemaining()) {
                        channel.keyFor(selector).interestOps(SelectionKey.OP_READ);
                        if (patience.equals(BRIEFLY)) {
                            // Nobody has to wait for the rest of a request that ends here.
                            channel.shutdownOutput();
                        }
                    }
                }
                in.clear();
                int read = channel.read(in);
                if (read < 0) {
                    break;
                }
                answer.write(in.array(), 0, read);
            }
        } catch (IOException e) {
            // The controller may hang up on what is no request.
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }
}
