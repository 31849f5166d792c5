package ai.thinkheads.phoenix.proof.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What counts as flat, and what does not. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SoakTest {

    private static final long MIB = 1 << 20;

    private static List<Sample> samples(LongUnaryOperator heap, LongUnaryOperator descriptors) {
        return LongStream.range(0, 30)
                .mapToObj(i ->
                        new Sample(i * 10, heap.applyAsLong(i), 40, descriptors.applyAsLong(i), 20 * MIB, i * 1_000))
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
    void the_page_says_what_was_measured() {
        List<Sample> samples = samples(i -> 100 * MIB, i -> 60);

        assertThat(EndurancePage.of(2_000, samples, Soak.judge(samples), "29000 edits"))
                .contains(
                        "2,000 resources",
                        "Last run: 29000 edits.",
                        "| heap | 100.0 MiB | 100.0 MiB |",
                        "| 0 s | 0 | 100.0 |");
    }
}
