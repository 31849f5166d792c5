package ai.thinkheads.phoenix.cli.wire;

import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks a controller. One connection a request: a connection to a unix socket costs less than keeping one costs code. */
public final class ApiClient {

    /** Where Phoenix's kinds live. */
    public static final String GROUP = "/apis/phoenix.thinkheads.ai/v1alpha1";

    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private static final int LONGEST_LINE = 1 << 16;

    private final Endpoint endpoint;

    public ApiClient(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** Whether somebody listens there and answers. */
    public boolean answers() {
        try {
            request("GET", "/livez", null, "*/*", null, (status, body) -> body.readAll());
            return true;
        } catch (IOException | ApiException e) {
            return false;
        }
    }

    public JsonNode get(String path) {
        return json("GET", path, null, null, "application/json");
    }

    /** The same as a Table, with the columns that people look at. */
    public Table table(String path) {
        return Table.read(answer("GET", path, null, null, TABLE));
    }

    public JsonNode post(String path, JsonNode body) {
        return json("POST", path, "application/json", bytes(body), "application/json");
    }

    /** Sends texts of manifests, for the controller to read. */
    public JsonNode apply(SetRequest request, List<ManifestText> manifests) {
        ObjectNode body = Trees.JSON.createObjectNode();
        ArrayNode texts = body.putArray("texts");
        manifests.forEach(each -> texts.addObject().put("name", each.name()).put("text", each.text()));
        String set = request.applySet();
        return post(
                "/phoenix/v1/apply?dryRun=" + request.dryRun() + "&prune=" + request.prune()
                        + (set == null ? "" : "&applySet=" + URLEncoder.encode(set, StandardCharsets.UTF_8))
                        + (request.hostOnly() ? "&scope=Host" : ""),
                body);
    }

    public JsonNode mergePatch(String path, JsonNode body) {
        return json("PATCH", path, "application/merge-patch+json", bytes(body), "application/json");
    }

    public JsonNode delete(String path) {
        return json("DELETE", path, null, null, "application/json");
    }

    /** Follows an answer that comes line by line until the listener answers false or the controller ends it. */
    public void follow(
            String method, String path, @Nullable JsonNode body, boolean asTable, Predicate<JsonNode> listener) {
        byte[] bytes = body == null ? null : bytes(body);
        try {
            request(
                    method,
                    path,
                    bytes == null ? null : "application/json",
                    asTable ? TABLE : "application/json",
                    bytes,
                    (status, in) -> {
                        if (status >= 400) {
                            throw error(status, in.readAll());
                        }
                        String line = in.line();
                        while (line != null) {
                            if (!line.isBlank() && !listener.test(parse(line))) {
                                return new byte[0];
                            }
                            line = in.line();
                        }
                        return new byte[0];
                    });
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private JsonNode json(String method, String path, @Nullable String type, byte @Nullable [] body, String accept) {
        return parse(new String(answer(method, path, type, body, accept), StandardCharsets.UTF_8));
    }

    private byte[] answer(String method, String path, @Nullable String type, byte @Nullable [] body, String accept) {
        try {
            return request(method, path, type, accept, body, (status, in) -> {
                byte[] all = in.readAll();
                if (status >= 400) {
                    throw error(status, all);
                }
                return all;
            });
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private ControllerUnreachable unreachable(IOException e) {
        return new ControllerUnreachable("the controller at " + endpoint + " does not answer: " + e.getMessage(), e);
    }

    private byte[] request(
            String method, String path, @Nullable String type, String accept, byte @Nullable [] body, Reader reader)
            throws IOException {
        try (SocketChannel channel = endpoint.connect()) {
            StringBuilder head = new StringBuilder(256)
                    .append(method)
                    .append(' ')
                    .append(path)
                    .append(" HTTP/1.1\r\nHost: localhost\r\nUser-Agent: phoenixctl\r\nConnection: close\r\nAccept: ")
                    .append(accept)
                    .append("\r\n");
            if (body != null) {
                head.append("Content-Type: ")
                        .append(type)
                        .append("\r\nContent-Length: ")
                        .append(body.length)
                        .append("\r\n");
            }
            write(channel, head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            if (body != null) {
                write(channel, body);
            }
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 15);
            String statusLine = line(in);
            if (statusLine == null || !statusLine.startsWith("HTTP/1.")) {
                throw new IOException("no HTTP answer");
            }
            int status = Integer.parseInt(statusLine.substring(9, 12));
            return reader.read(status, body(in));
        }
    }

    private static Body body(InputStream in) throws IOException {
        long length = -1;
        boolean chunked = false;
        String header = line(in);
        while (header != null && !header.isEmpty()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(
                        lower.substring("content-length:".length()).trim());
            } else if (lower.startsWith("transfer-encoding:") && lower.contains("chunked")) {
                chunked = true;
            }
            header = line(in);
        }
        return new Body(in, chunked, length);
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            if (line.size() > LONGEST_LINE) {
                throw new IOException("a header line is too long");
            }
            line.write(c);
            c = in.read();
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static ApiException error(int status, byte[] body) {
        JsonNode answer;
        try {
            answer = Trees.JSON.readTree(body);
        } catch (JacksonException e) {
            return new ApiException(
                    status,
                    "Unknown",
                    "the controller answered " + status + ": " + new String(body, StandardCharsets.UTF_8).strip(),
                    List.of());
        }
        List<String> causes = new ArrayList<>();
        for (JsonNode cause : answer.path("details").path("causes")) {
            causes.add(ApiException.cause(
                    cause.path("field").asString(""), cause.path("message").asString("")));
        }
        return new ApiException(
                status,
                answer.path("reason").asString("Unknown"),
                answer.path("message").asString("the controller answered " + status),
                causes);
    }

    private static JsonNode parse(String text) {
        return text.isBlank() ? Trees.JSON.createObjectNode() : Trees.JSON.readTree(text);
    }

    private static byte[] bytes(JsonNode body) {
        return Trees.JSON.writeValueAsBytes(body);
    }

    /** Loaded by the first who needs a tree: listing resources does not, and is quicker for it. */
    private static final class Trees {
        static final JsonMapper JSON = new JsonMapper();
    }

    private interface Reader {
        byte[] read(int status, Body body) throws IOException;
    }

    /** A body as it comes: chunked, of known length, or until the connection ends. */
    private static final class Body {
        private final InputStream in;
        private final boolean chunked;
        private long left;

        Body(InputStream in, boolean chunked, long length) {
            this.in = in;
            this.chunked = chunked;
            this.left = chunked ? 0 : length < 0 ? Long.MAX_VALUE : length;
        }

        byte[] readAll() throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] part = new byte[1 << 13];
            while (left > 0 || (chunked && openChunk())) {
                int read = in.read(part, 0, (int) Math.min(part.length, left));
                if (read < 0) {
                    endOfStream();
                    break;
                }
                all.write(part, 0, read);
                left -= read;
            }
            return all.toByteArray();
        }

        @Nullable
        String line() throws IOException {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            int c = next();
            if (c < 0) {
                return null;
            }
            while (c >= 0 && c != '\n') {
                text.write(c);
                c = next();
            }
            return text.toString(StandardCharsets.UTF_8);
        }

        private int next() throws IOException {
            if (left == 0 && (!chunked || !openChunk())) {
                return -1;
            }
            int c = in.read();
            if (c < 0) {
                endOfStream();
                return -1;
            }
            left--;
            return c;
        }

        private void endOfStream() throws EOFException {
            if (chunked || left < Long.MAX_VALUE / 2) {
                throw new EOFException("the answer ended early");
            }
        }

        private boolean openChunk() throws IOException {
            String size = ApiClient.line(in);
            if (size != null && size.isEmpty()) {
                size = ApiClient.line(in);
            }
            if (size == null) {
                // Ended between two chunks: a controller that closes the connection at once may leave the last, empty
                // one out.
                return false;
            }
            int extension = size.indexOf(';');
            left = Long.parseLong(
                    extension < 0 ? size.trim() : size.substring(0, extension).trim(), 16);
            return left > 0;
        }
    }
}
