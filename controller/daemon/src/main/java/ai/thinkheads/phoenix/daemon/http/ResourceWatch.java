package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreException;
import ai.thinkheads.phoenix.engine.time.Clock;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Watch: one JSON event a line. What begins to match a selector is added, what ceases to is deleted. A revision that is too old
 * is answered by one ERROR event, after which clients list again.
 */
final class ResourceWatch {

    private final Store store;
    private final Streams streams;
    private final Clock clock;

    ResourceWatch(Store store, Streams streams, Clock clock) {
        this.store = store;
        this.streams = streams;
        this.clock = clock;
    }

    void handle(Exchange exchange, Selection selection) throws IOException {
        if (exchange.header("Upgrade").equalsIgnoreCase("websocket")) {
            // Clients that try a websocket first take an empty answer as a sign to watch by plain HTTP.
            exchange.addHeader("Connection", "close").send(200, "application/json", new byte[0]);
            return;
        }
        boolean initial = exchange.flag("sendInitialEvents");
        if (initial && !exchange.flag("allowWatchBookmarks")) {
            throw ApiError.badRequest(
                    "sendInitialEvents needs allowWatchBookmarks=true, since a bookmark marks their end");
        }
        long asked = ResourceReads.revision(exchange);
        long limit = exchange.watchLimit();
        try (Exchange.Lines lines = exchange.lines()) {
            Output output = new Output(exchange, selection, lines);
            long after = asked;
            if (initial || asked == 0) {
                Store.Listing listing = store.list(selection.kind());
                for (Resource<?, ?> item : listing.items()) {
                    if (selection.matches(item)) {
                        output.send("ADDED", item);
                    }
                }
                after = listing.revision();
                output.seen = after;
                if (initial) {
                    output.bookmark(true);
                }
            }
            follow(lines, output, selection, after, limit);
        }
    }

    private void follow(Exchange.Lines lines, Output output, Selection selection, long after, long limit)
            throws IOException {
        String kind = selection.kind().name();
        try {
            if (after > store.revision()) {
                throw new StoreException.Expired(after, store.revision());
            }
            streams.<Store.Change>run(
                    limit,
                    stream -> store.watch(after, key -> key.kind().equals(kind), new Store.Listener() {
                        @Override
                        public void changed(Store.Change change) {
                            stream.accept(change);
                        }

                        @Override
                        public void expired() {
                            stream.lose();
                        }
                    }),
                    output);
        } catch (StoreException.Expired e) {
            lines.send(EventRoutes.error(ApiError.expired("too old resource version: " + e.getMessage())));
        }
    }

    /** Writes events in the form that the client asked for. */
    private final class Output implements Streams.Writer<Store.Change> {
        private final Selection selection;
        private final Exchange.Lines lines;
        private final boolean asTable;
        private final boolean bookmarks;
        private final Tables.Include include;
        private boolean headed = true;
        private long seen;

        Output(Exchange exchange, Selection selection, Exchange.Lines lines) {
            this.selection = selection;
            this.lines = lines;
            this.asTable = Tables.isWanted(exchange.accept());
            this.bookmarks = exchange.flag("allowWatchBookmarks");
            this.include = Tables.Include.of(exchange.query("includeObject"));
            this.seen = ResourceReads.revision(exchange);
        }

        @Override
        public boolean write(Store.Change change) throws IOException {
            seen = change.revision();
            Resource<?, ?> previous = change.previous();
            boolean was = previous != null && selection.matches(previous);
            boolean is = change.type() != Store.Change.Type.DELETED && selection.matches(change.resource());
            String type = type(was, is);
            if (change.type() == Store.Change.Type.DELETED && selection.matches(change.resource())) {
                type = "DELETED";
            }
            if (type != null) {
                send(type, change.resource());
            }
            return true;
        }

        private @Nullable String type(boolean was, boolean is) {
            if (was) {
                return is ? "MODIFIED" : "DELETED";
            }
            return is ? "ADDED" : null;
        }

        private void send(String type, Resource<?, ?> resource) throws IOException {
            ObjectNode line = ResourceCodec.json().createObjectNode().put("type", type);
            if (asTable) {
                line.set(
                        "object",
                        Tables.table(
                                selection.kind(),
                                List.of(resource),
                                resource.resourceVersion(),
                                include,
                                headed,
                                clock.instant()));
                headed = false;
            } else {
                line.set("object", ResourceCodec.tree(resource));
            }
            lines.add(line);
        }

        private void bookmark(boolean initialEnd) throws IOException {
            ObjectNode line = ResourceCodec.json().createObjectNode().put("type", "BOOKMARK");
            ObjectNode object = asTable ? Tables.empty(seen) : line.objectNode();
            if (!asTable) {
                object.put("kind", selection.kind().name()).put("apiVersion", Kinds.API_VERSION);
                object.putObject("metadata")
                        .put("resourceVersion", Long.toString(seen))
                        .put("name", "");
                object.putObject("spec");
            }
            if (initialEnd) {
                object.withObject("metadata").putObject("annotations").put("k8s.io/initial-events-end", "true");
            }
            line.set("object", object);
            lines.send(line);
        }

        @Override
        public void drained() throws IOException {
            lines.flush();
        }

        @Override
        public void idle() throws IOException {
            if (bookmarks && seen > 0) {
                bookmark(false);
            }
        }

        @Override
        public void lost() throws IOException {
            lines.send(EventRoutes.error(ApiError.expired("too many changes at once; list again")));
        }
    }
}
