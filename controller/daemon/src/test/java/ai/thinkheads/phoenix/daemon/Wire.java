package ai.thinkheads.phoenix.daemon;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** A client that sends exactly what a test says, one connection a request. */
public final class Wire {

    /** The path of the API group. */
    public static final String GROUP = "/apis/phoenix.thinkheads.ai/v1alpha1";

    private final Path socket;

    public Wire(Path socket) {
        this.socket = socket;
    }

    /** An answer. */
    public record Answer(int status, Map<String, String> headers, String body) {
        public JsonNode json() {
            return ResourceCodec.json().readTree(body);
        }
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    public Answer post(String path, String body) {
        return send("POST", path, body, "Content-Type: application/json");
    }

    public Answer put(String path, String body) {
        return send("PUT", path, body, "Content-Type: application/json");
    }

    public Answer patch(String path, String body) {
        return send("PATCH", path, body, "Content-Type: application/merge-patch+json");
    }

    public Answer delete(String path) {
        return send("DELETE", path, "");
    }

    public Answer send(String method, String path, String body, String... headers) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            write(channel, method, path, body, headers);
            return read(Channels.newInputStream(channel));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the lines of an answer until the predicate has had enough. */
    public List<JsonNode> follow(String path, Predicate<JsonNode> enough, String... headers) {
        List<JsonNode> lines = new ArrayList<>();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            write(channel, "GET", path, "", headers);
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("{")) {
                    JsonNode json = ResourceCodec.json().readTree(line);
                    lines.add(json);
                    if (enough.test(json)) {
                        break;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private static void write(SocketChannel channel, String method, String path, String body, String... headers)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nConnection: close\r\n");
        if (List.of(headers).stream().noneMatch(header -> header.startsWith("Host:"))) {
            head.append("Host: localhost\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (List.of(headers).stream().noneMatch(header -> header.startsWith("Transfer-Encoding:"))) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        all.writeBytes(bytes);
        ByteBuffer buffer = ByteBuffer.wrap(all.toByteArray());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static Answer read(InputStream in) throws IOException {
        String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        int end = all.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("no HTTP answer: " + all);
        }
        String[] head = all.substring(0, end).split("\r\n");
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < head.length; i++) {
            int colon = head[i].indexOf(':');
            headers.merge(
                    head[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    head[i].substring(colon + 1).strip(),
                    (a, b) -> a + ", " + b);
        }
        String body = all.substring(end + 4);
        boolean chunked = "chunked".equals(headers.get("transfer-encoding"));
        return new Answer(Integer.parseInt(head[0].split(" ")[1]), headers, chunked ? dechunk(body) : body);
    }

    private static String dechunk(String body) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (true) {
            int line = body.indexOf("\r\n", at);
            int size = Integer.parseInt(body.substring(at, line).strip(), 16);
            if (size == 0) {
                return out.toString();
            }
            out.append(body, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
    }
}
