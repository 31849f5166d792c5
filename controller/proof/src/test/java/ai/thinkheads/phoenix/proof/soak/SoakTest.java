package ai.thinkheads.phoenix.proof.soak;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.proof.soak.Sample.Part;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What counts as flat, and what does not. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SoakTest {

    private static final long MIB = 1 << 20;

    private static List<Sample> samples(LongUnaryOperator heap, LongUnaryOperator descriptors) {
        return samples(30, heap, descriptors, i -> 8 * MIB);
    }

    /** One every ten seconds. */
    private static List<Sample> samples(
            int count, LongUnaryOperator heap, LongUnaryOperator descriptors, LongUnaryOperator journal) {
        return LongStream.range(0, count)
                .mapToObj(i -> new Sample(
                        i * 10,
                        heap.applyAsLong(i),
                        40,
                        descriptors.applyAsLong(i),
                        Map.of(Part.STORE, 10 * MIB, Part.SIMULATED_HOST, journal.applyAsLong(i)),
                        i * 100_000,
                        i * 1_000))
                .toList();
    }

    private static List<String> growing(List<Sample> samples) {
        return Soak.judge(samples).stream()
                .filter(each -> !each.flat())
                .map(Soak.Verdict::what)
                .toList();
    }

    @Test
    void what_goes_up_and_down_and_what_warms_up_is_flat() {
        assertThat(growing(samples(i -> (i < 8 ? 50 + 10 * i : 130 + i % 5) * MIB, i -> 60 + i % 7)))
                .isEmpty();
    }

    @Test
    void a_heap_that_keeps_growing_and_descriptors_that_are_never_closed_are_found() {
        assertThat(growing(samples(i -> (100 + 5 * i) * MIB, i -> 60))).containsExactly("heap");
        assertThat(growing(samples(i -> 100 * MIB, i -> 60 + 3 * i))).containsExactly("descriptors");
    }

    @Test
    void a_state_directory_that_grows_by_a_mebibyte_a_minute_is_found_in_three_minutes() {
        assertThat(growing(samples(19, i -> 50 * MIB, i -> 60, i -> 8 * MIB + i * MIB / 6)))
                .containsExactly("state directory", "- simulated host");
    }

    @Test
    void a_journal_that_is_written_anew_at_the_same_height_again_and_again_is_flat() {
        assertThat(growing(samples(90, i -> 50 * MIB, i -> 60, i -> 5 * MIB + i % 20 * MIB / 8)))
                .isEmpty();
    }

    @Test
    void a_journal_that_is_written_anew_later_each_time_is_found() {
        assertThat(growing(samples(90, i -> 50 * MIB, i -> 60, i -> 5 * MIB + i % 20 * (MIB / 8 + i * MIB / 300))))
                .contains("- simulated host");
    }

    @Test
    void files_are_told_apart_by_what_they_are_for() {
        assertThat(Stream.of(
                                "phoenix.db",
                                "phoenix.db-wal",
                                "events.jsonl",
                                "lxccontainers/web.yaml",
                                "simulated/lab/machine.jsonl",
                                "vault/key")
                        .map(each -> Part.of(Path.of(each))))
                .containsExactly(Part.values());
    }

    @Test
    void the_page_says_what_was_measured() {
        List<Sample> samples = samples(i -> 100 * MIB, i -> 60);

        assertThat(EndurancePage.of(2_000, samples, Soak.judge(samples), "29000 edits"))
                .contains(
                        "2,000 resources",
                        "Last run: 29000 edits.",
                        "| heap | 100.00 MiB | 100.00 MiB | 8.00 MiB |",
                        "| - simulated host | 8.00 MiB | 8.00 MiB | 0.50 MiB |",
                        "no part of that: 100 bytes for each edit.",
                        "| 0 s | 0 | 100.0 | 40 | 60 | 18.00 | 10.00 | 0.00 | 0.00 | 0.00 | 8.00 | 0.00 |");
    }
}
