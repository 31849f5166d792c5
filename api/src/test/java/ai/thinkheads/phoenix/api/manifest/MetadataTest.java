package ai.thinkheads.phoenix.api.manifest;

import static ai.thinkheads.phoenix.api.manifest.Texts.problems;
import static ai.thinkheads.phoenix.api.manifest.Texts.read;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("promise-8")
@DisplayNameGeneration(ReplaceUnderscores.class)
class MetadataTest {

    private static String with(String metadata) {
        return """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Secret
                metadata: {%s}
                spec: {stringData: {k: v}}
                """.formatted(metadata);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "Web", "a_b", "-a", "a-", "a.b", "$(reboot)", "a b", "a/b", "ü"})
    void a_name_that_is_no_dns_label_is_refused(String name) {
        assertThat(problems(with("name: \"" + name + "\"")))
                .containsExactly("web.yaml:3:18: metadata.name: must be at most 63 lower-case letters, digits and '-', "
                        + "starting and ending with a letter or digit, not '" + name + "'");
    }

    @Test
    void a_name_of_63_characters_is_the_longest() {
        assertThat(read(with("name: " + "a".repeat(63)))).hasSize(1);
        assertThat(problems(with("name: " + "a".repeat(64)))).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " => ", quoteCharacter = '\0', textBlock = """
            nmae: web => 12: metadata.nmae: unknown field; did you mean 'name'?
            name: 42 => 18: metadata.name: must be text, not a number; put it in quotes
            name: web, namespace: prod => 23: metadata.namespace: resources of Phoenix have no namespace; remove the field
            generateName: web- => 12: metadata.generateName: names are not generated; give metadata.name
            name: web, labels: {app: a b} => 37: metadata.labels.app: must be at most 63 letters, digits and - _ . starting and ending with a letter or digit, not 'a b'
            name: web, labels: {"a b": c} => 32: metadata.labels["a b"]: the key must be a word of at most 63 letters, digits and - _ . with, if any, a domain and '/' before it
            name: web, labels: [a] => 31: metadata.labels: must be a mapping of names to values, not a list
            name: web, annotations: {phoenix.thinkheads.ai/pasued: "true"} => 37: metadata.annotations["phoenix.thinkheads.ai/pasued"]: unknown name; did you mean 'phoenix.thinkheads.ai/paused'?
            name: web, annotations: {phoenix.thinkheads.ai/paused: "on"} => 67: metadata.annotations["phoenix.thinkheads.ai/paused"]: must be "true" or "false", not 'on'
            name: web, annotations: {phoenix.thinkheads.ai/restarted-at: now} => 73: metadata.annotations["phoenix.thinkheads.ai/restarted-at"]: must be a time such as 2026-01-31T12:00:00Z, not 'now'
            """)
    void wrong_metadata_is_explained(String metadata, String message) {
        assertThat(problems(with(metadata))).contains("web.yaml:3:" + message);
    }

    @Test
    void labels_and_annotations_of_other_programs_are_kept() {
        var metadata = read(with(
                        "name: web, labels: {app.kubernetes.io/name: web}, annotations: {example.com/x: \"any ; text\"}"))
                .getFirst()
                .resource()
                .metadata();

        assertThat(metadata.getLabels()).containsEntry("app.kubernetes.io/name", "web");
        assertThat(metadata.getAnnotations()).containsEntry("example.com/x", "any ; text");
    }
}
