package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl wait}. */
public final class WaitCommand extends Verb {

    private List<String> words = List.of();
    private String what = "";
    private @Nullable String selector;
    private Duration timeout = Duration.ofSeconds(30);

    WaitCommand(Phoenixctl root) {
        super(
                root,
                "wait",
                "Wait for a condition: wait --for=condition=Ready ct/web, --for=delete ct/web,"
                        + " --for=jsonpath={.status.state}=running ct/web.");
        takes().words("KIND/NAME", "kind/name, a kind for all of it, or all.", given -> words = given)
                .required(
                        "--for",
                        "WHAT",
                        "condition=TYPE[=STATUS], delete, or jsonpath={.path}=VALUE.",
                        given -> what = given)
                .option("-l, --selector", "SELECTOR", "Labels that they have to have.", given -> selector = given)
                .time("--timeout", "How long to wait. Default: 30s.", given -> timeout = given);
    }

    @Override
    public Integer call() {
        Goal goal = Goal.parse(what);
        try (Session session = open(Session.Purpose.ACT)) {
            Instant start = root().clock().instant();
            List<String> open = pending(session.api(), goal);
            while (!open.isEmpty()
                    && Duration.between(start, root().clock().instant()).compareTo(timeout) < 0) {
                pause();
                open = pending(session.api(), goal);
            }
            if (open.isEmpty()) {
                terminal().out().println("condition met");
                return ExitCode.DONE;
            }
            for (String each : open) {
                terminal().err().println(terminal().red("✗ ") + each);
            }
            terminal().err().println("phoenixctl: timed out waiting for " + what);
            return ExitCode.NOT_CONVERGED;
        }
    }

    private List<String> pending(ApiClient api, Goal goal) {
        List<String> open = new ArrayList<>();
        for (Names.Selection selection : Names.parse(words)) {
            List<JsonNode> items = new ArrayList<>();
            if (selection.names().isEmpty()) {
                String query = selector == null ? "" : "?labelSelector=" + Names.encode(selector);
                api.get(Names.path(selection.kind()) + query).path("items").forEach(items::add);
            } else {
                for (String name : selection.names()) {
                    if (goal.deletion()) {
                        exists(api, selection.kind(), name).ifPresent(items::add);
                    } else {
                        items.add(Names.found(
                                api, selection.kind(), name, () -> api.get(Names.path(selection.kind(), name))));
                    }
                }
            }
            for (JsonNode item : items) {
                if (!goal.isMet(item)) {
                    open.add(selection.kind().name() + "/"
                            + item.path("metadata").path("name").asString("") + "  "
                            + message(item, goal.condition() == null ? "Ready" : goal.condition()));
                }
            }
        }
        return open;
    }

    private static Optional<JsonNode> exists(ApiClient api, Kind<?, ?> kind, String name) {
        try {
            return Optional.of(api.get(Names.path(kind, name)));
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
            return Optional.empty();
        }
    }

    static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a condition says, reason first. */
    static String message(JsonNode resource, String type) {
        for (JsonNode each : resource.path("status").path("conditions")) {
            if (each.path("type").asString("").equals(type)) {
                return each.path("reason").asString("") + ": "
                        + each.path("message").asString("");
            }
        }
        return "has no condition " + type + " yet";
    }

    /**
     * What is waited for.
     *
     * @param condition a condition type; null when it is something else
     * @param path a path of field names; empty when it is something else
     */
    private record Goal(@Nullable String condition, List<String> path, String value, boolean deletion) {

        static Goal parse(String text) {
            if (text.equals("delete")) {
                return new Goal(null, List.of(), "", true);
            }
            if (text.startsWith("condition=")) {
                String[] parts = text.substring("condition=".length()).split("=", 2);
                return new Goal(parts[0], List.of(), parts.length == 2 ? parts[1] : "True", false);
            }
            if (text.matches("jsonpath='?\\{\\.[A-Za-z0-9_.]+}'?=.*")) {
                String path = text.substring(text.indexOf('{') + 2, text.indexOf('}'));
                return new Goal(
                        null,
                        List.of(path.split("\\.")),
                        text.substring(text.indexOf('=', text.indexOf('}')) + 1),
                        false);
            }
            throw new CommandFailed(
                    ExitCode.INVALID,
                    "--for is condition=TYPE, delete or jsonpath={.status.field}=VALUE, not '" + text + "'");
        }

        boolean isMet(JsonNode resource) {
            if (deletion) {
                return false;
            }
            if (condition == null) {
                JsonNode at = resource;
                for (String name : path) {
                    at = at.path(name);
                }
                return at.asString("").equals(value);
            }
            boolean current = resource.path("status").path("observedGeneration").asLong(0)
                    == resource.path("metadata").path("generation").asLong(0);
            for (JsonNode each : resource.path("status").path("conditions")) {
                if (each.path("type").asString("").equalsIgnoreCase(condition)) {
                    return current && each.path("status").asString("").equalsIgnoreCase(value);
                }
            }
            return false;
        }
    }
}
