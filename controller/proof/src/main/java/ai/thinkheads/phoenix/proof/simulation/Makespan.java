package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * How long a folder of manifests takes to be made of an empty machine whose operations take as long as real ones, by the production
 * controller in virtual time, beside what it cannot be shorter than: the longest chain of resources that wait for each other, and the
 * work that one lock of the host lets through one after the other.
 *
 * @param took until the last step ended
 * @param chain the longest chain, first to last, with the time that the steps of each took
 * @param busiest the lock with the most work for each of its permits
 */
public record Makespan(Duration took, List<Link> chain, Duration chainTakes, String busiest, Duration busiestTakes) {

    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final Duration LOOK = Duration.ofSeconds(30);

    /** One resource of a chain. */
    public record Link(ResourceKey key, Duration steps) {}

    /** What nothing can be shorter than. */
    public Duration bound() {
        return chainTakes.compareTo(busiestTakes) > 0 ? chainTakes : busiestTakes;
    }

    /** How many times as long as the bound it took. */
    public double ratio() {
        return (double) took.toMillis() / bound().toMillis();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("took %.1f s; at least %.1f s: ".formatted(took.toMillis() / 1e3, bound().toMillis() / 1e3));
        text.append("the longest chain takes %.1f s (".formatted(chainTakes.toMillis() / 1e3));
        for (int i = 0; i < chain.size(); i++) {
            Link each = chain.get(i);
            text.append(i == 0 ? "" : " > ")
                    .append(each.key())
                    .append(" %.1f s".formatted(each.steps().toMillis() / 1e3));
        }
        return text.append("), ")
                .append(busiest)
                .append(" is held for %.1f s".formatted(busiestTakes.toMillis() / 1e3))
                .toString();
    }

    /** Applies all manifests of a folder to an empty machine with realistic latencies. */
    public static Makespan of(Path folder) throws IOException {
        List<Resource<?, ?>> resources = new ArrayList<>();
        for (Resource<?, ?> each : CrashEverywhere.ordered(CrashEverywhere.manifests(folder))) {
            resources.add(each.kind() == Kinds.HYPERVISOR ? slow(each) : each);
        }
        Clockwork clockwork = new Clockwork();
        World world = new World(1, 0, clockwork, 0, Ground.empty());
        clockwork.world = world;
        world.boot();
        world.strands().advanceTo(Duration.ofSeconds(1));
        Duration start = world.time().elapsed();
        Requests.apply(world, resources);
        Duration seen = Duration.ZERO;
        while (world.time().elapsed().compareTo(PATIENCE) < 0
                && (seen.isZero() || world.time().elapsed().minus(seen).compareTo(Duration.ofMinutes(10)) < 0)) {
            world.strands().advanceTo(world.time().elapsed().plus(LOOK));
            seen = clockwork.last;
        }
        List<String> problems = resources.stream()
                .filter(each ->
                        !Outcome.ready(world.stored().items(), each.key()).equals("Ready"))
                .map(each -> each.key() + " is " + Outcome.ready(world.stored().items(), each.key()))
                .toList();
        world.kill(true);
        if (!problems.isEmpty()) {
            throw new IllegalStateException("not everything became Ready: " + problems);
        }
        return measured(resources, clockwork, clockwork.last.minus(start));
    }

    private static Resource<?, ?> slow(Resource<?, ?> hypervisor) {
        ObjectNode tree = ResourceCodec.tree(hypervisor);
        ((ObjectNode) tree.path("spec").path("simulated")).put("latency", "Realistic");
        return ResourceCodec.json().treeToValue(tree, Resource.class);
    }

    private static Makespan measured(List<Resource<?, ?>> resources, Clockwork clockwork, Duration took) {
        DependencyGraph graph = new DependencyGraph();
        resources.forEach(graph::put);
        Map<ResourceKey, Duration> longest = new HashMap<>();
        Map<ResourceKey, ResourceKey> through = new HashMap<>();
        ResourceKey last = resources.getFirst().key();
        Duration path = Duration.ZERO;
        for (Resource<?, ?> each : resources) {
            ResourceKey key = each.key();
            Duration before = Duration.ZERO;
            for (var need : graph.references(key)) {
                Duration its = longest.get(need.target());
                if (its != null && its.compareTo(before) >= 0) {
                    before = its;
                    through.put(key, need.target());
                }
            }
            Duration whole = before.plus(clockwork.steps.getOrDefault(key, Duration.ZERO));
            longest.put(key, whole);
            if (whole.compareTo(path) > 0) {
                last = key;
                path = whole;
            }
        }
        List<Link> chain = new ArrayList<>();
        for (ResourceKey key = last; key != null; key = through.get(key)) {
            chain.addFirst(new Link(key, clockwork.steps.getOrDefault(key, Duration.ZERO)));
        }
        String busiest = "no lock";
        Duration most = Duration.ZERO;
        for (Map.Entry<Step.Lock, Duration> each : clockwork.held.entrySet()) {
            Duration share = each.getValue().dividedBy(each.getKey().permits());
            if (share.compareTo(most) > 0) {
                most = share;
                busiest = each.getKey().name();
            }
        }
        return new Makespan(took, chain, path, busiest, most);
    }

    /** Looks at how long steps take. */
    private static final class Clockwork implements Bugs {
        private final Map<ResourceKey, Duration> steps = new TreeMap<>();
        private final Map<Step.Lock, Duration> held = new HashMap<>();
        private Duration last = Duration.ZERO;
        private @Nullable World world;

        @Override
        public <S extends Spec, F extends Facts> Reconciler<S, F> reconciler(Reconciler<S, F> reconciler) {
            return new Bent<>(reconciler) {
                @Override
                public void execute(Step step, Resource<S, F> resource, Resources resources) {
                    Duration before = now();
                    super.execute(step, resource, resources);
                    Duration took = now().minus(before);
                    last = now();
                    steps.merge(resource.key(), took, Duration::plus);
                    step.locks().forEach(lock -> held.merge(lock, took, Duration::plus));
                }
            };
        }

        private Duration now() {
            return world == null ? Duration.ZERO : world.time().elapsed();
        }
    }
}
