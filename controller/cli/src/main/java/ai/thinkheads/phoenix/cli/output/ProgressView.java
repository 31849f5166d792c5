package ai.thinkheads.phoenix.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What the controller does about a set of resources, as it happens. On a terminal the lower lines are redrawn in place: what
 * runs, and what waits for what; elsewhere every change is a line. Not safe for use by several threads.
 */
public final class ProgressView {

    private static final int MOST_LINES = 12;

    private final Terminal terminal;
    private final Instant start;
    private final int width;
    private final boolean quiet;
    private final Map<String, JsonNode> now = new TreeMap<>();
    private final Map<String, String> printed = new LinkedHashMap<>();
    private int drawn;

    /**
     * @param quiet whether nothing is shown, because a program reads the output
     */
    public ProgressView(Terminal terminal, Instant start, boolean quiet) {
        this.terminal = terminal;
        this.start = start;
        this.quiet = quiet;
        this.width = terminal.live() && !quiet ? terminal.width() : 0;
    }

    /** Takes one activity. */
    public void show(JsonNode activity) {
        String key =
                activity.path("kind").asString("") + "/" + activity.path("name").asString("");
        now.put(key, activity);
        if (quiet) {
            return;
        }
        String line = line(key, activity);
        if (!line.isEmpty() && !line.equals(printed.put(key, line))) {
            erase();
            terminal.out().println(line);
        }
    }

    /** Redraws the lower lines with the time that has passed. */
    public void tick(Instant at) {
        if (quiet || !terminal.live()) {
            return;
        }
        erase();
        List<String> lines = new ArrayList<>();
        int ready = 0;
        for (Map.Entry<String, JsonNode> each : now.entrySet()) {
            String state = each.getValue().path("state").asString("");
            ready += state.equals("READY") ? 1 : 0;
            if (state.equals("RUNNING")) {
                lines.add(running(each.getKey(), each.getValue(), at));
            }
        }
        for (Map.Entry<String, JsonNode> each : now.entrySet()) {
            if (each.getValue().path("state").asString("").equals("WAITING")) {
                lines.add(waiting(each.getKey(), each.getValue()));
            }
        }
        int more = lines.size() - MOST_LINES;
        if (more > 0) {
            lines = new ArrayList<>(lines.subList(0, MOST_LINES));
            lines.add("  … and " + more + " more");
        }
        lines.add(ready + " of " + now.size() + " ready, " + Times.exact(Duration.between(start, at)));
        for (String line : lines) {
            terminal.out().println(terminal.dim(line.length() > width - 1 ? line.substring(0, width - 2) + "…" : line));
        }
        terminal.out().flush();
        drawn = lines.size();
    }

    /** Takes the lower lines away, so that what is printed next stands where they were. */
    public void erase() {
        if (drawn > 0) {
            terminal.out().print("\u001b[" + drawn + "A\u001b[J");
            drawn = 0;
        }
    }

    private static String running(String key, JsonNode activity, Instant at) {
        String since = activity.path("since").asString("");
        return "  ▸ " + key + "  " + activity.path("detail").asString("compare with the host") + "  "
                + Times.ago(since, at);
    }

    private static String waiting(String key, JsonNode activity) {
        List<String> names = new ArrayList<>();
        activity.path("waitsFor").forEach(name -> names.add(name.asString("")));
        return "  · " + key + "  waits for " + String.join(", ", names);
    }

    private String line(String key, JsonNode activity) {
        String detail = activity.path("detail").asString("");
        return switch (activity.path("state").asString("")) {
            case "RUNNING" -> detail.isEmpty() ? "" : "  " + key + "  " + detail;
            case "READY" -> printed.containsKey(key) ? terminal.green("✓ ") + key + "  ready" : "";
            case "NOT_READY" -> terminal.yellow("! ") + key + "  " + detail;
            case "RETRYING" -> terminal.yellow("↻ ") + key + "  " + detail;
            case "FAILED" -> terminal.red("✗ ") + key + "  " + detail;
            case "GONE" -> terminal.green("✓ ") + key + "  gone";
            default -> "";
        };
    }
}
