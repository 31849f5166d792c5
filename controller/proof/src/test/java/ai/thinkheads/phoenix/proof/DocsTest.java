package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.schema.Generate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What is written about Phoenix is true of it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DocsTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    @Test
    void generated_pages_schemas_and_crds_are_up_to_date() throws IOException {
        Path top = Checkout.top();
        for (Map.Entry<Path, String> file : Generate.files(top).entrySet()) {
            assertThat(top.resolve(file.getKey())).as("run make docs").exists().hasContent(file.getValue());
        }
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
