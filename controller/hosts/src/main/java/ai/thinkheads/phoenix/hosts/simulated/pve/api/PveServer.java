package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.json.JsonMapper;

/** The API by https, at {@code /api2/json}, with a certificate of its own that is made when there is none. */
public final class PveServer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String BASE = "/api2/json";
    private static final String ALIAS = "pve";
    private static final char[] PASSWORD = "pve-api".toCharArray();
    private static final int LONGEST_BODY = 512 << 10;

    private final HttpsServer server;
    private final ExecutorService callers;
    private final KeyStore keys;

    private PveServer(HttpsServer server, ExecutorService callers, KeyStore keys) {
        this.server = server;
        this.callers = callers;
        this.keys = keys;
    }

    /** A request and the status of its answer. */
    public record Exchange(ApiRequest request, int status) {}

    /**
     * Listens.
     *
     * @param api what answers, {@link PveApi#answer} usually; when it throws, the caller gets no answer
     * @param folder where the key and its certificate are kept
     * @param heard what is told of every request
     * @throws IOException when the port is taken or the key cannot be kept
     */
    public static PveServer start(
            Function<ApiRequest, ApiAnswer> api, InetSocketAddress address, Path folder, Consumer<Exchange> heard)
            throws IOException, GeneralSecurityException {
        KeyStore keys = keys(folder.resolve("pve-ssl.p12"));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(address, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(callers);
        server.createContext("/", exchange -> handle(exchange, api, heard));
        server.start();
        return new PveServer(server, callers, keys);
    }

    /** The JDK has no way to make a certificate but its own tool. */
    private static KeyStore keys(Path file) throws IOException, GeneralSecurityException {
        if (!Files.exists(file)) {
            Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
            Process process = new ProcessBuilder(List.of(
                            tool.toString(),
                            "-genkeypair",
                            "-alias",
                            ALIAS,
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=pve",
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-validity",
                            "730",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            new String(PASSWORD)))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            try {
                if (process.waitFor() != 0) {
                    throw new IOException("cannot make a certificate: " + said.strip());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("cannot make a certificate: interrupted", e);
            }
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("https://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort());
    }

    /** SHA-256 of the certificate, in the form in which Proxmox shows it. */
    public String fingerprint() throws GeneralSecurityException {
        return HexFormat.ofDelimiter(":")
                .withUpperCase()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(keys.getCertificate(ALIAS).getEncoded()));
    }

    /** The certificate, which is its own authority. */
    public String pem() throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getCertificate(ALIAS).getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static void handle(HttpExchange exchange, Function<ApiRequest, ApiAnswer> api, Consumer<Exchange> heard)
            throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY + 1);
        String method = exchange.getRequestMethod();
        if (!path.startsWith(BASE)) {
            send(
                    exchange,
                    new ApiAnswer(
                            501, "Method '" + method + " " + path + "' not implemented\n", null, Map.of(), Map.of()));
        } else if (body.length > LONGEST_BODY) {
            send(exchange, new ApiAnswer(501, "for data too large\n", null, Map.of(), Map.of()));
        } else if (body.length > 0 && (method.equals("GET") || method.equals("DELETE"))) {
            send(
                    exchange,
                    new ApiAnswer(501, "Unexpected content for method '" + method + "'\n", null, Map.of(), Map.of()));
        } else {
            ApiRequest request = request(exchange, method, path.substring(BASE.length()), body);
            ApiAnswer answer = api.apply(request);
            heard.accept(new Exchange(request, answer.status()));
            send(exchange, answer);
        }
    }

    private static ApiRequest request(HttpExchange exchange, String method, String path, byte[] body)
            throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        Map<String, String> params = new LinkedHashMap<>();
        String query = exchange.getRequestURI().getRawQuery();
        form(query == null ? "" : query, params);
        String text = new String(body, StandardCharsets.UTF_8);
        if (headers.getOrDefault("content-type", "").startsWith("application/json")) {
            JSON.readTree(text)
                    .properties()
                    .forEach(each -> params.put(
                            each.getKey(),
                            each.getValue().isBoolean()
                                    ? each.getValue().asBoolean() ? "1" : "0"
                                    : each.getValue().asString("")));
        } else {
            form(text, params);
        }
        return new ApiRequest(method, decode(path.replace("+", "%2B")), params, headers);
    }

    /** What comes several times is a list; its parts are kept apart by a zero, as Perl's handlers do. */
    private static void form(String text, Map<String, String> params) {
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                params.merge(
                        decode(pair.substring(0, equals)),
                        decode(pair.substring(equals + 1)),
                        (one, other) -> one + "\0" + other);
            }
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, ApiAnswer answer) throws IOException {
        Map<String, Object> whole = new LinkedHashMap<>(answer.more());
        whole.put("data", answer.data());
        if (!answer.message().isEmpty()) {
            whole.put("message", answer.message());
        }
        if (!answer.errors().isEmpty()) {
            whole.put("errors", answer.errors());
        }
        byte[] bytes = answer.status() == 401 ? new byte[0] : JSON.writeValueAsBytes(whole);
        exchange.getResponseHeaders().set("Content-Type", "application/json;charset=UTF-8");
        exchange.getResponseHeaders().set("Cache-Control", "max-age=0");
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        callers.shutdownNow();
    }
}
