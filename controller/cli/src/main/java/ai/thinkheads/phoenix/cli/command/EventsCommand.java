package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.output.TextTable;
import ai.thinkheads.phoenix.cli.output.Times;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl events}. */
public final class EventsCommand extends Verb {

    private @Nullable String about;
    private boolean watch;

    EventsCommand(Phoenixctl root) {
        super(root, "events", "List what happened, the newest last.");
        takes().option("--for", "KIND/NAME", "Only what happened to that resource.", given -> about = given)
                .flag("-w, --watch", "Go on and show events as they happen.", given -> watch = given);
    }

    @Override
    public Integer call() {
        String query = "";
        if (about != null) {
            Names.Selection one = Names.parse(List.of(about)).getFirst();
            query = "fieldSelector=involvedObject.kind%3D" + one.kind().name()
                    + (one.names().isEmpty()
                            ? ""
                            : ",involvedObject.name%3D"
                                    + Names.encode(one.names().getFirst()));
        }
        try (Session session = open(Session.Purpose.LOOK)) {
            ApiClient api = session.api();
            JsonNode answer = api.get("/api/v1/events" + (query.isEmpty() ? "" : "?" + query));
            TextTable table = new TextTable(List.of("AGE", "TYPE", "REASON", "OBJECT", "COUNT", "MESSAGE"));
            answer.path("items").forEach(event -> table.row(cells(event)));
            if (table.isEmpty()) {
                terminal().err().println("No events.");
            } else {
                table.print(terminal());
            }
            if (watch) {
                String revision =
                        answer.path("metadata").path("resourceVersion").asString("0");
                api.follow(
                        "GET",
                        "/api/v1/events?watch=true&resourceVersion=" + revision + (query.isEmpty() ? "" : "&" + query),
                        null,
                        false,
                        event -> {
                            terminal().out().println(String.join("   ", cells(event.path("object"))));
                            return true;
                        });
            }
        }
        return ExitCode.DONE;
    }

    private List<String> cells(JsonNode event) {
        JsonNode object = event.path("involvedObject");
        return List.of(
                Times.ago(
                        event.path("lastTimestamp").asString(""), root().clock().instant()),
                event.path("type").asString(""),
                event.path("reason").asString(""),
                object.path("kind").asString("") + "/" + object.path("name").asString(""),
                event.path("count").asString("1"),
                event.path("message").asString(""));
    }
}
