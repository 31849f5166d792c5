package ai.thinkheads.phoenix.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;

@Tag("promise-9")
class SecretsStaySecretProperties {

    private static final List<String> WAYS_TO_GET_IT_WRONG = List.of(
            "stringData: {k: [%s]}",
            "stringData: {k: {a: %s}}",
            "stringData: {k: %s",
            "stringData: {k: \"%s}",
            "stringData: {k: '%s'x}",
            "stringData: {k: *%s}",
            "stringData: {k: !%s x}",
            "stringData: {k: !<%s x}",
            "stringData: {k: \"\\q%s\"}",
            "stringData: {k: @%s}",
            "stringData: {k: a: %s: b}",
            "stringData:\n    k: %s\n   l: x",
            "stringData:\n    k: |%s\n      x",
            "stringData: %s",
            "stringDatta: {k: %s}",
            "data: {k: %s}",
            "valueFrom: {k: {file: %s}}",
            "valueFrom: {k: {environment: '%s %s'}}",
            "valueFrom: {k: %s}",
            "valueFrom: {k: {generate: {length: %s}}}",
            "valueFrom: {k: {generate: {alphabet: %s}}}",
            "stringData: {k: x}\n  valueFrom: [%s]",
            "%s",
            "- %s");

    @Property(tries = 300)
    void no_message_repeats_a_value(
            @ForAll @NumericChars @StringLength(value = 12) String digits,
            @ForAll @IntRange(max = 23) int way,
            @ForAll boolean number,
            @ForAll boolean known) {
        String value = (number ? "7" : "s3cr3t") + digits;
        String text = """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: %s
                metadata:
                  name: web
                spec:
                  %s
                """.formatted(
                known ? "Secret" : "Secrett", WAYS_TO_GET_IT_WRONG.get(way).replace("%s", value));

        try {
            ManifestReader.read(List.of(new ManifestText("web.yaml", text)));
        } catch (ManifestException e) {
            assertThat(e.getMessage()).doesNotContain(value).doesNotContain(digits);
        }
    }
}
