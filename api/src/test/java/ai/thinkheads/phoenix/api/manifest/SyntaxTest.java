package ai.thinkheads.phoenix.api.manifest;

import static ai.thinkheads.phoenix.api.manifest.Texts.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("promise-8")
@DisplayNameGeneration(ReplaceUnderscores.class)
class SyntaxTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " => ", quoteCharacter = '\0', textBlock = """
            a: [1, 2 => 1:9: the '[' at line 1 is never closed
            a: "x => 1:6: the quoted text that starts at line 1 is never closed
            a:⏎⇥b: 1 => 2:1: tabs are not allowed for indentation; use spaces
            a: @x => 1:4: a value cannot start with this character; put it in quotes
            a: b: c => 1:5: a ':' is not allowed here; check the indentation, or put a value with ': ' in it in quotes
            a: 1⏎  b: 2 => 2:4: a ':' is not allowed here; check the indentation, or put a value with ': ' in it in quotes
            a: - b => 1:4: a list entry is not allowed here; start it on a line of its own below the field
            a: 1⏎- b => 2:1: a list entry does not belong here; check its indentation
            - a⏎b: 1 => 2:1: this does not continue what starts at line 1; check the indentation and the quotes
            a: 'b' c => 1:8: this does not continue what starts at line 1; check the indentation and the quotes
            a: "\\q" => 1:6: the escape after '\\' is not known in double quotes; write '\\\\' or use single quotes
            a: |z⏎ x => 1:5: after '|' or '>' only '+', '-' and one digit may follow on the line
            a: } => 1:4: a value is missing here; put it in quotes if it starts with a bracket or a comma
            a: *x => 1:4: a: the alias refers to no anchor before it; put a value that starts with '*' in quotes
            a: &x [*x] => 1:8: a[0]: the alias refers to something that it is a part of
            a: !x y => 1:4: a: tags are not supported; put a value that starts with '!' in quotes
            a: !e!x y => 1:4: tags are not supported; put a value that starts with '!' in quotes
            ? [a]⏎: b => 1:3: a key has to be text, not a list or a mapping
            """)
    void broken_yaml_is_explained_at_its_place(String text, String message) {
        assertThat(problems(text.replace('⏎', '\n').replace('⇥', '\t'))).contains("web.yaml:" + message);
    }

    @Test
    void a_control_character_is_refused_at_its_place() {
        assertThat(problems("a: 1\nb: x\u0001"))
                .containsExactly("web.yaml:2:5: a control character is not allowed here; "
                        + "write it as an escape in double quotes, such as \"\\u0007\"");
    }

    @Test
    void broken_json_is_explained_at_its_place() {
        assertThat(json("{\"a\": 1")).containsExactly("x.json:1:8: the JSON text ends before it is complete");
        assertThat(json("{\"a\": 1,\n \"b\": hunter2}")).containsExactly("x.json:2:7: the JSON syntax is broken here");
    }

    @Test
    void a_broken_document_hides_nothing_of_the_others() {
        assertThat(problems("a: [\n---\nkind: Secret\n---\nb: \"")).hasSizeGreaterThan(4);
    }

    private static List<String> json(String text) {
        try {
            ManifestReader.read(List.of(new ManifestText("x.json", text)));
            return List.of();
        } catch (ManifestException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}
