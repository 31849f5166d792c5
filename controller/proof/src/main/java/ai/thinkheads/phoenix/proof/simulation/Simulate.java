package ai.thinkheads.phoenix.proof.simulation;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Runs seeds: {@code Simulate SEEDS [FIRST]}. One in a hundred is run twice and has to come out the same. Exits with 1 when an
 * invariant is broken, after printing the seed, a smaller scenario and the trace.
 */
public final class Simulate {

    private static final int MOST_FAILURES = 3;
    private static final int REPEATED = 100;

    private Simulate() {}

    /** The program. */
    public static void main(String[] args) {
        Configurator.setRootLevel(Level.OFF);
        int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 2_000;
        long first = args.length > 1 ? Long.parseLong(args[1]) : 1;
        boolean good = run(seeds, first, new PrintStream(System.out, true, StandardCharsets.UTF_8));
        System.exit(good ? 0 : 1);
    }

    private static boolean run(int seeds, long first, PrintStream out) {
        List<Simulation.Run> bad = new ArrayList<>();
        long calls = 0;
        long turns = 0;
        int repeated = 0;
        long done = 0;
        long began = System.nanoTime();
        for (long seed = first; seed < first + seeds && bad.size() < MOST_FAILURES; seed++) {
            Simulation.Run run = Simulation.run(Scenarios.of(seed), Bugs.NONE, 0);
            done++;
            calls += run.calls();
            turns += run.turns();
            if (!run.isGood()) {
                bad.add(run);
                out.println(Report.of(run, Bugs.NONE));
            } else if (done % REPEATED == 0) {
                repeated++;
                String again = Simulation.run(Scenarios.of(seed), Bugs.NONE, 0).hash();
                if (!again.equals(run.hash())) {
                    out.println("seed " + seed + " is not repeatable: " + run.hash() + ", then " + again);
                    bad.add(run);
                }
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        out.printf(
                "%d seeds in %.1f s (%.0f a minute): %d calls of hosts and store, %d turns, %d runs repeated, %d seeds with a violation%n",
                done, seconds, (done + repeated) / seconds * 60, calls, turns, repeated, bad.size());
        return bad.isEmpty();
    }
}
