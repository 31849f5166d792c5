package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.schema.Generate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What is written about Phoenix is true of it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DocsTest {

    private static final Pattern REASON =
            Pattern.compile("\\b(?:Finding|GitException|ReconcileException|fail|find|refusal|refuse|refused|waiting)"
                    + "\\(\\s*(?:[\\w.()]+,\\s*){0,2}\"([A-Z][a-z]+(?:[A-Z][a-z]+)*)\"\\s*[,)]");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    @Test
    void generated_pages_schemas_and_crds_are_up_to_date() throws IOException {
        Path top = Checkout.top();
        for (Map.Entry<Path, String> file : Generate.files(top).entrySet()) {
            assertThat(top.resolve(file.getKey())).as("run make docs").exists().hasContent(file.getValue());
        }
    }

    /** Reasons are literals where they arise, so the sources know them all; how things are well needs no looking up. */
    @Test
    void every_reason_that_something_is_not_well_is_in_the_catalogue() throws IOException {
        Path top = Checkout.top();
        Set<String> reasons = new TreeSet<>();
        for (String room : List.of("engine", "kinds", "daemon")) {
            try (Stream<Path> sources = Files.walk(top.resolve("controller/" + room + "/src/main/java"))) {
                for (Path source : sources.filter(path -> path.toString().endsWith(".java"))
                        .toList()) {
                    Matcher literals = REASON.matcher(Files.readString(source));
                    while (literals.find()) {
                        reasons.add(literals.group(1));
                    }
                }
            }
        }
        reasons.removeAll(Set.of("Applied", "Matches", "NotSo", "ProbesPass"));
        Set<String> listed = new TreeSet<>();
        Matcher words = Pattern.compile("\\w+").matcher(Files.readString(top.resolve("docs/errors.md")));
        while (words.find()) {
            listed.add(words.group());
        }

        assertThat(reasons).hasSizeGreaterThan(60).contains("NumberTaken", "WaitingForDependency");
        assertThat(listed).containsAll(reasons);
    }

    @Test
    void links_between_pages_lead_somewhere() throws IOException {
        Path top = Checkout.top();
        List<String> broken = new ArrayList<>();
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(top.resolve("docs"))) {
            docs.filter(path -> path.toString().endsWith(".md")).forEach(pages::add);
        }
        pages.add(top.resolve("README.md"));
        for (Path page : pages) {
            Matcher links = LINK.matcher(Files.readString(page));
            while (links.find()) {
                if (!Files.exists(page.getParent().resolve(links.group(1)))) {
                    broken.add(page.getFileName() + ": " + links.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
    }
}
