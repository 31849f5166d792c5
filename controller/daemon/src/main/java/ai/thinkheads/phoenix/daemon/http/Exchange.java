package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One request and its answer, with the bounds that hold for every endpoint. */
final class Exchange {

    /** No body is larger. */
    static final long LARGEST_BODY = 10L << 20;

    private static final String JSON = "application/json";
    private static final JsonMapper READER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxStringLength((int) LARGEST_BODY)
                            .build())
                    .build())
            .build();

    private final ServerRequest request;
    private final ServerResponse response;
    private final List<String> path;
    private boolean streaming;

    Exchange(ServerRequest request, ServerResponse response) {
        this.request = request;
        this.response = response;
        this.path = split(request.path().rawPath());
    }

    private static List<String> split(String raw) {
        List<String> steps = new ArrayList<>();
        for (String step : raw.split("/")) {
            if (!step.isEmpty()) {
                steps.add(URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return List.copyOf(steps);
    }

    /** GET, POST, PUT, PATCH or DELETE; HEAD counts as GET. */
    String method() {
        String method = request.prologue().method().text();
        return method.equals("HEAD") ? "GET" : method;
    }

    /** The steps of the path, decoded. */
    List<String> path() {
        return path;
    }

    /** The value of a query parameter; empty when it is absent or empty. */
    Optional<String> query(String name) {
        return request.query().contains(name)
                ? Optional.of(request.query().get(name)).filter(value -> !value.isEmpty())
                : Optional.empty();
    }

    boolean flag(String name) {
        return request.query().contains(name)
                && (request.query().get(name).isEmpty()
                        || isTrue(request.query().get(name)));
    }

    private static boolean isTrue(String value) {
        return value.equals("true") || value.equals("1");
    }

    /** A whole number of at least 0. */
    long number(String name, long absent) {
        Optional<String> value = query(name);
        if (value.isEmpty()) {
            return absent;
        }
        if (!value.get().matches("[0-9]{1,18}")) {
            throw ApiError.badRequest(
                    "the query parameter " + name + " has to be a whole number, not '" + value.get() + "'");
        }
        return Long.parseLong(value.get());
    }

    /** How long a watch may go on, in seconds; 0 for the server's own limit. */
    long watchLimit() {
        String timeout = query("timeout").orElse("");
        return timeout.matches("[0-9]{1,6}s")
                ? Math.max(1, Long.parseLong(timeout.substring(0, timeout.length() - 1)))
                : number("timeoutSeconds", 0);
    }

    String header(String name) {
        HeaderName header = HeaderNames.create(name);
        return request.headers().contains(header)
                ? request.headers().get(header).values()
                : "";
    }

    String accept() {
        return String.join(",", request.headers().values(HeaderNames.ACCEPT));
    }

    /** The media type of the body in lower case, without parameters. */
    String contentType() {
        String type = header("Content-Type");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    private byte[] body(long limit) {
        byte[] bytes;
        try {
            // Not closed: that would wait for the rest of a body which has already been refused.
            bytes = request.content().inputStream().readNBytes((int) limit + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("the body of the request ended early", e);
        } catch (RuntimeException e) {
            // The web server reads the chunks of a body while this does, and has several exceptions for what is no
            // chunk.
            response.header(HeaderValues.CONNECTION_CLOSE);
            throw e instanceof RequestException refused && refused.status().equals(Status.REQUEST_ENTITY_TOO_LARGE_413)
                    ? ApiError.tooLarge(limit)
                    : ApiError.badRequest("the body of the request is not well-formed");
        }
        if (bytes.length > limit) {
            throw ApiError.tooLarge(limit);
        }
        return bytes;
    }

    /** The body as JSON; a missing node when there is none. */
    JsonNode json() {
        return json(LARGEST_BODY);
    }

    /** The body as JSON, of at most that many bytes. */
    JsonNode json(long limit) {
        byte[] bytes = body(limit);
        if (bytes.length == 0) {
            return READER.missingNode();
        }
        try {
            return READER.readTree(bytes);
        } catch (JacksonException e) {
            throw ApiError.badRequest("the body is not JSON: " + e.getOriginalMessage());
        }
    }

    Exchange addHeader(String name, String value) {
        response.header(name, value);
        return this;
    }

    void send(int code, JsonNode answer) {
        send(code, JSON, ResourceCodec.json().writeValueAsBytes(answer));
    }

    void send(int code, String type, byte[] answer) {
        response.status(code).header("Content-Type", type).send(answer);
    }

    void text(int code, String answer) {
        send(code, "text/plain; charset=utf-8", answer.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether an answer has been begun, so that no other one can be given. */
    boolean isSent() {
        return streaming || response.isSent();
    }

    /** Starts an answer that comes line by line. */
    Lines lines() {
        streaming = true;
        response.status(200).header("Content-Type", JSON).header("Cache-Control", "no-cache");
        return new Lines(response.outputStream());
    }

    /** JSON values, one a line. */
    static final class Lines implements AutoCloseable {
        private final OutputStream out;

        private Lines(OutputStream out) {
            this.out = new BufferedOutputStream(out, 16 << 10);
        }

        /** Adds a line, which goes out with the next {@link #flush}, or before. */
        void add(JsonNode value) throws IOException {
            try {
                out.write(ResourceCodec.json().writeValueAsBytes(value));
                out.write('\n');
            } catch (RuntimeException e) {
                // The web server has exceptions of its own for a connection that is no more.
                throw new IOException("the client is gone", e);
            }
        }

        void flush() throws IOException {
            try {
                out.flush();
            } catch (RuntimeException e) {
                throw new IOException("the client is gone", e);
            }
        }

        /** Adds a line, which is on its way when this returns. */
        void send(JsonNode value) throws IOException {
            add(value);
            flush();
        }

        @Override
        public void close() throws IOException {
            try {
                out.close();
            } catch (RuntimeException e) {
                throw new IOException("the client is gone", e);
            }
        }
    }
}
