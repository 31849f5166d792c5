package ai.thinkheads.phoenix.proof.simulation;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;

/** Runs the simulation with each seeded bug until it finds it: {@code Mutants [MOST_SEEDS]}. Exits with 1 when one gets away. */
public final class Mutants {

    private Mutants() {}

    /**
     * What became of a seeded bug.
     *
     * @param seeds how many were run until it was found
     * @param by how it showed; null when it got away
     */
    record Hunt(Mutant mutant, int seeds, @Nullable Violation by) {
        String inWords() {
            return by == null
                    ? "got away from " + seeds + " seeds"
                    : "found by seed " + seeds + ", " + by.invariant().word();
        }
    }

    /** Looks for a bug, seed by seed from 1 on. */
    static Hunt hunt(Mutant mutant, int most) {
        for (int seed = 1; seed <= most; seed++) {
            List<Violation> violations =
                    Simulation.run(Scenarios.of(seed), mutant, 0).violations();
            if (!violations.isEmpty()) {
                return new Hunt(mutant, seed, violations.getFirst());
            }
        }
        return new Hunt(mutant, most, null);
    }

    /** Looks for all of them, and tells as it goes. */
    static List<Hunt> huntAll(int most, PrintStream out) {
        List<Hunt> hunts = new ArrayList<>();
        for (Mutant each : Mutant.values()) {
            Hunt hunt = hunt(each, most);
            hunts.add(hunt);
            out.printf("%-24s %s%n", each.word(), hunt.inWords());
        }
        return hunts;
    }

    /** The program. */
    public static void main(String[] args) {
        Configurator.setRootLevel(Level.OFF);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int most = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        boolean all = huntAll(most, out).stream().noneMatch(each -> each.by() == null);
        System.exit(all ? 0 : 1);
    }
}
