package ai.thinkheads.phoenix.api.manifest;

import static ai.thinkheads.phoenix.api.manifest.Texts.manifest;
import static ai.thinkheads.phoenix.api.manifest.Texts.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
@DisplayNameGeneration(ReplaceUnderscores.class)
class LimitsTest {

    @Test
    void a_text_of_more_than_10_mb_is_refused_unread() {
        assertThat(problems("x".repeat(11 << 20)))
                .containsExactly("web.yaml:1:1: the text has 11534336 characters; at most 10485760 are read; "
                        + "split it into several files");
    }

    @Test
    void a_string_of_1_mb_is_refused() {
        assertThat(problems(manifest("LxcContainer", "template: a\ndescription: " + "x".repeat(1 << 20))))
                .containsExactly("web.yaml:7:16: a value has 1048576 characters; at most 262144 are read");
    }

    @Test
    void aliases_that_multiply_are_refused_before_they_are_followed() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n"
                    .formatted(i, i, String.join(", ", List.of(alias, alias, alias, alias, alias, alias))));
        }

        assertThat(problems(bomb.toString()))
                .singleElement()
                .asString()
                .contains(
                        "the document has more than 100000 values, those that aliases repeat counted each time; split it");
    }

    @Test
    void more_than_100_aliases_are_refused() {
        assertThat(problems("a: &a 1\nb: [" + "*a, ".repeat(101) + "]"))
                .containsExactly("web.yaml:2:405: the document has more than 100 aliases");
    }

    @Test
    void deep_nesting_is_refused() {
        assertThat(problems("a: " + "[".repeat(100_000)))
                .containsExactly("web.yaml:1:68: lists and mappings are nested more than 64 levels deep");
        assertThat(problems("{\"a\":" + "[".repeat(100_000)))
                .containsExactly("web.yaml:1:70: lists and mappings are nested more than 64 levels deep");
    }

    @Test
    void too_many_documents_are_refused() {
        assertThat(problems("--- 1\n".repeat(20_001)))
                .containsExactly("web.yaml:20001:1: there are 20001 documents; at most 20000 are read at once");
    }

    @Test
    void a_million_problems_are_cut_to_a_thousand() {
        List<String> problems = problems(manifest("Secret", "stringData:\n" + "  k: v\n".repeat(50_000)));

        assertThat(problems).hasSizeLessThan(1_010);
        assertThat(problems.getLast()).contains("more problems are not listed");
    }

    @Test
    void ten_megabytes_of_any_character_end_in_a_problem() {
        for (String part : List.of(
                "[", "{", "- ", "a: ", "? ", "'", "\"", "#", "&a ", "*a ", "!a ", "|\n", "\n", "%a\n", "a\n: ")) {
            String text = part.repeat((1 << 20) / part.length());
            assertThat(problems(text)).as(part).hasSizeLessThan(1_010);
        }
    }
}
