package ai.thinkheads.phoenix.proof.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a scenario that goes wrong smaller for as long as it goes wrong in the same way. */
final class Shrinker {

    private final Predicate<Scenario> isBad;
    private int tries;

    private Shrinker(Predicate<Scenario> isBad, int tries) {
        this.isBad = isBad;
        this.tries = tries;
    }

    /** The smallest scenario that was found with so many tries. */
    static Scenario shrink(Scenario bad, Invariant broken, Bugs bugs, int tries) {
        Predicate<Scenario> sameWay = candidate ->
                Simulation.run(candidate, bugs, 0).violations().stream().anyMatch(each -> each.invariant() == broken);
        return new Shrinker(sameWay, tries).shrink(bad);
    }

    private Scenario shrink(Scenario bad) {
        Scenario smaller = bad;
        for (int size = Math.max(1, bad.ops().size() / 2); size >= 1; size /= 2) {
            smaller = without(smaller, size);
        }
        return manifests(smaller);
    }

    /** Leaves out runs of that many operations. */
    private Scenario without(Scenario scenario, int size) {
        Scenario smaller = scenario;
        int at = smaller.ops().size() - size;
        while (at >= 0 && tries > 0) {
            List<Scenario.Timed> fewer = new ArrayList<>(smaller.ops());
            fewer.subList(at, at + size).clear();
            smaller = better(smaller, smaller.with(fewer));
            at = Math.min(at - size, smaller.ops().size() - size);
        }
        return smaller;
    }

    /** Leaves out manifests of what is applied, one by one. */
    private Scenario manifests(Scenario scenario) {
        Scenario smaller = scenario;
        Scenario before;
        do {
            // What refers to something has to go before it can.
            before = smaller;
            smaller = oneByOne(smaller);
        } while (smaller != before && tries > 0);
        return smaller;
    }

    private Scenario oneByOne(Scenario scenario) {
        Scenario smaller = scenario;
        for (int i = 0; i < smaller.ops().size(); i++) {
            int at = 0;
            while (smaller.ops().get(i).op() instanceof Op.Apply apply
                    && at < apply.manifests().size()
                    && tries > 0) {
                List<String> fewer = new ArrayList<>(apply.manifests());
                fewer.remove(at);
                List<Scenario.Timed> ops = new ArrayList<>(smaller.ops());
                ops.set(i, new Scenario.Timed(ops.get(i).at(), new Op.Apply(fewer)));
                Scenario candidate = better(smaller, smaller.with(ops));
                at = candidate == smaller ? at + 1 : at;
                smaller = candidate;
            }
        }
        return smaller;
    }

    private Scenario better(Scenario before, Scenario candidate) {
        tries--;
        return isBad.test(candidate) ? candidate : before;
    }
}
