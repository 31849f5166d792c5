package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.manifest.ManifestFiles;
import ai.thinkheads.phoenix.cli.output.Terminal;
import ai.thinkheads.phoenix.cli.output.Times;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Sending manifests to the controller and seeing them through; shared by apply, setup and diff. */
final class Applying {

    private static final JsonMapper JSON = new JsonMapper();

    private final Phoenixctl root;
    private final ApiClient api;
    private final Terminal terminal;

    Applying(Phoenixctl root, ApiClient api) {
        this.root = root;
        this.api = api;
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
        return ManifestReader.read(texts(root, files));
    }

    /** The texts of manifests, to be read by whoever applies them. */
    static List<ManifestText> texts(Phoenixctl root, List<String> files) {
        return new ManifestFiles(root.in()).read(files);
    }

    /**
     * Opens a session for applying texts. A controller that runs already reads them itself, which it does quicker than a process
     * that has just begun. One that would begin here, and with it to work on what is stored, begins only for texts that are right.
     */
    static Session open(Phoenixctl root, List<ManifestText> texts) {
        return Session.running(root.options()).orElseGet(() -> {
            ManifestReader.read(texts);
            return Session.open(root.options(), Session.Purpose.ACT);
        });
    }

    /** Sends texts; answers what the controller said. Warnings go to standard error. */
    JsonNode send(List<ManifestText> manifests, boolean dryRun, @Nullable String set, boolean prune, boolean hostOnly) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode texts = body.putArray("texts");
        manifests.forEach(each -> texts.addObject().put("name", each.name()).put("text", each.text()));
        String query = "?dryRun=" + dryRun + "&prune=" + prune + (set == null ? "" : "&applySet=" + Names.encode(set))
                + (hostOnly ? "&scope=Host" : "");
        JsonNode answer;
        try {
            answer = api.post("/phoenix/v1/apply" + query, body);
        } catch (ApiException e) {
            // What is wrong with the texts themselves is said as everywhere else.
            ManifestReader.read(manifests);
            throw e;
        }
        answer.path("warnings")
                .forEach(warning -> terminal.err().println(terminal.yellow("warning: ") + warning.asString("")));
        return answer;
    }

    /** Applies, waits if asked to, reports, and answers the exit code. */
    int run(
            List<ManifestText> manifests,
            @Nullable String set,
            boolean prune,
            boolean hostOnly,
            boolean wait,
            Duration timeout,
            boolean json) {
        Instant start = root.clock().instant();
        JsonNode before = api.get("/phoenix/v1/counters");
        JsonNode answer = send(manifests, false, set, prune, hostOnly);
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
        Convergence convergence = new Convergence(api, terminal, root.clock(), json);
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
