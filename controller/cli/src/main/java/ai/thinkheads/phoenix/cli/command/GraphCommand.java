package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl graph}. */
public final class GraphCommand extends Verb {

    private List<String> files = List.of();
    private String output = "text";

    /** What each resource needs, by key; those that need nothing too. */
    private final Map<String, Set<String>> needs = new TreeMap<>();

    private final Map<String, Boolean> ready = new TreeMap<>();

    GraphCommand(Phoenixctl root) {
        super(root, "graph", "Show what depends on what, as text, Mermaid or DOT.");
        takes().manifests("Manifests to draw instead of what the controller has.", given -> files = given)
                .option("-o, --output", "FORMAT", "text, mermaid or dot. Default: text.", given -> output = given);
    }

    @Override
    public Integer call() {
        if (!List.of("text", "mermaid", "dot").contains(output)) {
            throw new CommandFailed(ExitCode.INVALID, "-o is text, mermaid or dot, not '" + output + "'");
        }
        if (files.isEmpty()) {
            fromController();
        } else {
            fromManifests(Applying.read(root(), files));
        }
        switch (output) {
            case "mermaid" -> mermaid(terminal().out());
            case "dot" -> dot(terminal().out());
            default -> text();
        }
        return ExitCode.DONE;
    }

    private void fromController() {
        try (Session session = open(Session.Purpose.LOOK)) {
            JsonNode graph = session.api().get("/phoenix/v1/graph");
            for (JsonNode node : graph.path("nodes")) {
                String key =
                        node.path("kind").asString("") + "/" + node.path("name").asString("");
                needs.computeIfAbsent(key, any -> new TreeSet<>());
                ready.put(key, node.path("ready").asBoolean(false));
            }
            for (JsonNode edge : graph.path("edges")) {
                needs.computeIfAbsent(edge.path("from").asString(""), any -> new TreeSet<>())
                        .add(edge.path("to").asString(""));
            }
        }
    }

    private void fromManifests(List<Manifest> manifests) {
        for (Manifest manifest : manifests) {
            Set<String> targets =
                    needs.computeIfAbsent(manifest.resource().key().toString(), any -> new TreeSet<>());
            for (Reference reference : manifest.resource().spec().references()) {
                targets.add(reference.target().toString());
            }
            manifest.resource().spec().dependsOn().forEach(each -> targets.add(each.kind() + "/" + each.name()));
        }
    }

    /** A tree from what everything else stands on; a resource that hangs on several is drawn in full once. */
    private void text() {
        Map<String, Set<String>> neededBy = new TreeMap<>();
        needs.forEach((from, targets) -> targets.forEach(
                to -> neededBy.computeIfAbsent(to, any -> new TreeSet<>()).add(from)));
        Set<String> drawn = new LinkedHashSet<>();
        for (Map.Entry<String, Set<String>> each : needs.entrySet()) {
            if (each.getValue().isEmpty()) {
                branch(each.getKey(), "", "", neededBy, drawn);
            }
        }
    }

    private void branch(String key, String lead, String below, Map<String, Set<String>> neededBy, Set<String> drawn) {
        boolean again = !drawn.add(key);
        List<String> children = new ArrayList<>(neededBy.getOrDefault(key, Set.of()));
        String mark = ready.containsKey(key)
                ? ready.get(key) ? terminal().green(" ✓") : terminal().red(" ✗")
                : "";
        terminal()
                .out()
                .println(lead
                        + key
                        + mark
                        + (again && !children.isEmpty() ? terminal().dim(" (see above)") : ""));
        if (again) {
            return;
        }
        for (int i = 0; i < children.size(); i++) {
            boolean last = i == children.size() - 1;
            branch(children.get(i), below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "), neededBy, drawn);
        }
    }

    private void mermaid(PrintStream out) {
        out.println("graph LR");
        needs.forEach((from, targets) -> {
            out.println("  " + id(from) + "[\"" + from + "\"]");
            targets.forEach(to -> out.println("  " + id(from) + " --> " + id(to)));
        });
    }

    private void dot(PrintStream out) {
        out.println("digraph phoenix {");
        out.println("  rankdir=LR; node [shape=box, fontname=\"sans-serif\"];");
        needs.forEach((from, targets) -> {
            out.println("  \"" + from + "\";");
            targets.forEach(to -> out.println("  \"" + from + "\" -> \"" + to + "\";"));
        });
        out.println("}");
    }

    private static String id(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_");
    }
}
