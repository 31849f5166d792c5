package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.output.Terminal;
import ai.thinkheads.phoenix.cli.output.TextTable;
import ai.thinkheads.phoenix.cli.output.Times;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl describe}. */
public final class DescribeCommand extends Verb {

    private List<String> words = List.of();

    DescribeCommand(Phoenixctl root) {
        super(
                root,
                "describe",
                "Show all there is to know of a resource: spec, conditions, dependencies, last plan, events.");
        takes().words("KIND NAME", "A kind and a name, or kind/name.", given -> words = given);
    }

    @Override
    public Integer call() {
        try (Session session = open(Session.Purpose.LOOK)) {
            boolean first = true;
            for (Names.Selection selection : Names.parse(words)) {
                List<String> names = new ArrayList<>(selection.names());
                if (names.isEmpty()) {
                    session.api()
                            .get(Names.path(selection.kind()))
                            .path("items")
                            .forEach(item ->
                                    names.add(item.path("metadata").path("name").asString("")));
                }
                for (String name : names) {
                    if (!first) {
                        terminal().out().println();
                    }
                    describe(session.api(), selection.kind(), name);
                    first = false;
                }
            }
        }
        return ExitCode.DONE;
    }

    private void describe(ApiClient api, Kind<?, ?> kind, String name) {
        Terminal terminal = terminal();
        JsonNode resource = Names.found(api, kind, name, () -> api.get(Names.path(kind, name)));
        JsonNode metadata = resource.path("metadata");
        terminal.out().println(terminal.bold(kind.name() + "/" + name));
        line(
                "Created",
                Times.ago(
                                metadata.path("creationTimestamp").asString(""),
                                root().clock().instant()) + " ago");
        line(
                "Generation",
                metadata.path("generation").asString("") + ", seen "
                        + resource.path("status").path("observedGeneration").asString("0"));
        map("Labels", metadata.path("labels"));
        map("Annotations", metadata.path("annotations"));
        section("Spec");
        tree(resource.path("spec"), 2);
        section("Status");
        for (Map.Entry<String, JsonNode> fact : resource.path("status").properties()) {
            if (!List.of("conditions", "plan", "observedGeneration").contains(fact.getKey())) {
                field(fact.getKey(), fact.getValue(), 2);
            }
        }
        conditions(resource.path("status").path("conditions"));
        dependencies(api, kind.name() + "/" + name);
        plan(resource.path("status").path("plan"));
        events(api, kind, name);
    }

    private void conditions(JsonNode conditions) {
        section("Conditions");
        TextTable table = new TextTable(List.of("  TYPE", "STATUS", "SINCE", "REASON", "MESSAGE"));
        for (JsonNode each : conditions) {
            table.row(List.of(
                    "  " + each.path("type").asString(""),
                    each.path("status").asString(""),
                    Times.ago(
                            each.path("lastTransitionTime").asString(""),
                            root().clock().instant()),
                    each.path("reason").asString(""),
                    each.path("message").asString("")));
        }
        printOr(table, "  none yet");
    }

    private void dependencies(ApiClient api, String key) {
        List<String> needs = new ArrayList<>();
        List<String> neededBy = new ArrayList<>();
        for (JsonNode edge : api.get("/phoenix/v1/graph").path("edges")) {
            if (edge.path("from").asString("").equals(key)) {
                needs.add(
                        edge.path("to").asString("") + " (" + edge.path("field").asString("") + ")");
            }
            if (edge.path("to").asString("").equals(key)) {
                neededBy.add(edge.path("from").asString(""));
            }
        }
        section("Needs");
        needs.forEach(each -> terminal().out().println("  " + each));
        if (needs.isEmpty()) {
            terminal().out().println("  nothing");
        }
        section("Needed by");
        neededBy.stream().distinct().forEach(each -> terminal().out().println("  " + each));
        if (neededBy.isEmpty()) {
            terminal().out().println("  nothing");
        }
    }

    private void plan(JsonNode plan) {
        section("Last plan");
        for (JsonNode step : plan) {
            terminal()
                    .out()
                    .println("  " + step.path("field").asString("") + ": "
                            + step.path("action").asString("") + "  ["
                            + step.path("effect").asString("") + "]"
                            + (step.hasNonNull("consent")
                                    ? "  consent: " + step.path("consent").asString("")
                                    : ""));
        }
        if (plan.isEmpty()) {
            terminal().out().println("  nothing has had to be done");
        }
    }

    private void events(ApiClient api, Kind<?, ?> kind, String name) {
        section("Events");
        TextTable table = new TextTable(List.of("  AGE", "TYPE", "REASON", "COUNT", "MESSAGE"));
        String selector = "involvedObject.name%3D" + Names.encode(name) + ",involvedObject.kind%3D" + kind.name();
        for (JsonNode event :
                api.get("/api/v1/events?fieldSelector=" + selector).path("items")) {
            table.row(List.of(
                    "  "
                            + Times.ago(
                                    event.path("lastTimestamp").asString(""),
                                    root().clock().instant()),
                    event.path("type").asString(""),
                    event.path("reason").asString(""),
                    event.path("count").asString("1"),
                    event.path("message").asString("")));
        }
        printOr(table, "  none");
    }

    private void printOr(TextTable table, String otherwise) {
        if (table.isEmpty()) {
            terminal().out().println(otherwise);
        } else {
            table.print(terminal());
        }
    }

    private void section(String title) {
        terminal().out().println(terminal().bold(title + ":"));
    }

    private void line(String label, String value) {
        terminal().out().println(terminal().bold(label + ":") + " " + value);
    }

    private void map(String label, JsonNode map) {
        boolean titled = false;
        for (Map.Entry<String, JsonNode> each : map.properties()) {
            if (each.getKey().endsWith("/last-applied")) {
                continue;
            }
            if (!titled) {
                section(label);
                titled = true;
            }
            terminal()
                    .out()
                    .println("  " + each.getKey() + ": " + each.getValue().asString(""));
        }
    }

    private void tree(JsonNode node, int indent) {
        if (node.isObject()) {
            node.properties().forEach(each -> field(each.getKey(), each.getValue(), indent));
            return;
        }
        for (JsonNode item : node) {
            if (item.isValueNode()) {
                terminal().out().println(" ".repeat(indent) + "- " + item.asString(""));
            } else {
                boolean first = true;
                for (Map.Entry<String, JsonNode> each : item.properties()) {
                    terminal().out().print(" ".repeat(indent) + (first ? "- " : "  "));
                    field(each.getKey(), each.getValue(), 0, indent + 2);
                    first = false;
                }
            }
        }
    }

    private void field(String name, JsonNode value, int indent) {
        terminal().out().print(" ".repeat(indent));
        field(name, value, 0, indent);
    }

    private void field(String name, JsonNode value, int lead, int indent) {
        terminal().out().print(" ".repeat(lead) + name + ":");
        if (value.isValueNode()) {
            String text = value.asString("");
            if (text.contains("\n")) {
                terminal().out().println(" |");
                text.lines().forEach(each -> terminal().out().println(" ".repeat(indent + 2) + each));
            } else {
                terminal().out().println(" " + text);
            }
        } else {
            terminal().out().println();
            tree(value, indent + 2);
        }
    }
}
