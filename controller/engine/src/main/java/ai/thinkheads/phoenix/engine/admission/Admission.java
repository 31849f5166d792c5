package ai.thinkheads.phoenix.engine.admission;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules that resources have to fulfil together. Pure: a function of what comes and what is stored. What is blamed is always one
 * of the resources that come, since what is stored is nobody's request.
 */
public final class Admission {

    private Admission() {}

    /** The resource as it is stored for the first time: it gets the finalizer that keeps it until nobody refers to it and the host is done with it. */
    public static <S extends Spec, F extends Facts> Resource<S, F> prepare(Resource<S, F> resource) {
        boolean already = resource.metadata().getFinalizers() != null
                && resource.metadata().getFinalizers().contains(Annotations.FINALIZER);
        if (already) {
            return resource;
        }
        return resource.withMetadata(resource.metadata().toBuilder()
                .addToFinalizers(Annotations.FINALIZER)
                .build());
    }

    /**
     * Judges resources that come, on top of those that are stored.
     *
     * @param incoming what is to be created or to take the place of a stored resource of the same key
     * @param existing what is stored
     */
    public static Verdict check(
            Collection<? extends Resource<?, ?>> incoming, Collection<? extends Resource<?, ?>> existing) {
        Set<ResourceKey> coming = new HashSet<>();
        incoming.forEach(each -> coming.add(each.key()));
        World world = World.of(incoming, existing);
        Findings findings = new Findings(coming);
        References.check(world, findings);
        Uniqueness.check(world, findings);
        Capacity.check(world, findings);
        cycle(world, findings);
        return findings.verdict();
    }

    private static void cycle(World world, Findings findings) {
        DependencyGraph.cycle(world.all()).ifPresent(cycle -> {
            String path = cycle.stream().map(ResourceKey::toString).collect(Collectors.joining(" → "));
            findings.error(
                    findings.oneOf(cycle),
                    "spec",
                    "these wait for each other for ever: " + path + "; take one of the references out");
        });
    }

    /** Words joined for a message. */
    static String join(List<?> words) {
        return words.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
