package ai.thinkheads.phoenix.kinds.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;

class ZfsValuesProperties {

    private static final String UNITS = "KMGTPE";

    @Property
    @Tag("ask-22")
    void a_size_with_a_unit_is_the_same_as_its_bytes(
            @ForAll @IntRange(min = 1, max = 4096) int number, @ForAll @IntRange(min = 0, max = 5) int unit) {
        String bytes = BigInteger.valueOf(number).shiftLeft(10 * (unit + 1)).toString();

        assertThat(ZfsValues.same("quota", number + UNITS.substring(unit, unit + 1), bytes))
                .isTrue();
        assertThat(ZfsValues.same("recordsize", number + UNITS.substring(unit, unit + 1) + "iB", bytes))
                .isTrue();
    }

    @Property
    void the_canonical_form_of_a_canonical_form_is_itself(
            @ForAll @AlphaChars @StringLength(max = 12) String value, @ForAll boolean size) {
        String property = size ? "quota" : "compression";
        String once = ZfsValues.canonical(property, value);

        assertThat(ZfsValues.canonical(property, once)).isEqualTo(once);
    }

    @Property
    void two_sizes_are_the_same_only_when_their_bytes_are(
            @ForAll @IntRange(max = 100_000) int one, @ForAll @IntRange(max = 100_000) int other) {
        assertThat(ZfsValues.same("quota", String.valueOf(one), String.valueOf(other)))
                .isEqualTo(one == other);
    }

    @Property
    void a_fact_gives_back_the_names_that_it_was_made_of(
            @ForAll Set<@AlphaChars @NotEmpty @StringLength(max = 20) String> names) {
        assertThat(ZfsValues.names(ZfsValues.fact(names))).isEqualTo(names);
    }
}
