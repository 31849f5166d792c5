package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.event.Event;
import ai.thinkheads.phoenix.engine.time.Clock;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/v1/events}: the events as {@code core/v1} ones, which is where {@code kubectl describe} looks for them. */
final class EventRoutes {

    private static final String NAMESPACE = "default";
    private static final Set<String> FIELDS = Set.of(
            "metadata.name",
            "metadata.namespace",
            "involvedObject.name",
            "involvedObject.namespace",
            "involvedObject.kind",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "reason",
            "type");

    private final Supplier<EventFeed> feed;
    private final Streams streams;
    private final Clock clock;

    EventRoutes(Supplier<EventFeed> feed, Streams streams, Clock clock) {
        this.feed = feed;
        this.streams = streams;
        this.clock = clock;
    }

    /** {@code /api/v1[/namespaces/<ns>]/events[/name]}, the steps after {@code events}. */
    void handle(Exchange exchange, List<String> rest) throws IOException {
        if (!exchange.method().equals("GET") || rest.size() > 1) {
            throw ApiError.methodNotAllowed("events are made by the controller, and can be listed and watched only");
        }
        FieldSelector selector =
                FieldSelector.parse(exchange.query("fieldSelector").orElse(null), FIELDS);
        if (rest.size() == 1) {
            Event event = feed.get().list().events().stream()
                    .filter(each -> name(each).equals(rest.getFirst()))
                    .findFirst()
                    .orElseThrow(
                            () -> new ApiError(404, "NotFound", "events \"" + rest.getFirst() + "\" not found", null));
            exchange.send(200, tree(event));
        } else if (exchange.flag("watch")) {
            watch(exchange, selector);
        } else {
            list(exchange, selector);
        }
    }

    private void list(Exchange exchange, FieldSelector selector) {
        EventFeed.Listing listing = feed.get().list();
        List<Event> chosen = listing.events().stream()
                .filter(event -> selector.matches(field -> field(event, field)))
                .toList();
        long limit = exchange.number("limit", 0);
        if (limit > 0 && chosen.size() > limit) {
            chosen = chosen.subList(chosen.size() - (int) limit, chosen.size());
        }
        if (Tables.isWanted(exchange.accept())) {
            exchange.send(200, table(chosen, listing.revision(), true));
            return;
        }
        ObjectNode list = ResourceCodec.json().createObjectNode();
        list.put("kind", "EventList").put("apiVersion", "v1");
        list.putObject("metadata").put("resourceVersion", Long.toString(listing.revision()));
        ArrayNode items = list.putArray("items");
        chosen.forEach(event -> items.add(tree(event)));
        exchange.send(200, list);
    }

    private void watch(Exchange exchange, FieldSelector selector) throws IOException {
        boolean asTable = Tables.isWanted(exchange.accept());
        long from = exchange.number("resourceVersion", 0);
        EventFeed.Listing present = feed.get().list();
        try (Exchange.Lines lines = exchange.lines()) {
            if (from == 0) {
                from = present.revision();
                for (Event event : present.events()) {
                    if (selector.matches(field -> field(event, field))) {
                        send(lines, "ADDED", event, present.revision(), asTable, true);
                    }
                }
            }
            long after = from;
            streams.<EventFeed.Change>run(
                    exchange.watchLimit(), stream -> feed.get().watch(after, stream), new Streams.Writer<>() {
                        private boolean headed = true;

                        @Override
                        public boolean write(EventFeed.Change change) throws IOException {
                            Event event = change.event();
                            if (selector.matches(field -> field(event, field))) {
                                String type = event.count() == 1 ? "ADDED" : "MODIFIED";
                                send(lines, type, event, change.revision(), asTable, headed);
                                headed = false;
                            }
                            return true;
                        }

                        @Override
                        public void drained() throws IOException {
                            lines.flush();
                        }

                        @Override
                        public void idle() {}

                        @Override
                        public void lost() throws IOException {
                            lines.send(error(ApiError.expired("too many events at once; list them again")));
                        }
                    });
        }
    }

    static ObjectNode error(ApiError error) {
        ObjectNode event = ResourceCodec.json().createObjectNode().put("type", "ERROR");
        event.set("object", error.status());
        return event;
    }

    private void send(Exchange.Lines lines, String type, Event event, long revision, boolean asTable, boolean headed)
            throws IOException {
        ObjectNode line = ResourceCodec.json().createObjectNode().put("type", type);
        line.set("object", asTable ? table(List.of(event), revision, headed) : tree(event));
        lines.add(line);
    }

    private static String name(Event event) {
        return event.about().name() + "." + Long.toHexString(event.id());
    }

    private static String field(Event event, String field) {
        return switch (field) {
            case "metadata.name" -> name(event);
            case "metadata.namespace" -> NAMESPACE;
            case "involvedObject.name" -> event.about().name();
            case "involvedObject.kind" -> event.about().kind();
            case "involvedObject.uid" -> event.uid();
            case "involvedObject.apiVersion" -> Kinds.API_VERSION;
            case "reason" -> event.reason();
            case "type" -> event.type();
            default -> "";
        };
    }

    private static ObjectNode tree(Event event) {
        ObjectNode tree = ResourceCodec.json().createObjectNode();
        tree.put("kind", "Event").put("apiVersion", "v1");
        String first = event.first().truncatedTo(ChronoUnit.SECONDS).toString();
        tree.putObject("metadata")
                .put("name", name(event))
                .put("namespace", NAMESPACE)
                .put("uid", "event-" + event.id())
                .put("resourceVersion", Long.toString(event.id()))
                .put("creationTimestamp", first);
        tree.putObject("involvedObject")
                .put("kind", event.about().kind())
                .put("name", event.about().name())
                .put("uid", event.uid())
                .put("apiVersion", Kinds.API_VERSION);
        tree.put("reason", event.reason()).put("message", event.message());
        tree.putObject("source").put("component", "phoenix");
        tree.put("firstTimestamp", first)
                .put(
                        "lastTimestamp",
                        event.last().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("count", event.count())
                .put("type", event.type());
        return tree.put("reportingComponent", "phoenix").put("reportingInstance", "");
    }

    private ObjectNode table(List<Event> events, long revision, boolean headed) {
        ObjectNode table = Tables.empty(revision);
        ArrayNode columns = table.putArray("columnDefinitions");
        if (headed) {
            for (String title : new ArrayList<>(List.of("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"))) {
                Tables.column(columns, title, "", title, 0);
            }
            Tables.column(columns, "COUNT", "", "How often it happened.", 1);
        }
        ArrayNode rows = table.putArray("rows");
        for (Event event : events) {
            ObjectNode row = rows.addObject();
            row.putArray("cells")
                    .add(Ages.text(event.last().toString(), clock.instant()))
                    .add(event.type())
                    .add(event.reason())
                    .add(event.about().toString())
                    .add(event.message())
                    .add(event.count());
            row.putObject("object")
                    .put("kind", "PartialObjectMetadata")
                    .put("apiVersion", "meta.k8s.io/v1")
                    .set("metadata", tree(event).path("metadata"));
        }
        return table;
    }
}
