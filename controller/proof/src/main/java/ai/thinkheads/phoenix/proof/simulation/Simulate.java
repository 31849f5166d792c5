package ai.thinkheads.phoenix.proof.simulation;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Runs seeds: {@code Simulate SEEDS [FIRST]}. One in a hundred is run twice and has to come out the same. Counts what happened.
 * Exits with 1 when an invariant is broken, after printing the seed, a smaller scenario and the trace; and when something that a
 * thousand runs have to show never happened.
 */
public final class Simulate {

    private static final int MOST_FAILURES = 3;
    private static final int REPEATED = 100;
    /** So many seeds have to show everything that is expected of them. */
    private static final int ENOUGH = 1_000;

    private Simulate() {}

    /**
     * What was found.
     *
     * @param seeds that were run
     * @param repeated how many of them were run twice
     * @param calls of hosts and stores
     * @param turns of strands
     * @param seconds that they took, from the start of the process when that was for them
     * @param processors that the process had; one thread did the runs
     * @param bad how many broke an invariant
     * @param coverage what happened in them
     */
    record Findings(
            long seeds,
            int repeated,
            long calls,
            long turns,
            double seconds,
            int processors,
            int bad,
            Coverage coverage) {
        long perMinute() {
            return Math.round((seeds + repeated) / seconds * 60);
        }

        /** What so many runs have to show and did not. */
        List<String> missing() {
            return seeds < ENOUGH ? List.of() : coverage.missing();
        }

        @Override
        public String toString() {
            return "%,d seeds in %.0f s (%,d a minute by one worker on %s): %,d calls of hosts and store, %,d turns, %d runs repeated, %d seeds with a violation"
                    .formatted(
                            seeds,
                            seconds,
                            perMinute(),
                            processors == 1 ? "1 processor" : processors + " processors",
                            calls,
                            turns,
                            repeated,
                            bad);
        }
    }

    /** The program. */
    public static void main(String[] args) {
        Configurator.setRootLevel(Level.OFF);
        int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 2_000;
        long first = args.length > 1 ? Long.parseLong(args[1]) : 1;
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Findings findings = run(seeds, first, out, sinceStart());
        findings.coverage().lines().forEach(out::println);
        findings.missing().forEach(each -> out.println("has to occur and never did, " + each));
        out.println(findings);
        System.exit(findings.bad() == 0 && findings.missing().isEmpty() ? 0 : 1);
    }

    /** When this process began, on the clock of the machine's nanoseconds. */
    static long sinceStart() {
        return System.nanoTime()
                - Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime())
                        .toNanos();
    }

    /**
     * @param began from when on the time counts
     */
    static Findings run(int seeds, long first, PrintStream out, long began) {
        int bad = 0;
        long calls = 0;
        long turns = 0;
        int repeated = 0;
        long done = 0;
        Coverage coverage = new Coverage();
        for (long seed = first; seed < first + seeds && bad < MOST_FAILURES; seed++) {
            Simulation.Run run = Simulation.run(Scenarios.of(seed), Bugs.NONE, 0);
            done++;
            calls += run.calls();
            turns += run.turns();
            coverage.add(run.coverage());
            if (!run.isGood()) {
                bad++;
                out.println(Report.of(run, Bugs.NONE));
            } else if (done % REPEATED == 0) {
                repeated++;
                String again = Simulation.run(Scenarios.of(seed), Bugs.NONE, 0).hash();
                if (!again.equals(run.hash())) {
                    out.println("seed " + seed + " is not repeatable: " + run.hash() + ", then " + again);
                    bad++;
                }
            }
        }
        int processors = Runtime.getRuntime().availableProcessors();
        return new Findings(done, repeated, calls, turns, (System.nanoTime() - began) / 1e9, processors, bad, coverage);
    }
}
