package ai.thinkheads.phoenix.engine.graph;

import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Kind.Scope;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who refers to whom. Kept up to date one resource at a time, at a cost that depends on that resource's references only. Safe for
 * use by many threads.
 */
public final class DependencyGraph {

    private final Map<ResourceKey, List<Reference>> references = new HashMap<>();
    private final Map<ResourceKey, Set<ResourceKey>> dependents = new HashMap<>();
    /** Resources whose host is the only one there is, whichever that may be. */
    private final Set<ResourceKey> hostless = new HashSet<>();

    private final Set<ResourceKey> hypervisors = new TreeSet<>();

    /** Takes a new or changed resource in. */
    public synchronized void put(Resource<?, ?> resource) {
        ResourceKey key = resource.key();
        drop(key);
        List<Reference> refers = explicit(resource);
        references.put(key, refers);
        for (Reference each : refers) {
            dependents.computeIfAbsent(each.target(), any -> new HashSet<>()).add(key);
        }
        if (livesOnHost(resource) && resource.spec().hypervisor() == null) {
            hostless.add(key);
        }
        if (resource.kind() == Kinds.HYPERVISOR) {
            hypervisors.add(key);
        }
    }

    /** Forgets a resource; others may still refer to it. */
    public synchronized void remove(ResourceKey key) {
        drop(key);
        hypervisors.remove(key);
    }

    private void drop(ResourceKey key) {
        List<Reference> old = references.remove(key);
        if (old != null) {
            for (Reference each : old) {
                Set<ResourceKey> those = dependents.get(each.target());
                if (those != null && those.remove(key) && those.isEmpty()) {
                    dependents.remove(each.target());
                }
            }
        }
        hostless.remove(key);
    }

    /** What the resource refers to: by its fields, by dependsOn, and its host. */
    public synchronized List<Reference> references(ResourceKey key) {
        return withHost(references.getOrDefault(key, List.of()), hostless.contains(key));
    }

    /** The same for a resource that may be newer than what was taken in. */
    public synchronized List<Reference> references(Resource<?, ?> resource) {
        return withHost(
                explicit(resource), livesOnHost(resource) && resource.spec().hypervisor() == null);
    }

    private List<Reference> withHost(List<Reference> explicit, boolean implied) {
        if (!implied || hypervisors.size() != 1) {
            return explicit;
        }
        List<Reference> all = new ArrayList<>(explicit.size() + 1);
        all.add(Reference.ready(
                "spec.hypervisor",
                Kinds.HYPERVISOR.name(),
                hypervisors.iterator().next().name()));
        all.addAll(explicit);
        return all;
    }

    /** The resources that refer to that one, sorted. */
    public synchronized List<ResourceKey> dependents(ResourceKey key) {
        Set<ResourceKey> all = new TreeSet<>(dependents.getOrDefault(key, Set.of()));
        if (hypervisors.size() == 1 && hypervisors.contains(key)) {
            all.addAll(hostless);
        }
        return List.copyOf(all);
    }

    /** All that the resource needs, directly and through others, itself included. */
    public synchronized Set<ResourceKey> closure(ResourceKey key) {
        Set<ResourceKey> seen = new TreeSet<>();
        List<ResourceKey> open = new ArrayList<>(List.of(key));
        while (!open.isEmpty()) {
            ResourceKey next = open.removeLast();
            if (seen.add(next)) {
                references(next).forEach(each -> open.add(each.target()));
            }
        }
        return seen;
    }

    /**
     * For each resource how many stand one on the other above it, at most. What has the longest chain above it is the most
     * urgent.
     */
    public synchronized Map<ResourceKey, Integer> chains() {
        Map<ResourceKey, Integer> chains = new HashMap<>();
        for (ResourceKey start : references.keySet()) {
            chain(start, chains);
        }
        return chains;
    }

    /** Without recursion, since a chain may be longer than the stack is deep; a cycle counts as if it were cut somewhere. */
    private void chain(ResourceKey start, Map<ResourceKey, Integer> known) {
        List<ResourceKey> path = new ArrayList<>(List.of(start));
        Set<ResourceKey> onPath = new HashSet<>();
        while (!path.isEmpty()) {
            ResourceKey at = path.getLast();
            if (known.containsKey(at)) {
                path.removeLast();
                continue;
            }
            List<ResourceKey> above = dependents(at);
            if (onPath.add(at)) {
                above.stream()
                        .filter(each -> !known.containsKey(each) && !onPath.contains(each))
                        .forEach(path::add);
            } else {
                known.put(
                        at,
                        above.stream()
                                .mapToInt(each -> 1 + known.getOrDefault(each, 0))
                                .max()
                                .orElse(0));
                onPath.remove(at);
                path.removeLast();
            }
        }
    }

    /** The keys, each with what it refers to. */
    public synchronized Map<ResourceKey, List<Reference>> all() {
        Map<ResourceKey, List<Reference>> all = new TreeMap<>();
        references.keySet().forEach(key -> all.put(key, references(key)));
        return all;
    }

    /** A cycle among those resources, as a path whose first and last element are the same; empty when there is none. */
    public static Optional<List<ResourceKey>> cycle(Collection<? extends Resource<?, ?>> resources) {
        Map<ResourceKey, List<ResourceKey>> edges = new LinkedHashMap<>();
        for (Resource<?, ?> each : resources) {
            edges.put(each.key(), explicit(each).stream().map(Reference::target).toList());
        }
        Set<ResourceKey> cleared = new HashSet<>();
        for (ResourceKey start : edges.keySet()) {
            Optional<List<ResourceKey>> found = walk(start, edges, cleared);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Depth first without recursion, since a chain may be longer than the stack is deep. */
    private static Optional<List<ResourceKey>> walk(
            ResourceKey start, Map<ResourceKey, List<ResourceKey>> edges, Set<ResourceKey> cleared) {
        if (cleared.contains(start)) {
            return Optional.empty();
        }
        List<ResourceKey> path = new ArrayList<>(List.of(start));
        List<Integer> positions = new ArrayList<>(List.of(0));
        Set<ResourceKey> onPath = new HashSet<>(path);
        while (!path.isEmpty()) {
            ResourceKey at = path.getLast();
            List<ResourceKey> targets = edges.getOrDefault(at, List.of());
            int position = positions.getLast();
            if (position == targets.size()) {
                cleared.add(at);
                onPath.remove(at);
                path.removeLast();
                positions.removeLast();
                continue;
            }
            positions.set(positions.size() - 1, position + 1);
            ResourceKey next = targets.get(position);
            if (onPath.contains(next)) {
                List<ResourceKey> cycle = new ArrayList<>(path.subList(path.indexOf(next), path.size()));
                cycle.add(next);
                return Optional.of(cycle);
            }
            if (!cleared.contains(next) && edges.containsKey(next)) {
                path.add(next);
                positions.add(0);
                onPath.add(next);
            }
        }
        return Optional.empty();
    }

    private static List<Reference> explicit(Resource<?, ?> resource) {
        List<Reference> all = new ArrayList<>();
        String hypervisor = resource.spec().hypervisor();
        if (hypervisor != null) {
            all.add(Reference.ready("spec.hypervisor", Kinds.HYPERVISOR.name(), hypervisor));
        }
        all.addAll(resource.spec().references());
        List<DependsOn> orderings = resource.spec().dependsOn();
        for (int i = 0; i < orderings.size(); i++) {
            all.add(orderings.get(i).reference("spec.dependsOn[" + i + "]"));
        }
        return List.copyOf(all);
    }

    /** Whether a kind lives on a host: all but the host itself and what lives in the controller. */
    public static boolean livesOnHost(Resource<?, ?> resource) {
        return resource.kind().scope() != Scope.CONTROLLER && resource.kind() != Kinds.HYPERVISOR;
    }
}
