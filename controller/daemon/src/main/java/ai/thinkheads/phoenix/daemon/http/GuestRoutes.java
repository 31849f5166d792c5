package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.kinds.guest.GuestOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What people do to a guest: {@code POST …/{name}/exec}, {@code /snapshot} and {@code /rollback}. */
final class GuestRoutes {

    private static final long LONGEST_COMMAND = 24 * 3600;
    private static final Pattern SNAPSHOT = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,39}");

    private final Store store;
    private final Engine engine;
    private final GuestOperations guests;

    GuestRoutes(Store store, Engine engine, GuestOperations guests) {
        this.store = store;
        this.engine = engine;
        this.guests = guests;
    }

    /** Answers false when there is no such subresource. */
    boolean handle(Exchange exchange, Kind<?, ?> kind, String name, String what) throws IOException {
        boolean known = List.of("exec", "snapshot", "rollback").contains(what);
        if (kind.scope() != Kind.Scope.GUEST || !known) {
            return false;
        }
        if (!exchange.method().equals("POST")) {
            throw ApiError.methodNotAllowed(what + " takes POST");
        }
        ResourceKey key = new ResourceKey(kind.name(), name);
        if (store.get(key).isEmpty()) {
            throw ApiError.notFound(kind, name);
        }
        JsonNode body = exchange.json();
        try {
            if (what.equals("exec")) {
                exec(exchange, key, body);
            } else {
                snapshot(exchange, key, body, what.equals("rollback"));
            }
        } catch (ReconcileException e) {
            throw new ApiError(e.isWorthRetrying() ? 503 : 409, e.reason(), e.getMessage(), null);
        }
        return true;
    }

    private void snapshot(Exchange exchange, ResourceKey key, JsonNode body, boolean rollback) {
        String name = body.path("name").asString("");
        if (!SNAPSHOT.matcher(name).matches()) {
            throw ApiError.badRequest(
                    "the name of a snapshot is a letter and up to 39 letters, digits, '-' and '_', not '" + name + "'");
        }
        if (rollback) {
            guests.rollback(key, engine.resources(), name);
        } else {
            guests.snapshot(
                    key, engine.resources(), name, body.path("description").asString(""));
        }
        engine.reconcileNow(List.of(key), true);
        ObjectNode status = ResourceCodec.json().createObjectNode();
        status.put("kind", "Status").put("apiVersion", "v1").put("status", "Success");
        exchange.send(200, status);
    }

    private void exec(Exchange exchange, ResourceKey key, JsonNode body) throws IOException {
        List<String> command = body.path("command")
                .valueStream()
                .map(word -> word.asString(""))
                .toList();
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw ApiError.badRequest("command has to be a list of words, the first of them a program");
        }
        long seconds = Math.clamp(body.path("timeoutSeconds").asLong(3600), 1, LONGEST_COMMAND);
        byte[] stdin = stdin(body);
        Output output = new Output(exchange);
        try {
            GuestShell.Result result =
                    guests.exec(key, engine.resources(), command, stdin, Duration.ofSeconds(seconds), output::piece);
            output.end(result);
        } catch (ReconcileException e) {
            if (!output.isBegun()) {
                throw e;
            }
            output.fail(e);
        }
    }

    private static byte[] stdin(JsonNode body) {
        String text = body.path("stdin").asString("");
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("stdin has to be in base64");
        }
    }

    /** The answer, begun with the first piece of output, so that a command that cannot be run is an error of the request. */
    private static final class Output {
        private final Exchange exchange;
        private Exchange.@Nullable Lines lines;

        private Output(Exchange exchange) {
            this.exchange = exchange;
        }

        synchronized boolean isBegun() {
            return lines != null;
        }

        private Exchange.Lines begun() {
            Exchange.Lines open = lines;
            if (open == null) {
                open = exchange.lines();
                lines = open;
            }
            return open;
        }

        synchronized void piece(String text) {
            try {
                begun().send(ResourceCodec.json().createObjectNode().put("output", text));
            } catch (IOException e) {
                throw new UncheckedIOException("the client is gone", e);
            }
        }

        synchronized void end(GuestShell.Result result) throws IOException {
            boolean silent = !isBegun();
            try (Exchange.Lines open = begun()) {
                if (silent && !result.output().isEmpty()) {
                    open.send(ResourceCodec.json().createObjectNode().put("output", result.output()));
                }
                open.send(ResourceCodec.json().createObjectNode().put("exitCode", result.exitCode()));
            }
        }

        synchronized void fail(ReconcileException e) throws IOException {
            try (Exchange.Lines open = begun()) {
                open.send(ResourceCodec.json().createObjectNode().put("output", e.getMessage() + "\n"));
                open.send(ResourceCodec.json().createObjectNode().put("exitCode", 255));
            }
        }
    }
}
