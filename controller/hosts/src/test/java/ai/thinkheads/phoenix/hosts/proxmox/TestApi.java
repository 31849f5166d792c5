package ai.thinkheads.phoenix.hosts.proxmox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** An https server that answers as a test wants, in the envelope of Proxmox's API. It writes down every request. */
public final class TestApi implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PASSWORD = "changeit";

    private static @Nullable KeyStore shared;

    private final HttpsServer server;
    private final KeyStore keys;
    private final Handler handler;
    public final List<Request> requests = new CopyOnWriteArrayList<>();

    /** A request; parameters that come several times are a list. */
    public record Request(String method, String path, Map<String, List<String>> params, Map<String, String> headers) {
        public String param(String name) {
            List<String> values = params.get(name);
            return values == null ? "" : values.getFirst();
        }

        boolean has(String name) {
            return params.containsKey(name);
        }
    }

    /** What to answer; a message is an error's. */
    public record Answer(
            int status, @Nullable Object data, String message, Map<String, String> errors, Map<String, Object> more) {
        static Answer of(@Nullable Object data) {
            return new Answer(200, data, "", Map.of(), Map.of());
        }

        public static Answer error(int status, String message) {
            return new Answer(status, null, message + "\n", Map.of(), Map.of());
        }
    }

    public interface Handler {
        Answer answer(Request request);
    }

    private TestApi(KeyStore keys, Handler handler) throws GeneralSecurityException, IOException {
        this.keys = keys;
        this.handler = handler;
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** With the certificate that all tests of this process share. */
    public static TestApi start(Handler handler) throws Exception {
        return new TestApi(shared(), handler);
    }

    /** With a certificate of its own. */
    static TestApi startFresh(Path directory, Handler handler) throws Exception {
        return new TestApi(certificate(directory), handler);
    }

    private static synchronized KeyStore shared() throws Exception {
        KeyStore known = shared;
        if (known == null) {
            known = certificate(Files.createTempDirectory("phoenix-test"));
            shared = known;
        }
        return known;
    }

    private static KeyStore certificate(Path directory) throws Exception {
        Path file = directory.resolve("server.p12");
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(
                        tool,
                        "-genkeypair",
                        "-alias",
                        "api",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=pve",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed");
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Files.delete(file);
        return keys;
    }

    public URI endpoint() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    public String fingerprint() throws Exception {
        Certificate certificate = keys.getCertificate("api");
        return HexFormat.ofDelimiter(":")
                .withUpperCase()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    String pem() throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(keys.getCertificate("api").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private void handle(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, List<String>> params = new LinkedHashMap<>();
        parse(query == null ? "" : query, params);
        parse(body, params);
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(), values.getFirst()));
        String path = URLDecoder.decode(exchange.getRequestURI().getRawPath(), StandardCharsets.UTF_8)
                .replaceFirst("^/api2/json", "");
        Request request = new Request(exchange.getRequestMethod(), path, params, headers);
        requests.add(request);
        Answer answer;
        try {
            answer = handler.answer(request);
        } catch (RuntimeException e) {
            answer = Answer.error(500, "the test's own failure: " + e);
        }
        send(exchange, answer);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        Map<String, Object> whole = new LinkedHashMap<>(answer.more());
        whole.put("data", answer.data());
        if (!answer.message().isEmpty()) {
            whole.put("message", answer.message());
        }
        if (!answer.errors().isEmpty()) {
            whole.put("errors", answer.errors());
        }
        boolean raw = answer.status() == 200 && answer.message().startsWith("raw:");
        String text = raw ? answer.message().substring(4) : JSON.writeValueAsString(whole);
        byte[] bytes = answer.status() == 401 ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private static void parse(String text, Map<String, List<String>> params) {
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                params.computeIfAbsent(decode(pair.substring(0, equals)), key -> new ArrayList<>())
                        .add(decode(pair.substring(equals + 1)));
            }
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
