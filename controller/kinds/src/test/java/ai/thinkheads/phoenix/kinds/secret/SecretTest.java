package ai.thinkheads.phoenix.kinds.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.kinds.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SecretTest {

    @TempDir
    Path root;

    private TestBed bed;

    @BeforeEach
    void open() {
        bed = new TestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private static final String KEY = "Secret/token";

    private static String secret(String spec) {
        return "kind: Secret\nmetadata: {name: token}\nspec:\n" + spec.indent(2);
    }

    @Test
    @Tag("promise-1")
    @Tag("promise-9")
    void a_value_is_taken_from_a_file_and_followed() throws IOException {
        Path file = root.resolve("value");
        Files.writeString(file, "hunter2\n");
        bed.apply(secret("valueFrom: {password: {file: " + file + "}}"));

        assertThat(bed.converge(KEY)).containsExactly("seal the value of password from file " + file);
        assertThat(bed.vault().get("token", "password")).contains("hunter2");
        assertThat(bed.converge(KEY)).isEmpty();

        Files.writeString(file, "correct horse");
        assertThat(bed.converge(KEY)).hasSize(1).noneMatch(word -> word.contains("horse"));
        assertThat(bed.vault().get("token", "password")).contains("correct horse");
        assertThat(bed.assess(KEY).facts().toString()).contains("password").doesNotContain("horse");
    }

    @Test
    void a_random_value_is_made_once() {
        bed.apply(secret("valueFrom: {key: {generate: {length: 20, alphabet: Hex}}}"))
                .converge(KEY);
        String made = bed.vault().get("token", "key").orElseThrow();

        assertThat(made).matches("[0-9a-f]{20}");
        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.vault().get("token", "key")).contains(made);
    }

    @Test
    void keys_that_leave_the_manifest_are_forgotten() {
        bed.apply(secret("valueFrom: {a: {generate: {}}, b: {generate: {}}}")).converge(KEY);
        bed.apply(secret("valueFrom: {a: {generate: {}}}"));

        assertThat(bed.converge(KEY)).containsExactly("forget the value of b");
        assertThat(bed.vault().all("token")).containsOnlyKeys("a");
    }

    @Test
    void a_sealed_value_that_the_vault_has_lost_is_named() {
        bed.apply(secret("stringData: {a: 'sealed:0123'}"));

        assertThatThrownBy(() -> bed.plan(KEY))
                .hasMessageContaining(
                        "spec.stringData.a: the vault does not hold this value any more; apply the manifest");
    }

    @Test
    @Tag("promise-8")
    void a_missing_file_and_a_missing_variable_are_named() {
        bed.apply(secret("valueFrom: {a: {file: /nowhere/x}}"));
        assertThatThrownBy(() -> bed.plan(KEY))
                .hasMessageContaining("spec.valueFrom.a.file: /nowhere/x cannot be read: there is no such file");

        bed.apply(secret("valueFrom: {a: {environment: PHOENIX_NO_SUCH_VARIABLE}}"));
        assertThatThrownBy(() -> bed.plan(KEY))
                .hasMessageContaining("no environment variable PHOENIX_NO_SUCH_VARIABLE");
    }
}
