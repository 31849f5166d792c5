package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.daemon.DaemonConfig;
import ai.thinkheads.phoenix.daemon.adopt.Adopter;
import ai.thinkheads.phoenix.daemon.apply.Applier;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import ai.thinkheads.phoenix.daemon.apply.Writes;
import ai.thinkheads.phoenix.daemon.metrics.Metrics;
import ai.thinkheads.phoenix.engine.event.Events;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.kinds.guest.GuestOperations;
import ai.thinkheads.phoenix.kinds.host.Hosts;
import ai.thinkheads.phoenix.kinds.host.HostsAhead;
import com.google.common.base.Suppliers;
import io.helidon.webserver.http.Handler;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** All endpoints, put together. */
public final class Api implements AutoCloseable {

    private final Streams streams;
    private final Feed feed;
    private final ApiHandler handler;
    private final ApplyRoute apply;
    private final ProgressRoutes progress;

    @Inject
    Api(
            DaemonConfig config,
            Store store,
            Engine engine,
            Events events,
            Hosts hosts,
            GuestOperations guests,
            Writes writes,
            Applier applier,
            Adopter adopter,
            HostsAhead ahead,
            Clock clock) {
        this.streams = new Streams(clock);
        this.feed = new Feed(events);
        // Made when somebody asks for the first time: a controller that lives as long as a command is never asked.
        Supplier<Metrics> metrics = Suppliers.memoize(() -> new Metrics(engine, store, hosts));
        this.apply = new ApplyRoute(applier, engine, ahead, config.reconciling());
        this.progress = new ProgressRoutes(store, engine, hosts, streams, config.reconciling());
        this.handler = new ApiHandler(new ApiHandler.Endpoints(
                new ResourceReads(store, clock),
                new ResourceWatch(store, streams, clock),
                new ResourceWrites(store, writes),
                new GuestRoutes(store, engine, guests),
                new EventRoutes(feed, streams, clock),
                new OpenApi(),
                apply,
                new AdoptRoute(adopter),
                progress,
                new Overview(store),
                new Operations(store, metrics)));
    }

    /**
     * What {@code POST /phoenix/v1/apply} does and answers, for who is in this process.
     *
     * @param manifests gives what is to be applied; may take its time
     * @throws ApiError when the set is refused
     */
    public ObjectNode apply(SetRequest request, Supplier<List<Manifest>> manifests) {
        return apply.handle(request, manifests);
    }

    /**
     * What {@code GET /phoenix/v1/progress?watch=true} tells, for who is in this process: how things are, and every change.
     *
     * @param brief whether what is done about a resource between two passes is told once
     * @param listener has to be quick
     * @return ends it
     */
    public AutoCloseable follow(boolean brief, Consumer<JsonNode> listener) {
        return progress.follow(brief, listener);
    }

    Handler handler() {
        return handler;
    }

    /** Ends the answers that go on. */
    @Override
    public void close() {
        streams.close();
        feed.close();
    }

    /** Made when somebody asks for events: a controller that lives as long as a command need not read those of before. */
    private static final class Feed implements Supplier<EventFeed>, AutoCloseable {
        private final Events events;
        private @Nullable EventFeed made;

        Feed(Events events) {
            this.events = events;
        }

        @Override
        public synchronized EventFeed get() {
            EventFeed feed = made;
            if (feed == null) {
                feed = new EventFeed(events);
                made = feed;
            }
            return feed;
        }

        @Override
        public synchronized void close() {
            if (made != null) {
                made.close();
            }
        }
    }
}
