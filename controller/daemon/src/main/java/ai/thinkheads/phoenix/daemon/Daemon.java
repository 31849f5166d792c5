package ai.thinkheads.phoenix.daemon;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import ai.thinkheads.phoenix.daemon.gitops.GitRepositoryReconciler;
import ai.thinkheads.phoenix.daemon.gitops.GitSource;
import ai.thinkheads.phoenix.daemon.http.Api;
import ai.thinkheads.phoenix.daemon.http.ApiError;
import ai.thinkheads.phoenix.daemon.http.HttpServer;
import ai.thinkheads.phoenix.daemon.wiring.Foundation;
import ai.thinkheads.phoenix.daemon.wiring.Wiring;
import ai.thinkheads.phoenix.engine.event.EventJournal;
import ai.thinkheads.phoenix.engine.event.RecordedEvents;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.secret.SealedVault;
import ai.thinkheads.phoenix.engine.store.StateDirectory;
import ai.thinkheads.phoenix.engine.store.StateDirectoryException;
import ai.thinkheads.phoenix.engine.store.StatusProjection;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.sqlite.SqliteStore;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import ai.thinkheads.phoenix.engine.time.VirtualThreadScheduler;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.Hosts;
import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A controller that runs: it holds the state directory, listens on the socket, and drives the hosts. What was started is stopped
 * in reverse order, and a failure to stop one part does not keep the others from being stopped.
 */
public final class Daemon implements AutoCloseable {

    /** Not static: loading this class must not set up logging before the configuration is known. */
    private final Logger log = LogManager.getLogger(Daemon.class);

    private final DaemonConfig config;
    private final Deque<Part> started = new ArrayDeque<>();
    private @Nullable Api api;
    private boolean closed;

    private Daemon(DaemonConfig config) {
        this.config = config;
    }

    /** Something that was started, and how it is stopped. */
    private record Part(String name, AutoCloseable stop) {}

    /**
     * Starts a controller. It answers on the socket when this returns, unless it is to wait with that.
     *
     * @throws StateDirectoryException when the state directory cannot be used, or another controller uses it
     */
    public static Daemon start(DaemonConfig config) {
        Logging.configure(config);
        Daemon daemon = new Daemon(config);
        try {
            daemon.start();
            return daemon;
        } catch (IOException e) {
            daemon.close();
            throw new StateDirectoryException("cannot serve the API: " + e.getMessage(), e);
        } catch (CompletionException e) {
            daemon.close();
            throw new StateDirectoryException("cannot serve the API: " + String.valueOf(e.getCause()), e);
        } catch (RuntimeException | Error e) {
            daemon.close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T begin(String name, T part) {
        started.push(new Part(name, part));
        return part;
    }

    private void start() throws IOException {
        StateDirectory directory = begin("state directory", StateDirectory.open(config.stateDirectory()));
        VirtualThreadScheduler scheduler = new VirtualThreadScheduler();
        CompletableFuture<HttpServer> web = new CompletableFuture<>();
        boolean listening = config.listenAfter().isZero();
        if (listening) {
            scheduler.execute("load the web server", () -> prepare(web, directory.socket()));
        }
        Foundation foundation = foundation(directory, scheduler);
        Injector injector = Wiring.injector(foundation);
        begin("hosts", injector.getInstance(Hosts.class));
        Engine engine = injector.getInstance(Engine.class);
        engine.onFreshPass(injector.getInstance(HostViews.class)::freshPass);
        engine.onFreshPass(injector.getInstance(GitRepositoryReconciler.class)::freshPass);
        // Stopped after the engine, which then gives it nothing new: waits for the steps that run. Where nothing is
        // reconciled there are none, and a host that does not answer is not asked to the end.
        started.push(new Part(
                "steps",
                config.reconciling()
                        ? () -> drain(foundation.scheduler(), config.drainTimeout())
                        : () -> foundation.scheduler().shutdown(Duration.ZERO)));
        begin("engine", engine);
        api = injector.getInstance(Api.class);
        if (listening) {
            begin("API", web.join()).start(api);
        } else {
            scheduler.schedule("listen", config.listenAfter(), this::listen);
        }
        if (config.reconciling()) {
            engine.start();
            foundation.scheduler().execute("remove clones", () -> removeClones(injector));
        }
        log.atInfo().log(
                "controller started in {} with {} resources",
                foundation.directory().folder(),
                foundation.store().list(null).items().size());
    }

    private static void prepare(CompletableFuture<HttpServer> web, Path socket) {
        try {
            web.complete(new HttpServer(socket));
        } catch (RuntimeException | Error e) {
            web.completeExceptionally(e);
        }
    }

    /** Begins to listen while it runs already. */
    private void listen() {
        synchronized (started) {
            if (closed) {
                return;
            }
            try {
                begin("API", new HttpServer(config.socket())).start(Objects.requireNonNull(api));
            } catch (IOException | RuntimeException e) {
                log.atWarn().withThrowable(e).log("cannot serve the API");
            }
        }
    }

    private Foundation foundation(StateDirectory directory, VirtualThreadScheduler scheduler) {
        Clock clock = Clock.system();
        SecureRandom random = new SecureRandom();
        Store store = begin(
                "store",
                SqliteStore.open(
                        directory.database(),
                        scheduler,
                        clock,
                        random,
                        Thread.ofPlatform().name("phoenix-store").factory()));
        RecordedEvents events = new RecordedEvents(clock);
        begin("events", new EventJournal(directory.events(), events, scheduler));
        SealedVault vault = SealedVault.open(directory.vault(), random);
        if (config.reconciling()) {
            begin("status files", new StatusProjection(directory.folder(), store, scheduler));
        }
        return new Foundation(config, directory, clock, scheduler, random, store, events, vault);
    }

    private void drain(Scheduler scheduler, Duration timeout) {
        if (!scheduler.shutdown(timeout)) {
            log.atWarn()
                    .log(
                            "steps still ran after {} and were given up; the next start looks at what became of them",
                            timeout);
        }
    }

    private void removeClones(Injector injector) {
        List<String> names = injector.getInstance(Store.class).list(Kinds.GIT_REPOSITORY).items().stream()
                .map(Resource::name)
                .toList();
        try {
            injector.getInstance(GitSource.class).keepOnly(names);
        } catch (RuntimeException e) {
            log.atWarn().log("{}", e.getMessage());
        }
    }

    /**
     * Does to a set of manifests what the API would do, and answers the same, without any of it being written as text.
     *
     * @param manifests gives them; may take its time
     * @throws ApiError when the set is refused
     */
    public ObjectNode apply(SetRequest request, Supplier<List<Manifest>> manifests) {
        return Objects.requireNonNull(api).apply(request, manifests);
    }

    /**
     * Tells how things are, and every change, as the API would.
     *
     * @param brief whether what is done about a resource between two passes is told once
     * @param listener has to be quick
     * @return ends it
     */
    public AutoCloseable follow(boolean brief, Consumer<JsonNode> listener) {
        return Objects.requireNonNull(api).follow(brief, listener);
    }

    /** Where the API is. */
    public Path socket() {
        return config.socket();
    }

    /** Takes no more requests, waits for the steps that run, and lets the state directory go. Does nothing the second time. */
    @Override
    public void close() {
        synchronized (started) {
            if (closed) {
                return;
            }
            closed = true;
        }
        while (!started.isEmpty()) {
            Part part = started.pop();
            try {
                part.stop().close();
            } catch (Exception e) {
                log.atError().withThrowable(e).log("cannot stop {}", part.name());
            }
        }
    }
}
