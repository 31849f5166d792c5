package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The page of promises and asks says what the tests prove, no more and no less. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ClaimsTest {

    @Test
    void every_row_names_the_tests_that_have_its_tag() throws IOException {
        String page = Files.readString(Checkout.top().resolve(Claims.PAGE));

        assertThat(page).as("run make docs").isEqualTo(Claims.page(page, Claims.tests(Checkout.top())));
    }

    @Test
    void what_is_claimed_has_a_test_and_what_has_a_test_is_claimed() throws IOException {
        Map<String, List<String>> tests = Claims.tests(Checkout.top());
        Map<String, String> rows = Claims.rows(Files.readString(Checkout.top().resolve(Claims.PAGE)));
        List<String> wrong = new ArrayList<>();
        rows.forEach((tag, row) -> {
            boolean claimed = !row.contains("| not claimed");
            if (claimed != tests.containsKey(tag)) {
                wrong.add(tag + (claimed ? " is claimed and no test has its tag" : " has tests and is not claimed"));
            }
        });

        assertThat(wrong).isEmpty();
        assertThat(rows.keySet()).containsAll(tests.keySet());
        assertThat(rows.keySet())
                .containsAll(IntStream.rangeClosed(1, 10)
                        .mapToObj(each -> "promise-" + each)
                        .toList())
                .containsAll(IntStream.rangeClosed(1, 40)
                        .mapToObj(each -> "ask-" + each)
                        .toList());
    }
}
