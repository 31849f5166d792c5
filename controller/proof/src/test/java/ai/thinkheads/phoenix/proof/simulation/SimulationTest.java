package ai.thinkheads.phoenix.proof.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.proof.Checkout;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Some seeds of the simulation in every build; {@code make simulate} runs as many as one likes. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SimulationTest {

    private static final int SEEDS = 40;

    /** Bad times are loud. */
    @BeforeAll
    static void keepQuiet() {
        Configurator.setRootLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        Configurator.setRootLevel(Level.ERROR);
    }

    @Test
    @Tag("promise-1")
    @Tag("promise-2")
    @Tag("promise-3")
    @Tag("promise-5")
    @Tag("ask-25")
    @Tag("promise-6")
    @Tag("promise-9")
    @Tag("ask-29")
    @Tag("ask-39")
    void whatever_happens_in_between_every_invariant_holds() {
        Coverage coverage = new Coverage();
        for (long seed = 10_001; seed <= 10_000 + SEEDS; seed++) {
            Simulation.Run run = Simulation.run(Scenarios.of(seed), Bugs.NONE, 0);
            assertThat(run.isGood()).as(() -> Report.of(run, Bugs.NONE)).isTrue();
            coverage.add(run.coverage());
        }

        assertThat(coverage.missing())
                .as("a few runs already have troubles of every sort")
                .noneMatch(each -> each.startsWith(Coverage.Part.FAULT + ":")
                        || each.startsWith(Coverage.Part.STORE + ":")
                        || each.startsWith(Coverage.Part.READ + ":")
                        || each.startsWith(Coverage.Part.CONTROLLER + ":"))
                .hasSizeLessThan(40);
    }

    @Test
    void what_has_to_happen_and_did_not_is_named() {
        Coverage coverage = new Coverage();
        coverage.count(Coverage.Part.FAULT, "stall");

        assertThat(coverage.missing())
                .contains("FAULT: garble", "EFFECT: reboot", "STEP: LxcContainer replace-guest")
                .doesNotContain("FAULT: stall");
        assertThat(String.join("\n", coverage.lines())).contains("stall 1", "garble 0");
    }

    @Test
    void a_failure_says_its_seed_a_smaller_scenario_and_the_trace_up_to_where_it_is_seen() {
        Simulation.Run bad = Simulation.run(Scenarios.of(1), Mutant.FORGET_MARK, 0);

        List<String> report = Report.of(bad, Mutant.FORGET_MARK).lines().toList();

        assertThat(report.getFirst()).startsWith("seed 1 breaks ");
        assertThat(report.get(1)).isEqualTo("make simulate SEEDS=1 FIRST=1 shows it again");
        assertThat(report).anyMatch(line -> line.startsWith("The same happens with "));
        assertThat(report).anyMatch(line -> line.contains(" host: "));
        assertThat(report.getLast()).contains(" violated: ");
        long manifests =
                report.stream().filter(line -> line.startsWith("kind: ")).count();
        assertThat(manifests).as("manifests that are left").isBetween(1L, 12L);
    }

    @Test
    void the_same_seed_gives_the_same_run() {
        for (long seed = 1; seed <= 5; seed++) {
            Simulation.Run once = Simulation.run(Scenarios.of(seed), Bugs.NONE, 0);
            Simulation.Run again = Simulation.run(Scenarios.of(seed), Bugs.NONE, 1_000);

            assertThat(again.hash()).isEqualTo(once.hash());
            assertThat(again.calls()).isEqualTo(once.calls()).isPositive();
        }
    }

    @Test
    void another_seed_gives_another_run() {
        assertThat(Simulation.run(Scenarios.of(1), Bugs.NONE, 0).hash())
                .isNotEqualTo(Simulation.run(Scenarios.of(2), Bugs.NONE, 0).hash());
    }

    static List<Regression> regressions() {
        return Regression.ALL;
    }

    @ParameterizedTest
    @MethodSource("regressions")
    @Tag("promise-5")
    void what_was_found_once_stays_mended(Regression regression) {
        Simulation.Run run = Simulation.run(Scenarios.of(regression.seed(), regression.generation()), Bugs.NONE, 0);

        assertThat(run.isGood())
                .as(() -> regression.what() + "\n" + Report.of(run, Bugs.NONE))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "SKIP_READ_BACK",
                "RUN_TWICE",
                "FORGET_MARK",
                "DELETE_BEFORE_CONSENT",
                "LOSE_WATCH_EVENT",
                "SECRET_AS_ARGUMENT"
            })
    void a_seeded_bug_is_found(Mutant mutant) {
        assertThat(Mutants.hunt(mutant, 10).by()).isNotNull();
    }

    @Test
    @Tag("promise-5")
    void a_controller_that_dies_at_any_call_leaves_nothing_that_the_next_cannot_finish() throws IOException {
        CrashEverywhere.Findings findings = new CrashEverywhere(
                        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), true)
                .run(CrashEverywhere.manifests(Checkout.top().resolve("samples/first-container")));

        assertThat(findings.total()).isGreaterThan(100);
        assertThat(findings.wrong()).isEmpty();
    }

    @Test
    @Tag("promise-5")
    void what_was_acknowledged_is_there_after_a_kill() throws IOException, InterruptedException {
        Kills.Findings findings = Kills.run(3);

        assertThat(findings.wrong()).isEmpty();
        assertThat(findings.acknowledged()).isPositive();
    }

    @Test
    void the_order_of_the_manifests_does_not_change_the_outcome() {
        for (long seed = 1; seed <= 6; seed++) {
            List<String> manifests = List.copyOf(new Garden(new SplittableRandom(seed), Generation.THOROUGH)
                    .manifests()
                    .values());

            assertThat(outcome(manifests.reversed())).as("seed " + seed).isEqualTo(outcome(manifests));
        }
    }

    private static String outcome(List<String> manifests) {
        World world = new World(1, 0.1, Bugs.NONE, 0, Ground.start());
        Deeds deeds = new Deeds(world);
        world.openAside(Ground.spec());
        world.driver().halt();
        world.boot();
        world.strands().advanceTo(Duration.ofSeconds(1));
        deeds.perform(new Op.Apply(manifests));
        world.strands().advanceTo(Duration.ofMinutes(40));
        String outcome = Outcome.of(world);
        assertThat(Outcome.problems(world)).isEmpty();
        world.kill(true);
        return outcome;
    }
}
