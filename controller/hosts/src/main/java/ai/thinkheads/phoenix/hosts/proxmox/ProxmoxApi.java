package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The REST API of Proxmox VE. Connections are used again; a ticket is drawn when one is needed, renewed long before its two hours
 * are over, and drawn anew once when it is refused. Safe for use by several threads.
 */
final class ProxmoxApi implements AutoCloseable {

    private static final String BASE = "/api2/json";
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** Proxmox's own proxy gives up after 30 seconds; a client that waits longer learns what it says about that. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Tickets are valid for two hours. */
    private static final Duration RENEWAL = Duration.ofMinutes(75);

    /** Proxmox closes idle connections after 5 seconds. Java keeps them for 30 and would now and then use one that is closed. */
    private static final String KEEP_ALIVE = "jdk.httpclient.keepalive.timeout";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String endpoint;
    private final Login login;
    private final Login.Trust trust;
    private final HostClock clock;
    private final HttpClient client;
    private final LongAdder requests = new LongAdder();
    private @Nullable Ticket ticket;

    /**
     * @param value drawn at {@code drawn} on the clock's own count
     */
    private record Ticket(String value, String csrf, Duration drawn) {}

    ProxmoxApi(URI endpoint, Login login, Login.Trust trust, HostClock clock) {
        if (System.getProperty(KEEP_ALIVE) == null) {
            System.setProperty(KEEP_ALIVE, "4");
        }
        this.endpoint = endpoint.toString().replaceFirst("/+$", "").replaceFirst(BASE + "$", "");
        this.login = login;
        this.trust = trust;
        this.clock = clock;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .sslContext(ServerTrust.context(trust))
                .build();
    }

    Login login() {
        return login;
    }

    /** How many requests were sent. */
    long requests() {
        return requests.sum();
    }

    JsonNode get(String path) {
        return send("GET", path, Params.none()).path("data");
    }

    JsonNode get(String path, Params params) {
        return send("GET", path, params).path("data");
    }

    /** The whole answer, for the few calls that say something beside their data. */
    JsonNode getWhole(String path) {
        return send("GET", path, Params.none());
    }

    JsonNode getWhole(String path, Params params) {
        return send("GET", path, params);
    }

    JsonNode post(String path, Params params) {
        return send("POST", path, params).path("data");
    }

    JsonNode put(String path, Params params) {
        return send("PUT", path, params).path("data");
    }

    JsonNode delete(String path, Params params) {
        return send("DELETE", path, params).path("data");
    }

    /** A path of parts, each encoded. */
    static String path(String... parts) {
        StringBuilder path = new StringBuilder();
        for (String part : parts) {
            path.append('/').append(Params.encode(part));
        }
        return path.toString();
    }

    private JsonNode send(String method, String path, Params params) {
        HttpResponse<String> response = exchange(method, path, params, ticket(false));
        if (response.statusCode() == 401 && login instanceof Login.Password) {
            response = exchange(method, path, params, ticket(true));
        }
        return read(method, path, response);
    }

    private JsonNode read(String method, String path, HttpResponse<String> response) {
        boolean good = response.statusCode() / 100 == 2;
        JsonNode body;
        try {
            body = JSON.readTree(response.body().isEmpty() ? "{}" : response.body());
        } catch (JacksonException e) {
            if (good) {
                throw new HostException(
                        Cause.UNREACHABLE,
                        "the answer to " + method + " " + path + " makes no sense: "
                                + String.valueOf(e.getOriginalMessage()) + "; look before trying again",
                        e);
            }
            body = JSON.createObjectNode();
        }
        if (good) {
            return body;
        }
        throw Refusals.of(new Refusals.Answer(
                method,
                path,
                response.statusCode(),
                Json.text(body, "message", ""),
                Json.texts(body.path("errors")),
                login.who()));
    }

    /** A ticket that is valid; null for a token, which needs none. */
    private synchronized @Nullable Ticket ticket(boolean refused) {
        if (!(login instanceof Login.Password password)) {
            return null;
        }
        Ticket known = ticket;
        Duration now = clock.elapsed();
        if (known != null && !refused && now.minus(known.drawn()).compareTo(RENEWAL) < 0) {
            return known;
        }
        Ticket fresh = null;
        if (known != null && !refused) {
            try {
                fresh = draw(password.user(), known.value(), now);
            } catch (HostException e) {
                // The old one has expired or its key was changed; the password decides.
                ticket = null;
            }
        }
        ticket = fresh == null ? draw(password.user(), password.password(), now) : fresh;
        return ticket;
    }

    private Ticket draw(String user, String password, Duration now) {
        Params params = Params.none().with("username", user).with("password", password);
        HttpResponse<String> response = exchange("POST", "/access/ticket", params, null);
        JsonNode data = read("POST", "/access/ticket", response).path("data");
        String value = Json.text(data, "ticket", "");
        if (value.isEmpty()) {
            throw new HostException(
                    Cause.DENIED,
                    login.who() + " needs a second factor, which Phoenix cannot give; use an API token instead");
        }
        return new Ticket(value, Json.text(data, "CSRFPreventionToken", ""), now);
    }

    private HttpResponse<String> exchange(String method, String path, Params params, @Nullable Ticket with) {
        boolean body = method.equals("POST") || method.equals("PUT");
        String query = body || params.isEmpty() ? "" : "?" + params.encoded();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoint + BASE + path + query))
                .timeout(PATIENCE)
                .header("Accept", "application/json");
        if (body) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .method(method, HttpRequest.BodyPublishers.ofString(params.encoded(), StandardCharsets.US_ASCII));
        } else {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        }
        if (login instanceof Login.Token token) {
            request.header("Authorization", "PVEAPIToken=" + token.id() + "=" + token.secret());
        } else if (with != null) {
            request.header("Cookie", "PVEAuthCookie=" + Params.encode(with.value()));
            if (!method.equals("GET")) {
                request.header("CSRFPreventionToken", with.csrf());
            }
        }
        requests.increment();
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException(
                    Cause.UNREACHABLE, "interrupted while waiting for the answer to " + method + " " + path, e);
        } catch (IOException e) {
            throw unreachable(method, path, e);
        }
    }

    private HostException unreachable(String method, String path, IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerTrust.UntrustedException untrusted) {
                return untrusted(untrusted, e);
            }
        }
        if (e instanceof HttpConnectTimeoutException || e instanceof ConnectException) {
            return new HostException(
                    Cause.UNREACHABLE,
                    "cannot reach " + endpoint + ": " + reason(e) + "; see that the node is up and spec.endpoint right",
                    e);
        }
        if (e instanceof HttpTimeoutException) {
            return new HostException(
                    Cause.UNREACHABLE,
                    "no answer from " + endpoint + " to " + method + " " + path + " within " + PATIENCE.toSeconds()
                            + " s; look before trying again",
                    e);
        }
        return new HostException(
                Cause.UNREACHABLE,
                "the answer of " + endpoint + " to " + method + " " + path + " was lost: " + reason(e)
                        + "; look before trying again",
                e);
    }

    private static String reason(IOException e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage() == null ? e.getMessage() : deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message;
    }

    private HostException untrusted(ServerTrust.UntrustedException untrusted, IOException e) {
        String seen = ServerTrust.colons(untrusted.seen());
        String message = trust.fingerprint() != null
                ? "the certificate of " + endpoint + " has changed: its SHA-256 fingerprint is " + seen + " and not "
                        + ServerTrust.colons(trust.fingerprint())
                        + "; if you renewed it, put the new one under 'fingerprint' into the Secret of spec.credentials,"
                        + " and else find out who answers there"
                : "the certificate of " + endpoint + " is not trusted (" + untrusted.getMessage()
                        + "): put the host's /etc/pve/pve-root-ca.pem under 'ca.crt' into the Secret of spec.credentials,"
                        + " or its SHA-256 fingerprint under 'fingerprint'; it shows " + seen;
        return new HostException(Cause.DENIED, message, e);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    @Override
    public String toString() {
        return endpoint + " as " + login.who();
    }
}
