package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The death at every step: for each resource of a folder of manifests, while it is made, while it is changed and while it is
 * deleted, the controller dies at the k-th call of a host or of the store, for every k; another one goes on, and everything has to
 * come out as if nobody had died. {@code CrashEverywhere FOLDER}.
 */
public final class CrashEverywhere {

    private static final Duration SHORT = Duration.ofMinutes(5);
    private static final Duration LONG = Duration.ofMinutes(30);
    private static final Set<String> DOOMED = Set.of(
            "NetworkBridge",
            "ZfsPool",
            "ZfsDataset",
            "StoragePool",
            "GpuDriver",
            "LxcTemplate",
            "CloudImage",
            "LxcContainer",
            "VirtualMachine");
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final PrintStream out;
    private final boolean onlyOneOfAKind;
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Integer> casesByKind = new TreeMap<>();
    private World.Start start = Ground.empty();

    CrashEverywhere(PrintStream out, boolean onlyOneOfAKind) {
        this.out = out;
        this.onlyOneOfAKind = onlyOneOfAKind;
    }

    /** What is done to a resource. */
    private enum Deed {
        CREATE,
        CHANGE,
        /** What it has grows, and it gets more of it. */
        EXTEND,
        /** It goes, and what it stands for stays. */
        DELETE,
        /** It goes, and what it stands for with it. */
        DESTROY
    }

    /**
     * What was found.
     *
     * @param cases by kind
     * @param wrong what came out otherwise
     */
    record Findings(Map<String, Integer> cases, List<String> wrong, double seconds) {
        int total() {
            return cases.values().stream().mapToInt(Integer::intValue).sum();
        }

        @Override
        public String toString() {
            return "%,d deaths, one at every call of a host or of the store, in %.0f s: %s; %d came out otherwise"
                    .formatted(total(), seconds, cases, wrong.size());
        }
    }

    /** The program. */
    public static void main(String[] args) throws IOException {
        Configurator.setRootLevel(Level.OFF);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Findings findings = new CrashEverywhere(out, false).run(manifests(Path.of(args[0])));
        findings.wrong().forEach(out::println);
        out.println(findings);
        System.exit(findings.wrong().isEmpty() ? 0 : 1);
    }

    /** All manifests of a folder. */
    static List<Resource<?, ?>> manifests(Path folder) throws IOException {
        List<ManifestText> texts = new ArrayList<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                texts.add(new ManifestText(file.getFileName().toString(), Files.readString(file)));
            }
        }
        return ManifestReader.read(texts).stream()
                .<Resource<?, ?>>map(Manifest::resource)
                .toList();
    }

    /** Makes, changes and deletes every resource, each after what it refers to, and dies everywhere on the way. */
    Findings run(List<Resource<?, ?>> resources) {
        long began = System.nanoTime();
        List<Resource<?, ?>> ordered = ordered(resources);
        Map<String, Integer> seen = new TreeMap<>();
        for (Resource<?, ?> each : ordered) {
            String kind = each.kind().name();
            boolean thorough = !onlyOneOfAKind || seen.merge(kind, 1, Integer::sum) == 1;
            World.Start before = start;
            start = everywhere(each.key(), Deed.CREATE, before, world -> Requests.apply(world, each), thorough);
            Resource<?, ?> other = changed(each);
            if (other != null && thorough) {
                everywhere(each.key(), Deed.CHANGE, start, world -> Requests.apply(world, other), true);
            }
            Resource<?, ?> more = extended(each);
            if (more != null && thorough) {
                everywhere(each.key(), Deed.EXTEND, start, world -> Requests.apply(world, more), true);
            }
            if (thorough) {
                everywhere(each.key(), Deed.DELETE, start, world -> Requests.delete(world, each.key()), true);
            }
            Resource<?, ?> doomed = doomed(each);
            if (doomed != null && thorough) {
                World.Start about =
                        everywhere(each.key(), Deed.CHANGE, start, world -> Requests.apply(world, doomed), false);
                everywhere(each.key(), Deed.DESTROY, about, world -> Requests.delete(world, each.key()), true);
            }
        }
        return new Findings(casesByKind, wrong, (System.nanoTime() - began) / 1e9);
    }

    /** Each after what it refers to. */
    static List<Resource<?, ?>> ordered(List<Resource<?, ?>> resources) {
        DependencyGraph graph = new DependencyGraph();
        Map<ResourceKey, Resource<?, ?>> left = new LinkedHashMap<>();
        resources.forEach(each -> {
            graph.put(each);
            left.put(each.key(), each);
        });
        List<Resource<?, ?>> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            List<Resource<?, ?>> next = left.values().stream()
                    .filter(each ->
                            graph.references(each.key()).stream().noneMatch(need -> left.containsKey(need.target())))
                    .<Resource<?, ?>>map(each -> each)
                    .toList();
            next.forEach(each -> left.remove(each.key()));
            ordered.addAll(next);
            if (next.isEmpty()) {
                throw new IllegalArgumentException("these refer to each other in a circle: " + left.keySet());
            }
        }
        return ordered;
    }

    /** The resource with another value in a field that can be changed; null when it has none that would show. */
    private static @org.jspecify.annotations.Nullable Resource<?, ?> changed(Resource<?, ?> resource) {
        ObjectNode tree = ResourceCodec.tree(resource);
        if (!(tree.get("spec") instanceof ObjectNode spec)) {
            return null;
        }
        switch (resource.kind().name()) {
            case "Hypervisor" -> spec.put("timezone", "Europe/Berlin");
            case "NetworkBridge" -> spec.put("mtu", 1400);
            case "ZfsPool" ->
                spec.putObject("properties").put("compression", "zstd").put("atime", "off");
            case "ZfsDataset" -> spec.put("quota", "700Gi");
            case "StoragePool" -> spec.withArray("content").add("snippets");
            case "GpuDriver" -> spec.put("persistence", false);
            case "LxcContainer", "VirtualMachine" -> {
                spec.put("cores", 5);
                spec.put("description", "changed");
                spec.putArray("snapshots").addObject().put("name", "later");
            }
            case "Feature" -> spec.put("version", "99");
            case "GuestClass" ->
                ((ObjectNode) spec.get(spec.has("container") ? "container" : "virtualMachine")).put("cores", 3);
            default -> {
                return null;
            }
        }
        return ResourceCodec.json().treeToValue(tree, Resource.class);
    }

    /** The resource with more of what it has; null when there is no such thing. */
    private static @org.jspecify.annotations.Nullable Resource<?, ?> extended(Resource<?, ?> resource) {
        ObjectNode tree = ResourceCodec.tree(resource);
        if (!(tree.get("spec") instanceof ObjectNode spec)) {
            return null;
        }
        switch (resource.kind().name()) {
            case "LxcContainer" -> {
                if (!(spec.get("rootDisk") instanceof ObjectNode root) || !root.has("storage")) {
                    return null;
                }
                root.put("size", "200Gi");
                spec.withArray("mounts")
                        .addObject()
                        .put("name", "more")
                        .put("path", "/more")
                        .put("storage", root.get("storage").asString())
                        .put("size", "1Gi");
                spec.put("runPolicy", "Stopped");
            }
            case "VirtualMachine" -> {
                if (!(spec.get("disks") instanceof ArrayNode disks) || !(disks.get(0) instanceof ObjectNode root)) {
                    return null;
                }
                root.put("size", "200Gi");
                disks.addObject()
                        .put("name", "more")
                        .put("storage", root.get("storage").asString())
                        .put("size", "1Gi");
                spec.put("runPolicy", "Stopped");
            }
            case "Secret" ->
                spec.withObject("/valueFrom")
                        .putObject("more")
                        .putObject("generate")
                        .put("length", 12);
            case "ZfsDataset" -> {
                spec.withObject("/properties").put("atime", "off");
                spec.putObject("owner").put("uid", 4711).put("gid", 4711);
            }
            default -> {
                return null;
            }
        }
        return ResourceCodec.json().treeToValue(tree, Resource.class);
    }

    /** The resource with the policy that what it stands for goes with it; null when it stands for nothing, or has it already. */
    private static @org.jspecify.annotations.Nullable Resource<?, ?> doomed(Resource<?, ?> resource) {
        if (!DOOMED.contains(resource.kind().name())
                || resource.spec().deletionPolicy() == ai.thinkheads.phoenix.api.DeletionPolicy.DELETE) {
            return null;
        }
        ObjectNode tree = ResourceCodec.tree(resource);
        ((ObjectNode) tree.get("spec")).put("deletionPolicy", "Delete");
        return ResourceCodec.json().treeToValue(tree, Resource.class);
    }

    /** A request of a client. */
    @FunctionalInterface
    private interface Request {
        void send(World world);
    }

    private World.Start everywhere(ResourceKey key, Deed deed, World.Start from, Request request, boolean thorough) {
        World alive = world(from);
        long first = alive.calls();
        request.send(alive);
        long calls = callsUntilSettled(alive, key) - first;
        pass(alive, LONG);
        String want = Outcome.of(alive);
        Outcome.problems(alive).forEach(each -> wrong.add(key + " " + deed + " without a death: " + each));
        World.Start after = alive.checkpoint();
        alive.kill(true);
        if (thorough) {
            for (long k = 1; k <= calls; k++) {
                casesByKind.merge(key.kind(), 1, Integer::sum);
                die(key, deed, from, request, k, want);
            }
            String became = Outcome.ready(after.stored().items(), key);
            out.printf("%-36s %-6s %4d deaths; it is %s%n", key, deed, calls, became);
        }
        return after;
    }

    /** Goes on until the resource is as it was asked for, or says why it is not, or is gone; how many calls that took. */
    private static long callsUntilSettled(World world, ResourceKey key) {
        for (int looks = 0; looks < LONG.toSeconds(); looks++) {
            pass(world, LOOK);
            boolean settled = world.stored(key)
                    .map(each -> each.status().observedGeneration() == each.generation()
                            && each.status()
                                    .condition(Conditions.READY)
                                    .filter(ready -> !ready.getReason().equals("Progressing"))
                                    .isPresent()
                            && !each.isDeleting())
                    .orElse(true);
            if (settled && looks > 0) {
                break;
            }
        }
        pass(world, LOOK);
        return world.calls();
    }

    private void die(ResourceKey key, Deed deed, World.Start from, Request request, long k, String want) {
        World world = world(from);
        world.dieAt(k);
        request.send(world);
        pass(world, SHORT);
        if (world.controller() == null) {
            world.boot();
            pass(world, SHORT);
        }
        if (!world.hasDied()) {
            wrong.add(key + " " + deed + ": no death at call " + k);
        }
        String got = Outcome.of(world);
        if (!got.equals(want)) {
            pass(world, LONG);
            got = Outcome.of(world);
        }
        List<String> problems = new ArrayList<>(Outcome.problems(world));
        if (!got.equals(want)) {
            problems.add("it should be " + want + " and is " + got);
        }
        if (!problems.isEmpty()) {
            wrong.add(key + " " + deed + ", death at call " + k + ": " + problems);
        }
        world.kill(true);
    }

    private static World world(World.Start from) {
        World world = new World(1, 0.05, Bugs.NONE, 0, from);
        SimulatedHost host = world.openAside(Ground.spec());
        world.invariants().startLedgerAt(host.ledger().size());
        world.driver().halt();
        world.boot();
        world.strands().advanceTo(world.time().elapsed().plus(Duration.ofSeconds(5)));
        return world;
    }

    private static void pass(World world, Duration duration) {
        world.strands().advanceTo(world.time().elapsed().plus(duration));
    }
}
