package ai.thinkheads.phoenix.proof.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.proof.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What fuzzing begins with. A search that begins with nothing spends its minute on finding out what the format is. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CorpusTest {

    private static final Pattern TARGET = Pattern.compile("@FuzzTest[^;{]*?void (\\w+)\\(", Pattern.DOTALL);

    @Test
    void every_target_has_a_corpus_and_a_place_in_the_threat_model() throws IOException {
        String page = Files.readString(Checkout.top().resolve("docs/security.md"));
        List<String> targets = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (String room : List.of("controller/hosts", "controller/proof")) {
            Path tests = Checkout.top().resolve(room).resolve("src/test");
            try (Stream<Path> files = Files.walk(tests.resolve("java"))) {
                for (Path file : files.filter(each -> each.toString().endsWith("Fuzz.java"))
                        .toList()) {
                    String type = file.getFileName().toString().replace(".java", "");
                    Matcher methods = TARGET.matcher(Files.readString(file));
                    while (methods.find()) {
                        String target = type + "." + methods.group(1);
                        targets.add(target);
                        Path corpus = tests.resolve("resources")
                                .resolve(tests.resolve("java").relativize(file.getParent()))
                                .resolve(type + "Inputs")
                                .resolve(methods.group(1));
                        if (inputs(corpus) < 2) {
                            wrong.add(target + " has no corpus in " + corpus);
                        }
                        if (!page.contains("`" + target + "`")) {
                            wrong.add(target + " is not in docs/security.md");
                        }
                    }
                }
            }
        }

        assertThat(targets).hasSizeGreaterThan(15);
        assertThat(wrong).isEmpty();
    }

    private static long inputs(Path corpus) throws IOException {
        if (!Files.isDirectory(corpus)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(corpus)) {
            return files.count();
        }
    }
}
