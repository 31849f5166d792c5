package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.engine.store.StoreException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Finds the endpoint of a path, and turns every failure into a {@code Status}. */
final class ApiHandler implements Handler {

    private static final Logger LOG = LogManager.getLogger(ApiHandler.class);

    private final Endpoints endpoints;

    ApiHandler(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /** Everything that a path can lead to. */
    record Endpoints(
            ResourceReads reads,
            ResourceWatch watch,
            ResourceWrites writes,
            GuestRoutes guests,
            EventRoutes events,
            OpenApi openApi,
            ApplyRoute apply,
            AdoptRoute adopt,
            ProgressRoutes progress,
            Overview overview,
            Operations operations) {}

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        Exchange exchange;
        try {
            exchange = new Exchange(request, response);
        } catch (IllegalArgumentException e) {
            response.status(400)
                    .send("the path is not well-formed\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return;
        }
        try {
            refuseWebPages(exchange);
            route(exchange);
        } catch (ApiError e) {
            answer(exchange, e);
        } catch (StoreException.Unavailable e) {
            LOG.atError().log("the store failed: {}", e.getMessage());
            answer(exchange, ApiError.unavailable(String.valueOf(e.getMessage())));
        } catch (UncheckedIOException | IOException | ServerConnectionException e) {
            LOG.atDebug().log("{} {} ended early: {}", exchange.method(), exchange.path(), e.getMessage());
            throw new CloseConnectionException("an answer could not be written whole", e);
        } catch (RuntimeException | Error e) {
            // Errors too: a class that is missing in a broken installation has to be found in the log.
            LOG.atError().withThrowable(e).log("{} {} failed", exchange.method(), exchange.path());
            answer(
                    exchange,
                    ApiError.internal("the request failed by a defect of Phoenix; the controller's log says more: "
                            + e.getClass().getSimpleName()));
        }
    }

    private static void answer(Exchange exchange, ApiError error) {
        if (exchange.isSent()) {
            throw new CloseConnectionException("an answer could not be written whole", error);
        }
        exchange.send(error.code(), error.status());
    }

    /** A page of another site in a browser on this machine could otherwise send requests through a proxy on loopback. */
    private static void refuseWebPages(Exchange exchange) {
        String host = exchange.header("Host");
        if (!host.isEmpty() && !LoopbackProxy.isThisMachine(host)) {
            throw ApiError.forbidden("requests are answered for localhost only, not for the host " + host);
        }
        String origin = exchange.header("Origin");
        if (!origin.isEmpty() && !isThisMachine(origin)) {
            throw ApiError.forbidden("requests of web pages are not answered");
        }
    }

    private static boolean isThisMachine(String origin) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null && LoopbackProxy.isThisMachine(authority);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void route(Exchange exchange) throws IOException {
        List<String> path = exchange.path();
        String first = path.isEmpty() ? "" : path.getFirst();
        switch (first) {
            case "apis" -> apis(exchange, path);
            case "api" -> core(exchange, path);
            case "phoenix" -> phoenix(exchange, path);
            case "openapi" -> endpoints.openApi().handle(exchange, path);
            case "version" -> exchange.send(200, Discovery.version());
            case "livez", "readyz", "healthz", "metrics" ->
                endpoints.operations().handle(exchange, first);
            default -> nowhere(exchange);
        }
    }

    private static void nowhere(Exchange exchange) {
        exchange.text(404, "404 page not found\n");
    }

    private void core(Exchange exchange, List<String> path) throws IOException {
        boolean named = path.size() > 3 && path.get(2).equals("namespaces");
        if (path.size() == 1) {
            exchange.send(200, Discovery.coreVersions());
        } else if (!path.get(1).equals("v1")) {
            nowhere(exchange);
        } else if (path.size() == 2) {
            exchange.send(200, Discovery.coreResources());
        } else if (path.get(2).equals("events")) {
            endpoints.events().handle(exchange, path.subList(3, path.size()));
        } else if (path.get(2).equals("namespaces") && path.size() == 3) {
            exchange.send(200, Discovery.namespaces());
        } else if (named && path.size() == 4 && path.get(3).equals("default")) {
            exchange.send(200, Discovery.namespace());
        } else if (named && path.size() > 4 && path.get(4).equals("events")) {
            endpoints.events().handle(exchange, path.subList(5, path.size()));
        } else {
            nowhere(exchange);
        }
    }

    private void apis(Exchange exchange, List<String> path) throws IOException {
        if (path.size() == 1) {
            exchange.send(200, Discovery.groups());
        } else if (path.get(1).equals("authorization.k8s.io") && path.size() == 4) {
            review(exchange, path.get(3));
        } else if (!path.get(1).equals(Kinds.GROUP)) {
            nowhere(exchange);
        } else if (path.size() == 2) {
            exchange.send(200, Discovery.group());
        } else if (!path.get(2).equals(Kinds.VERSION)) {
            nowhere(exchange);
        } else if (path.size() == 3) {
            exchange.send(200, Discovery.resources());
        } else {
            Optional<Kind<?, ?>> kind = Kinds.ALL.stream()
                    .filter(each -> each.plural().equals(path.get(3)))
                    .findFirst();
            if (kind.isEmpty()) {
                nowhere(exchange);
            } else {
                resources(exchange, kind.get(), path.subList(4, path.size()));
            }
        }
    }

    private static void review(Exchange exchange, String resource) {
        switch (resource) {
            case "selfsubjectaccessreviews" -> exchange.send(201, Discovery.accessReview());
            case "selfsubjectrulesreviews" -> exchange.send(201, Discovery.rulesReview());
            default -> nowhere(exchange);
        }
    }

    private void resources(Exchange exchange, Kind<?, ?> kind, List<String> rest) throws IOException {
        switch (rest.size()) {
            case 0 -> collection(exchange, kind);
            case 1 -> item(exchange, kind, rest.getFirst());
            case 2 -> {
                if (rest.get(1).equals("status")) {
                    status(exchange, kind, rest.getFirst());
                } else if (!endpoints.guests().handle(exchange, kind, rest.getFirst(), rest.get(1))) {
                    nowhere(exchange);
                }
            }
            default -> nowhere(exchange);
        }
    }

    private void collection(Exchange exchange, Kind<?, ?> kind) throws IOException {
        switch (exchange.method()) {
            case "GET" -> {
                if (exchange.flag("watch")) {
                    endpoints.watch().handle(exchange, Selection.of(kind, exchange));
                } else {
                    endpoints.reads().list(exchange, kind);
                }
            }
            case "POST" -> endpoints.writes().create(exchange, kind);
            case "DELETE" -> endpoints.writes().deleteAll(exchange, kind);
            default -> throw ApiError.methodNotAllowed("a collection takes GET, POST and DELETE");
        }
    }

    private void item(Exchange exchange, Kind<?, ?> kind, String name) throws IOException {
        switch (exchange.method()) {
            case "GET" -> {
                if (exchange.flag("watch")) {
                    endpoints
                            .watch()
                            .handle(exchange, Selection.of(kind, exchange).named(name));
                } else {
                    endpoints.reads().get(exchange, kind, name);
                }
            }
            case "PUT" -> endpoints.writes().replace(exchange, kind, name);
            case "PATCH" -> endpoints.writes().patch(exchange, kind, name);
            case "DELETE" -> endpoints.writes().delete(exchange, kind, name);
            default -> throw ApiError.methodNotAllowed("a resource takes GET, PUT, PATCH and DELETE");
        }
    }

    private void status(Exchange exchange, Kind<?, ?> kind, String name) {
        if (!exchange.method().equals("GET")) {
            throw ApiError.methodNotAllowed("the status of a resource is written by the controller only");
        }
        endpoints.reads().get(exchange, kind, name);
    }

    private void phoenix(Exchange exchange, List<String> path) throws IOException {
        String what = path.size() == 3 && path.get(1).equals("v1") ? path.get(2) : "";
        switch (exchange.method() + " " + what) {
            case "POST apply" -> endpoints.apply().handle(exchange);
            case "POST adopt" -> endpoints.adopt().handle(exchange);
            case "GET progress" -> endpoints.progress().progress(exchange);
            case "GET counters" -> endpoints.progress().counters(exchange);
            case "POST reconcile" -> endpoints.progress().reconcile(exchange);
            case "GET graph" -> endpoints.progress().graph(exchange);
            case "GET status" -> endpoints.overview().handle(exchange);
            default -> nowhere(exchange);
        }
    }
}
