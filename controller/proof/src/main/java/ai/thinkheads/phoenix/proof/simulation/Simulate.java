package ai.thinkheads.phoenix.proof.simulation;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** Runs seeds: {@code Simulate SEEDS [FIRST]}. Exits with 1 when one of them breaks an invariant. */
public final class Simulate {

    private static final int MOST_FAILURES = 40;

    private Simulate() {}

    /** The program. */
    public static void main(String[] args) {
        Configurator.setRootLevel(Level.OFF);
        if (args.length > 1 && args[0].equals("trace")) {
            Simulation.Run run = Simulation.run(Scenarios.of(Long.parseLong(args[1])), Bugs.NONE, 1_000_000);
            run.trace().forEach(System.out::println);
            System.out.println(run.violations());
            return;
        }
        int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 2_000;
        long first = args.length > 1 ? Long.parseLong(args[1]) : 1;
        List<Simulation.Run> bad = new ArrayList<>();
        long calls = 0;
        long began = System.nanoTime();
        for (long seed = first; seed < first + seeds && bad.size() < MOST_FAILURES; seed++) {
            Simulation.Run run = Simulation.run(Scenarios.of(seed), Bugs.NONE, 0);
            calls += run.calls();
            if (!run.isGood()) {
                bad.add(run);
                System.out.println("seed " + seed + ": " + run.violations());
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%d seeds in %.1f s (%.0f a minute), %d calls of hosts and store, %d with a violation%n",
                seeds, seconds, seeds / seconds * 60, calls, bad.size());
        if (!bad.isEmpty()) {
            System.exit(1);
        }
    }
}
