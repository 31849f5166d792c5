package ai.thinkheads.phoenix.daemon.metrics;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.progress.Activity;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.kinds.host.Hosts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** The controller's metrics. They are read from the parts when somebody asks, so that nothing is counted twice. */
public final class Metrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Engine engine;
    private final Store store;
    private final Hosts hosts;
    private final MultiGauge resources;
    private final MultiGauge hostReads;
    private final MultiGauge hostChanges;
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Map<ResourceKey, Instant> begun = new ConcurrentHashMap<>();
    private final Timer durations;
    private final AutoCloseable following;

    public Metrics(Engine engine, Store store, Hosts hosts) {
        this.engine = engine;
        this.store = store;
        this.hosts = hosts;
        gauge(
                "phoenix.queue.depth",
                "Resources that wait for a pass.",
                stats -> stats.queue().depth());
        gauge(
                "phoenix.queue.delayed",
                "Resources whose next pass is due later: a probe, or another try.",
                stats -> stats.queue().waiting());
        gauge("phoenix.passes.running", "Passes that run.", Engine.Stats::running);
        counter("phoenix.passes", "Passes over resources that have begun.", Engine.Stats::passes);
        counter("phoenix.passes.failed", "Passes that failed.", Engine.Stats::failures);
        counter("phoenix.steps", "Steps that were run on hosts.", Engine.Stats::steps);
        FunctionCounter.builder("phoenix.store.writes", store, Store::revision)
                .description("Writes to the store since it was made: its newest revision.")
                .register(registry);
        resources = MultiGauge.builder("phoenix.resources")
                .description("Resources by kind and readiness.")
                .register(registry);
        hostReads = MultiGauge.builder("phoenix.host.reads")
                .description("Questions put to a host since the controller started.")
                .register(registry);
        hostChanges = MultiGauge.builder("phoenix.host.changes")
                .description("Operations that changed a host since the controller started.")
                .register(registry);
        durations = Timer.builder("phoenix.pass.duration")
                .description("How long passes took, since the metrics were first asked for.")
                .register(registry);
        following = engine.progress().follow(this::time);
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<Engine.Stats> value) {
        Gauge.builder(name, engine, it -> value.applyAsDouble(it.stats()))
                .description(description)
                .register(registry);
    }

    private void counter(String name, String description, ToDoubleFunction<Engine.Stats> value) {
        FunctionCounter.builder(name, engine, it -> value.applyAsDouble(it.stats()))
                .description(description)
                .register(registry);
    }

    /** A pass begins when its resource is running and ends with the state that follows. */
    private void time(Activity activity) {
        if (activity.state() == Activity.State.RUNNING) {
            begun.putIfAbsent(activity.key(), activity.since());
            return;
        }
        Instant since = begun.remove(activity.key());
        if (since != null) {
            Duration took = Duration.between(since, activity.since());
            durations.record(took.isNegative() ? Duration.ZERO : took);
        }
    }

    /** Everything, in Prometheus' text format. */
    public String scrape() {
        countResources();
        List<MultiGauge.Row<?>> reads = new ArrayList<>();
        List<MultiGauge.Row<?>> changes = new ArrayList<>();
        for (Map.Entry<String, Host.Counters> each : hosts.counters().entrySet()) {
            Tags tags = Tags.of("hypervisor", each.getKey());
            reads.add(MultiGauge.Row.of(tags, each.getValue().reads()));
            changes.add(MultiGauge.Row.of(tags, each.getValue().changes()));
        }
        hostReads.register(reads, true);
        hostChanges.register(changes, true);
        return registry.scrape();
    }

    private void countResources() {
        Map<String, long[]> counts = new HashMap<>();
        for (Kind<?, ?> kind : Kinds.ALL) {
            counts.put(kind.name(), new long[2]);
        }
        for (Resource<?, ?> resource : store.list(null).items()) {
            long[] count = counts.get(resource.kind().name());
            if (count != null) {
                count[resource.has(Conditions.READY) ? 1 : 0]++;
            }
        }
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        counts.forEach((kind, count) -> {
            rows.add(MultiGauge.Row.of(Tags.of("kind", kind, "ready", "false"), count[0]));
            rows.add(MultiGauge.Row.of(Tags.of("kind", kind, "ready", "true"), count[1]));
        });
        resources.register(rows, true);
    }

    @Override
    public void close() {
        try {
            following.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop following the progress", e);
        }
        collections.close();
        registry.close();
    }
}
