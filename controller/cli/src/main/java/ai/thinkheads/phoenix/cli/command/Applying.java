package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.manifest.ManifestFiles;
import ai.thinkheads.phoenix.cli.manifest.ManifestInput;
import ai.thinkheads.phoenix.cli.output.Terminal;
import ai.thinkheads.phoenix.cli.output.Times;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Sending manifests to the controller and seeing them through; shared by apply, setup and diff. */
final class Applying {

    private static final JsonMapper JSON = new JsonMapper();

    private final Phoenixctl root;
    private final Session session;
    private final ApiClient api;
    private final Terminal terminal;

    Applying(Phoenixctl root, Session session) {
        this.root = root;
        this.session = session;
        this.api = session.api();
        this.terminal = root.terminal();
    }

    static boolean isJson(@Nullable String output) {
        if (output != null && !output.equals("json")) {
            throw new CommandFailed(ExitCode.INVALID, "-o is json here, not '" + output + "'");
        }
        return output != null;
    }

    /** Reads and checks manifests; every problem of every file is in the exception. */
    static List<Manifest> read(Phoenixctl root, List<String> files) {
        return input(root, files).manifests();
    }

    /** The texts of manifests, to be read by whoever applies them. */
    static ManifestInput input(Phoenixctl root, List<String> files) {
        return new ManifestInput(new ManifestFiles(root.in()).read(files));
    }

    /**
     * Opens a session for a set of manifests. A controller that begins here to work on what is stored begins only for texts that are
     * right; one that only looks begins while they are being read.
     */
    static Session open(Phoenixctl root, ManifestInput manifests, Session.Purpose purpose) {
        return Session.running(root.options()).orElseGet(() -> {
            if (purpose == Session.Purpose.ACT) {
                manifests.manifests();
            } else {
                manifests.begin();
            }
            return Session.open(root.options(), purpose);
        });
    }

    /** Sends texts; answers what the controller said. Warnings go to standard error. */
    JsonNode send(ManifestInput manifests, SetRequest request) {
        JsonNode answer = session.apply(request, manifests);
        answer.path("warnings")
                .forEach(warning -> terminal.err().println(terminal.yellow("warning: ") + warning.asString("")));
        return answer;
    }

    /** Applies, waits if asked to, reports, and answers the exit code. */
    int run(
            ManifestInput manifests,
            @Nullable String set,
            boolean prune,
            boolean hostOnly,
            boolean wait,
            Duration timeout,
            boolean json) {
        Instant start = root.clock().instant();
        JsonNode before = api.get("/phoenix/v1/counters");
        JsonNode answer = send(manifests, new SetRequest(false, set, prune, hostOnly));
        Map<String, Integer> counts = new LinkedHashMap<>();
        List.of("created", "configured", "unchanged", "pruned", "failed").forEach(word -> counts.put(word, 0));
        Map<String, Long> awaited = new LinkedHashMap<>();
        for (JsonNode change : answer.path("changes")) {
            String action = change.path("action").asString("").toLowerCase(java.util.Locale.ROOT);
            String key =
                    change.path("kind").asString("") + "/" + change.path("name").asString("");
            counts.merge(action, 1, Integer::sum);
            if (action.equals("failed")) {
                terminal.err()
                        .println(terminal.red("✗ ") + key + "  "
                                + change.path("message").asString(""));
            } else {
                awaited.put(key, change.path("awaitPass").asLong(0));
            }
            if (!json && !action.equals("unchanged") && !action.equals("failed")) {
                terminal.out().println(key + " " + action);
            }
        }
        boolean stored = counts.getOrDefault("failed", 0) == 0;
        if (!wait && !json) {
            return stored ? ExitCode.DONE : ExitCode.NOT_CONVERGED;
        }
        Convergence convergence = new Convergence(session, terminal, root.clock(), json);
        Convergence.Result result = wait ? convergence.await(awaited, start, timeout) : convergence.now(awaited, start);
        JsonNode after = api.get("/phoenix/v1/counters");
        long reads = after.path("reads").asLong(0) - before.path("reads").asLong(0);
        long changes = after.path("changes").asLong(0) - before.path("changes").asLong(0);
        if (json) {
            printJson(counts, reads, changes, result);
        } else {
            printSummary(counts, reads, changes, result);
        }
        return stored && (result.converged() || !wait) ? ExitCode.DONE : ExitCode.NOT_CONVERGED;
    }

    private void printSummary(Map<String, Integer> counts, long reads, long changes, Convergence.Result result) {
        result.notReady().forEach((key, why) -> terminal.out().println(terminal.red("✗ ") + key + "  " + why));
        StringBuilder words = new StringBuilder();
        counts.forEach((word, count) -> {
            if (count > 0) {
                words.append(words.isEmpty() ? "" : ", ")
                        .append(count)
                        .append(' ')
                        .append(word);
            }
        });
        String readiness = result.ready() + " of " + result.total() + " ready";
        terminal.out()
                .println((result.converged() ? terminal.green(readiness) : terminal.red(readiness)) + " in "
                        + Times.exact(result.took()) + (result.timedOut() ? ", stopped waiting" : "") + ": "
                        + (words.isEmpty() ? "nothing to apply" : words) + "; " + changes
                        + (changes == 1 ? " change" : " changes")
                        + " on the host.");
    }

    private void printJson(Map<String, Integer> counts, long reads, long changes, Convergence.Result result) {
        ObjectNode line = JSON.createObjectNode();
        ObjectNode resources = line.putObject("resources");
        counts.forEach(resources::put);
        line.putObject("host").put("reads", reads).put("changes", changes);
        line.put("ready", result.ready());
        line.put("total", result.total());
        line.put("seconds", Math.round(result.took().toMillis() / 10.0) / 100.0);
        ObjectNode notReady = JSON.createObjectNode();
        result.notReady().forEach(notReady::put);
        if (!notReady.isEmpty()) {
            line.set("notReady", notReady);
        }
        terminal.out().println(JSON.writeValueAsString(line));
    }
}
