package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import ai.thinkheads.phoenix.engine.progress.Activity;
import ai.thinkheads.phoenix.engine.progress.Progress;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.kinds.host.Hosts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the engine does, and asking it to do it now: progress, counters, reconcile and the graph. */
final class ProgressRoutes {

    private final Store store;
    private final Engine engine;
    private final Hosts hosts;
    private final Streams streams;
    private final boolean reconciling;

    ProgressRoutes(Store store, Engine engine, Hosts hosts, Streams streams, boolean reconciling) {
        this.store = store;
        this.engine = engine;
        this.hosts = hosts;
        this.streams = streams;
        this.reconciling = reconciling;
    }

    /**
     * {@code GET /phoenix/v1/progress[?watch=true[&brief=true]]}. In brief, what is being done about a resource between two passes
     * is one line, for programs that wait for the end of it.
     */
    void progress(Exchange exchange) throws IOException {
        Progress progress = engine.progress();
        if (!exchange.flag("watch")) {
            ObjectNode answer = ResourceCodec.json().createObjectNode();
            ArrayNode items = answer.putArray("items");
            progress.all().forEach(activity -> items.add(tree(activity)));
            exchange.send(200, answer);
            return;
        }
        try (Exchange.Lines lines = exchange.lines()) {
            streams.<Activity>run(
                    exchange.watchLimit(),
                    stream -> {
                        AutoCloseable following = progress.follow(stream);
                        progress.all().forEach(stream);
                        return following;
                    },
                    new ProgressWriter(lines, exchange.flag("brief")));
        }
    }

    /**
     * The same for who is in this process: calls the listener, which has to be quick, with how things are and with every change.
     *
     * @return ends it
     */
    AutoCloseable follow(boolean brief, Consumer<JsonNode> listener) {
        News news = new News(brief);
        Consumer<Activity> each = activity -> {
            synchronized (news) {
                if (news.isNew(activity)) {
                    listener.accept(tree(activity));
                }
            }
        };
        AutoCloseable following = engine.progress().follow(each);
        engine.progress().all().forEach(each);
        return following;
    }

    /** Passes over what was overtaken, since the first list and the changes after it may cross, and over what is too much in brief. */
    private static final class News {
        private final boolean brief;
        private final Map<ResourceKey, Activity> last = new HashMap<>();

        private News(boolean brief) {
            this.brief = brief;
        }

        boolean isNew(Activity activity) {
            Activity before = last.put(activity.key(), activity);
            if (before != null
                    && (before.passes() > activity.passes() || before.since().isAfter(activity.since()))) {
                last.put(activity.key(), before);
                return false;
            }
            return !brief
                    || before == null
                    || !isBusy(before)
                    || !isBusy(activity)
                    || before.passes() < activity.passes();
        }

        private static boolean isBusy(Activity activity) {
            return switch (activity.state()) {
                case QUEUED, RUNNING, RETRYING -> true;
                case WAITING, FAILED, READY, NOT_READY, GONE -> false;
            };
        }
    }

    private static final class ProgressWriter implements Streams.Writer<Activity> {
        private final Exchange.Lines lines;
        private final News news;

        private ProgressWriter(Exchange.Lines lines, boolean brief) {
            this.lines = lines;
            this.news = new News(brief);
        }

        @Override
        public boolean write(Activity activity) throws IOException {
            if (news.isNew(activity)) {
                lines.add(tree(activity));
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
            lines.send(EventRoutes.error(ApiError.expired("too many changes at once; ask for the progress again")));
        }
    }

    private static ObjectNode tree(Activity activity) {
        ObjectNode tree = ResourceCodec.json().createObjectNode();
        tree.put("kind", activity.key().kind())
                .put("name", activity.key().name())
                .put("state", activity.state().name());
        if (activity.detail() != null) {
            tree.put("detail", activity.detail());
        }
        ArrayNode waitsFor = tree.putArray("waitsFor");
        activity.waitsFor().forEach(key -> waitsFor.add(key.toString()));
        return tree.put("since", activity.since().toString()).put("passes", activity.passes());
    }

    /** {@code GET /phoenix/v1/counters}. */
    void counters(Exchange exchange) {
        ObjectNode answer = ResourceCodec.json().createObjectNode();
        ObjectNode each = answer.putObject("hosts");
        long reads = 0;
        long changes = 0;
        for (Map.Entry<String, Host.Counters> host : hosts.counters().entrySet()) {
            Host.Counters counters = host.getValue();
            each.putObject(host.getKey()).put("reads", counters.reads()).put("changes", counters.changes());
            reads += counters.reads();
            changes += counters.changes();
        }
        exchange.send(200, answer.put("reads", reads).put("changes", changes));
    }

    /** {@code POST /phoenix/v1/reconcile}. */
    void reconcile(Exchange exchange) {
        JsonNode body = exchange.json();
        Set<ResourceKey> keys = new TreeSet<>();
        List<String> missing = new ArrayList<>();
        for (JsonNode item : body.path("items")) {
            ResourceKey key = new ResourceKey(
                    item.path("kind").asString(""), item.path("name").asString(""));
            if (Kinds.named(key.kind()).isPresent() && store.get(key).isPresent()) {
                keys.add(key);
            } else {
                missing.add(key.toString());
            }
        }
        if (!missing.isEmpty()) {
            throw new ApiError(404, "NotFound", String.join(", ", missing) + " not found", null);
        }
        if (!reconciling) {
            throw ApiError.unavailable(
                    "this controller only answers questions; start one with 'phoenixctl controller'");
        }
        if (body.path("dependencies").asBoolean(false)) {
            DependencyGraph graph = graph();
            Set<ResourceKey> all = new TreeSet<>();
            keys.forEach(key -> all.addAll(graph.closure(key)));
            all.removeIf(key -> store.get(key).isEmpty());
            keys = all;
        }
        ObjectNode answer = ResourceCodec.json().createObjectNode();
        ArrayNode items = answer.putArray("items");
        engine.reconcileNow(keys, body.path("fresh").asBoolean(true))
                .forEach((key, pass) -> items.addObject()
                        .put("kind", key.kind())
                        .put("name", key.name())
                        .put("awaitPass", pass));
        exchange.send(200, answer);
    }

    /** {@code GET /phoenix/v1/graph}. */
    void graph(Exchange exchange) {
        ObjectNode answer = ResourceCodec.json().createObjectNode();
        ArrayNode nodes = answer.putArray("nodes");
        for (Resource<?, ?> resource : store.list(null).items()) {
            nodes.addObject()
                    .put("kind", resource.kind().name())
                    .put("name", resource.name())
                    .put("ready", resource.has(ai.thinkheads.phoenix.api.Conditions.READY));
        }
        ArrayNode edges = answer.putArray("edges");
        for (Map.Entry<ResourceKey, List<Reference>> each : graph().all().entrySet()) {
            for (Reference reference : each.getValue()) {
                edges.addObject()
                        .put("from", each.getKey().toString())
                        .put("to", reference.target().toString())
                        .put("field", reference.field());
            }
        }
        exchange.send(200, answer);
    }

    private DependencyGraph graph() {
        DependencyGraph graph = new DependencyGraph();
        store.list(null).items().forEach(graph::put);
        return graph;
    }
}
