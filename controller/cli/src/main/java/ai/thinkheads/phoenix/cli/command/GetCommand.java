package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.output.Terminal;
import ai.thinkheads.phoenix.cli.output.TextTable;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code phoenixctl get}. */
@Command(name = "get", description = "List resources: get ct, get ct web, get ct/web vm/builder, get all.")
public final class GetCommand extends Verb {

    @Parameters(
            arity = "1..*",
            paramLabel = "KIND [NAME...]",
            description = "A kind (several with commas), all, or kind/name.")
    private List<String> words = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table, wide, yaml, json or name. Default: table.")
    private String output = "table";

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "SELECTOR",
            description = "Labels that they have to have, for example tier=web.")
    private @Nullable String selector;

    @Option(
            names = {"-w", "--watch"},
            description = "Go on and show changes as they happen.")
    private boolean watch;

    @Override
    public Integer call() {
        if (!List.of("table", "wide", "yaml", "json", "name").contains(output)) {
            throw new CommandFailed(ExitCode.INVALID, "-o is table, wide, yaml, json or name, not '" + output + "'");
        }
        List<Names.Selection> selections = Names.parse(words);
        try (Session session = open(Session.Purpose.LOOK)) {
            int code = output.equals("table") || output.equals("wide")
                    ? tables(session.api(), selections)
                    : objects(session.api(), selections);
            if (watch) {
                watch(session.api(), selections);
            }
            return code;
        }
    }

    private int tables(ApiClient api, List<Names.Selection> selections) {
        boolean several = selections.size() > 1;
        boolean any = false;
        for (Names.Selection selection : selections) {
            List<Table> answers = new ArrayList<>();
            if (selection.names().isEmpty()) {
                answers.add(api.table(Names.path(selection.kind()) + query("")));
            } else {
                selection.names().forEach(name -> answers.add(api.table(Names.path(selection.kind(), name))));
            }
            TextTable table = table(answers, several ? selection.kind() : null);
            if (!table.isEmpty()) {
                if (any && several) {
                    terminal().out().println();
                }
                table.print(terminal());
                any = true;
            }
        }
        if (!any) {
            terminal().err().println("No resources found.");
        }
        return ExitCode.DONE;
    }

    private TextTable table(List<Table> answers, @Nullable Kind<?, ?> prefix) {
        boolean wide = output.equals("wide");
        List<Integer> shown = new ArrayList<>();
        List<String> headings = new ArrayList<>();
        List<Table.Column> columns = answers.getFirst().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (wide || columns.get(i).priority() == 0) {
                shown.add(i);
                headings.add(columns.get(i).name().toUpperCase(java.util.Locale.ROOT));
            }
        }
        TextTable table = new TextTable(headings);
        for (Table answer : answers) {
            for (List<String> row : answer.rows()) {
                table.row(cells(row, shown, prefix));
            }
        }
        return table;
    }

    private static List<String> cells(List<String> row, List<Integer> shown, @Nullable Kind<?, ?> prefix) {
        List<String> cells = new ArrayList<>();
        for (int i : shown) {
            String text = i < row.size() ? row.get(i) : "";
            cells.add(
                    prefix != null && i == 0
                            ? prefix.shortNames().stream().findFirst().orElse(prefix.singular()) + "/" + text
                            : text);
        }
        return cells;
    }

    private int objects(ApiClient api, List<Names.Selection> selections) {
        List<JsonNode> items = new ArrayList<>();
        for (Names.Selection selection : selections) {
            if (selection.names().isEmpty()) {
                api.get(Names.path(selection.kind()) + query("")).path("items").forEach(items::add);
            } else {
                selection.names().forEach(name -> items.add(api.get(Names.path(selection.kind(), name))));
            }
        }
        Terminal terminal = terminal();
        if (output.equals("name")) {
            for (JsonNode item : items) {
                terminal.out()
                        .println(item.path("kind").asString("").toLowerCase(java.util.Locale.ROOT) + "/"
                                + item.path("metadata").path("name").asString(""));
            }
            return ExitCode.DONE;
        }
        boolean one = items.size() == 1
                && selections.size() == 1
                && selections.getFirst().names().size() == 1;
        JsonNode document = one ? items.getFirst() : list(items);
        terminal.out()
                .print(
                        output.equals("json")
                                ? JsonMapper.shared()
                                                .writerWithDefaultPrettyPrinter()
                                                .writeValueAsString(document) + "\n"
                                : Yaml.write(document));
        return ExitCode.DONE;
    }

    private static JsonNode list(List<JsonNode> items) {
        ObjectNode list = JsonMapper.shared().createObjectNode();
        list.put("apiVersion", "v1").put("kind", "List");
        ArrayNode array = list.putArray("items");
        items.forEach(array::add);
        return list;
    }

    private void watch(ApiClient api, List<Names.Selection> selections) {
        List<Thread> followers = new ArrayList<>();
        for (Names.Selection selection : selections) {
            String only = selection.names().size() == 1
                    ? "&fieldSelector=metadata.name%3D"
                            + Names.encode(selection.names().getFirst())
                    : "";
            String revision = api.get(Names.path(selection.kind()) + "?limit=1")
                    .path("metadata")
                    .path("resourceVersion")
                    .asString("0");
            String path = Names.path(selection.kind()) + query("watch=true&resourceVersion=" + revision + only);
            followers.add(Thread.ofVirtual()
                    .start(() -> api.follow(
                            "GET", path, null, true, event -> show(event, selection, selections.size() > 1))));
        }
        for (Thread follower : followers) {
            try {
                follower.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean show(JsonNode event, Names.Selection selection, boolean several) {
        if (event.path("type").asString("").equals("ERROR")) {
            terminal()
                    .err()
                    .println("phoenixctl: the watch ended: "
                            + event.path("object").path("message").asString(""));
            return false;
        }
        for (JsonNode row : event.path("object").path("rows")) {
            JsonNode metadata = row.path("object").path("metadata");
            if (!selection.names().isEmpty()
                    && !selection.names().contains(metadata.path("name").asString(""))) {
                continue;
            }
            List<String> texts = new ArrayList<>();
            List<Integer> shown = new ArrayList<>();
            for (JsonNode cell : row.path("cells")) {
                shown.add(texts.size());
                texts.add(cell.isNull() ? "" : cell.asString(cell.toString()));
            }
            List<String> cells = cells(texts, shown, several ? selection.kind() : null);
            String line = String.join("   ", cells);
            synchronized (this) {
                terminal()
                        .out()
                        .println(event.path("type").asString("").equals("DELETED") ? line + "   (deleted)" : line);
                terminal().out().flush();
            }
        }
        return true;
    }

    private String query(String more) {
        String labels = selector == null ? "" : "labelSelector=" + Names.encode(selector);
        String both = more.isEmpty() || labels.isEmpty() ? more + labels : more + "&" + labels;
        return both.isEmpty() ? "" : "?" + both;
    }

    /** YAML is loaded only by who asks for it. */
    private static final class Yaml {
        static String write(JsonNode document) {
            return YAMLMapper.builder()
                    .disable(tools.jackson.dataformat.yaml.YAMLWriteFeature.WRITE_DOC_START_MARKER)
                    .enable(tools.jackson.dataformat.yaml.YAMLWriteFeature.MINIMIZE_QUOTES)
                    .build()
                    .writeValueAsString(document);
        }
    }
}
