package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.output.TextTable;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl get}. */
public final class GetCommand extends Verb {

    private List<String> words = List.of();
    private String output = "table";
    private @Nullable String selector;
    private boolean watch;

    GetCommand(Phoenixctl root) {
        super(root, "get", "List resources: get ct, get ct web, get ct/web vm/builder, get all.");
        takes().words("KIND [NAME...]", "A kind (several with commas), all, or kind/name.", given -> words = given)
                .option(
                        "-o, --output",
                        "FORMAT",
                        "table, wide, yaml, json or name. Default: table.",
                        given -> output = given)
                .option(
                        "-l, --selector",
                        "SELECTOR",
                        "Labels that they have to have, for example tier=web.",
                        given -> selector = given)
                .flag("-w, --watch", "Go on and show changes as they happen.", given -> watch = given);
    }

    @Override
    public Integer call() {
        if (!List.of("table", "wide", "yaml", "json", "name").contains(output)) {
            throw new CommandFailed(ExitCode.INVALID, "-o is table, wide, yaml, json or name, not '" + output + "'");
        }
        List<Names.Selection> selections = Names.parse(words);
        try (Session session = open(Session.Purpose.LOOK)) {
            List<Followed> seen =
                    isTable() ? tables(session.api(), selections) : objects(session.api(), selections, !watch);
            if (watch) {
                follow(session.api(), seen);
            }
            return ExitCode.DONE;
        }
    }

    /**
     * What was listed, and where a watch of it begins.
     *
     * @param revision of the list, so that no change between the list and the watch is missed
     * @param columns places of the cells that are shown; none where objects are shown
     */
    private record Followed(
            Names.Selection selection,
            String revision,
            List<Integer> columns,
            @Nullable TextTable table) {}

    private boolean isTable() {
        return output.equals("table") || output.equals("wide");
    }

    private List<Followed> tables(ApiClient api, List<Names.Selection> selections) {
        boolean several = selections.size() > 1;
        boolean any = false;
        List<Followed> seen = new ArrayList<>();
        for (Names.Selection selection : selections) {
            List<Table> answers = new ArrayList<>();
            if (selection.names().isEmpty()) {
                answers.add(api.table(Names.path(selection.kind()) + query("")));
            } else {
                selection
                        .names()
                        .forEach(name -> answers.add(Names.found(
                                api, selection.kind(), name, () -> api.table(Names.path(selection.kind(), name)))));
            }
            List<Integer> columns = columns(answers.getFirst());
            TextTable table = table(answers, columns, several ? selection.kind() : null);
            if (!table.isEmpty()) {
                if (any && several) {
                    terminal().out().println();
                }
                table.print(terminal());
                any = true;
            }
            seen.add(new Followed(selection, answers.getFirst().revision(), columns, table));
        }
        if (!any) {
            terminal().err().println("No resources found.");
        }
        return seen;
    }

    private List<Integer> columns(Table answer) {
        List<Integer> shown = new ArrayList<>();
        for (int i = 0; i < answer.columns().size(); i++) {
            if (output.equals("wide") || answer.columns().get(i).priority() == 0) {
                shown.add(i);
            }
        }
        return shown;
    }

    private static TextTable table(List<Table> answers, List<Integer> shown, @Nullable Kind<?, ?> prefix) {
        List<Table.Column> columns = answers.getFirst().columns();
        TextTable table = new TextTable(shown.stream()
                .map(i -> columns.get(i).name().toUpperCase(Locale.ROOT))
                .toList());
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

    /** Prints objects as one document or, where changes are to follow, each by itself. */
    private List<Followed> objects(ApiClient api, List<Names.Selection> selections, boolean together) {
        List<JsonNode> items = new ArrayList<>();
        List<Followed> seen = new ArrayList<>();
        for (Names.Selection selection : selections) {
            String revision;
            if (selection.names().isEmpty()) {
                JsonNode list = api.get(Names.path(selection.kind()) + query(""));
                list.path("items").forEach(items::add);
                revision = list.path("metadata").path("resourceVersion").asString("0");
            } else {
                revision = api.get(Names.path(selection.kind()) + "?limit=1")
                        .path("metadata")
                        .path("resourceVersion")
                        .asString("0");
                selection
                        .names()
                        .forEach(name -> items.add(Names.found(
                                api, selection.kind(), name, () -> api.get(Names.path(selection.kind(), name)))));
            }
            seen.add(new Followed(selection, revision, List.of(), null));
        }
        boolean one = items.size() == 1
                && selections.size() == 1
                && selections.getFirst().names().size() == 1;
        if (together && !output.equals("name")) {
            document(one ? items.getFirst() : list(items));
        } else {
            items.forEach(this::document);
        }
        return seen;
    }

    private void document(JsonNode document) {
        String text = switch (output) {
            case "name" ->
                document.path("kind").asString("").toLowerCase(Locale.ROOT) + "/"
                        + document.path("metadata").path("name").asString("") + "\n";
            case "json" -> JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
            default -> (watch ? "---\n" : "") + ResourceCodec.yaml(document);
        };
        terminal().out().print(text);
        terminal().out().flush();
    }

    private static JsonNode list(List<JsonNode> items) {
        ObjectNode list = JsonMapper.shared().createObjectNode();
        list.put("apiVersion", "v1").put("kind", "List");
        ArrayNode array = list.putArray("items");
        items.forEach(array::add);
        return list;
    }

    private void follow(ApiClient api, List<Followed> seen) {
        List<Thread> followers = new ArrayList<>();
        for (Followed each : seen) {
            List<String> names = each.selection().names();
            String only = names.size() == 1 ? "&fieldSelector=metadata.name%3D" + Names.encode(names.getFirst()) : "";
            String path =
                    Names.path(each.selection().kind()) + query("watch=true&resourceVersion=" + each.revision() + only);
            followers.add(Thread.ofVirtual()
                    .start(() ->
                            api.follow("GET", path, null, isTable(), event -> show(event, each, seen.size() > 1))));
        }
        for (Thread follower : followers) {
            try {
                follower.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean show(JsonNode event, Followed followed, boolean several) {
        JsonNode object = event.path("object");
        String type = event.path("type").asString("");
        if (type.equals("ERROR")) {
            terminal()
                    .err()
                    .println("phoenixctl: the watch ended: "
                            + object.path("message").asString(""));
            return false;
        }
        synchronized (this) {
            if (followed.table() == null) {
                if (isWanted(object.path("metadata"), followed)) {
                    document(object);
                }
                return true;
            }
            for (JsonNode row : object.path("rows")) {
                if (isWanted(row.path("object").path("metadata"), followed)) {
                    row(row, followed, several, type.equals("DELETED"));
                }
            }
        }
        return true;
    }

    private static boolean isWanted(JsonNode metadata, Followed followed) {
        List<String> names = followed.selection().names();
        return names.isEmpty() || names.contains(metadata.path("name").asString(""));
    }

    private void row(JsonNode row, Followed followed, boolean several, boolean deleted) {
        List<String> texts = new ArrayList<>();
        for (JsonNode cell : row.path("cells")) {
            texts.add(cell.isNull() ? "" : cell.asString(cell.toString()));
        }
        List<String> cells =
                cells(texts, followed.columns(), several ? followed.selection().kind() : null);
        if (followed.table() != null) {
            followed.table().printMore(terminal(), cells, deleted ? "(deleted)" : "");
            terminal().out().flush();
        }
    }

    private String query(String more) {
        String labels = selector == null ? "" : "labelSelector=" + Names.encode(selector);
        String both = more.isEmpty() || labels.isEmpty() ? more + labels : more + "&" + labels;
        return both.isEmpty() ? "" : "?" + both;
    }
}
