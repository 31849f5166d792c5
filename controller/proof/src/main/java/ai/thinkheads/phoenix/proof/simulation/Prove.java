package ai.thinkheads.phoenix.proof.simulation;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Runs the whole proof and writes the page about it: {@code Prove MANIFESTS PAGE SEEDS KILLS ONE_CORE}, of
 * which the last is what {@code Simulate} printed on one processor. Exits with 1, and writes nothing,
 * when something does not hold.
 */
public final class Prove {

    private static final int MOST_SEEDS = 300;

    private Prove() {}

    /** The program. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Configurator.setRootLevel(Level.OFF);
        Locale.setDefault(Locale.ROOT);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Simulate.Findings seeds = Simulate.run(Integer.parseInt(args[2]), 1, out, Simulate.sinceStart());
        out.println(seeds);
        CrashEverywhere.Findings deaths =
                new CrashEverywhere(out, false).run(CrashEverywhere.manifests(Path.of(args[0])));
        deaths.wrong().forEach(out::println);
        out.println(deaths);
        List<Mutants.Hunt> hunts = Mutants.huntAll(MOST_SEEDS, out);
        Kills.Findings kills = Kills.run(Integer.parseInt(args[3]));
        kills.wrong().forEach(out::println);
        out.println(kills);
        seeds.missing().forEach(each -> out.println("has to occur and never did, " + each));
        boolean holds = seeds.bad() == 0
                && seeds.missing().isEmpty()
                && deaths.wrong().isEmpty()
                && kills.wrong().isEmpty()
                && hunts.stream().noneMatch(each -> each.by() == null);
        if (holds) {
            String oneCore = Files.readAllLines(Path.of(args[4])).getLast();
            Files.writeString(Path.of(args[1]), page(seeds, oneCore, deaths, hunts, kills));
        }
        System.exit(holds ? 0 : 1);
    }

    private static String page(
            Simulate.Findings seeds,
            String oneCore,
            CrashEverywhere.Findings deaths,
            List<Mutants.Hunt> hunts,
            Kills.Findings kills) {
        List<String> lines = new ArrayList<>();
        lines.add("""
                # Proof

                Written by `make proof`, which runs all of this and stops when something does not hold. The figures are those of its last run.

                ## Simulation

                `make simulate SEEDS=2000 FIRST=1` runs the production engine, kinds, store logic and GitOps on a virtual clock, one strand at a
                time, against the [simulated host](simulated-host.md) kept in memory. At every call of a host or of the store a seeded choice decides
                who goes on. A seed makes a graph of about twenty resources of all kinds, edits of it (changes, deletions, holds, consents,
                commits) and bad times: refusals, tasks that fail half way, lost answers, time-outs, answers that make no sense, locks held by
                others, full storage, reads that are old or torn, a store that takes no writes, a person at work on the machine, power cuts,
                rewritten Git history, and a controller that is killed, also at a call in the middle of its work, and started with its state or
                without. A client watches all the time, another goes away and comes back. Secrets have values that nothing else has, and
                scripts that say them aloud. A failure prints its seed, the smallest scenario found that shows the same, and the trace.
                """);
        lines.add("Last run: " + seeds + ".");
        lines.add("");
        lines.add("With one processor (`make simulate CORES=1`), start and compiling included: " + oneCore + ".");
        lines.add("");
        lines.add(
                "What really happened in these runs, counted where it happens; `make simulate` fails when a thousand seeds leave out"
                        + " anything that is expected:");
        lines.add("");
        lines.addAll(seeds.coverage().page());
        lines.add("");
        lines.add("| what holds in every run | |");
        lines.add("|---|---|");
        for (Invariant each : Invariant.values()) {
            lines.add("| `" + each.word() + "` | " + each.meaning() + " |");
        }
        lines.add("");
        lines.add(
                "What may be left other than Ready in the end says why: consent is missing, what it needs is missing, or the machine refuses.");
        lines.add("");
        lines.add("## Death at every step");
        lines.add("");
        lines.add("""
                `make crash` makes, changes, extends, deletes (what it stands for stays) and destroys (that goes, too) every resource of
                `resources/`, and kills the controller at the k-th call of a host or of
                the store on the way, for every k; before the call and after it, when the work is done and nobody was told. The client asks again
                until it is answered, as `phoenixctl` does. Another controller goes on, and everything has to come out as if nobody had died.
                """);
        lines.add(String.format(
                "Last run: %,d deaths, %d of which came out otherwise.",
                deaths.total(), deaths.wrong().size()));
        lines.add("");
        lines.add("| kind | deaths |");
        lines.add("|---|---:|");
        deaths.cases().forEach((kind, cases) -> lines.add(String.format("| %s | %,d |", kind, cases)));
        lines.add("");
        lines.add("## The real process, killed");
        lines.add("");
        lines.add(
                "`make kills` sends `SIGKILL` to a real controller on its SQLite store while eight clients write, change and delete. What a client"
                        + " was told is what the next controller answers, and no resource version goes back.");
        lines.add("");
        lines.add("Last run: " + kills + ".");
        lines.add("");
        lines.add("## Does the proof find bugs?");
        lines.add("");
        lines.add(
                "`make mutants` puts a bug between the parts of the controller, from outside, and runs seeds from 1 on until an invariant is broken.");
        lines.add("");
        lines.add("| seeded bug | what it does | seeds needed | shown by |");
        lines.add("|---|---|---:|---|");
        for (Mutants.Hunt each : hunts) {
            Violation by = each.by();
            lines.add("| `" + each.mutant().word() + "` | " + each.mutant().meaning() + " | " + each.seeds() + " | "
                    + (by == null ? "nothing" : "`" + by.invariant().word() + "`") + " |");
        }
        lines.add("");
        lines.add("## What it has found");
        lines.add("");
        lines.add("Mended, and run again with every build:");
        lines.add("");
        Regression.ALL.forEach(each -> lines.add(
                "- seed " + each.seed() + " of generation " + Expected.word(each.generation()) + ": " + each.what()));
        lines.add("");
        return String.join("\n", lines);
    }
}
