package ai.thinkheads.phoenix.proof.security;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.proof.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page on security claims nothing that no test tries. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ThreatModelTest {

    private static final Pattern TEST = Pattern.compile("`([A-Za-z]+)\\.([a-z_0-9A-Z]+)`");

    @Test
    @Tag("promise-9")
    void every_claim_of_the_security_page_names_a_test_that_exists() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Checkout.top())) {
            for (Path each : files.filter(path -> path.toString().contains("src/test/java")
                            && path.toString().endsWith(".java"))
                    .toList()) {
                sources.put(each.getFileName().toString().replace(".java", ""), Files.readString(each));
            }
        }
        List<String> claims = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        String page = Files.readString(Checkout.top().resolve("docs/security.md"));
        for (String line : page.substring(page.indexOf("## Claims")).lines().toList()) {
            if (!line.startsWith("| ") || line.startsWith("| Claim")) {
                continue;
            }
            claims.add(line);
            Matcher tests = TEST.matcher(line.substring(line.lastIndexOf('|', line.length() - 2)));
            boolean named = false;
            while (tests.find()) {
                named = true;
                String source = sources.getOrDefault(tests.group(1), "");
                if (!Pattern.compile("\\b" + tests.group(2) + "\\(")
                        .matcher(source)
                        .find()) {
                    wrong.add("there is no test " + tests.group());
                }
            }
            if (!named) {
                wrong.add("no test for: " + line);
            }
        }

        assertThat(claims).hasSizeGreaterThan(10);
        assertThat(wrong).isEmpty();
    }
}
