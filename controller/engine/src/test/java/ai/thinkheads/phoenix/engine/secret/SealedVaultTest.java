package ai.thinkheads.phoenix.engine.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SealedVaultTest {

    private static final String VALUE = "correct horse battery staple";

    @TempDir
    Path temp;

    private SealedVault open() {
        return SealedVault.open(temp.resolve("vault"), new SecureRandom());
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(temp.resolve("vault"))) {
            return files.sorted().toList();
        }
    }

    private Path sealed() throws IOException {
        return files().stream()
                .filter(each -> each.toString().endsWith(".sealed"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void values_are_there_again_after_reopening() {
        open().put("db", Map.of("password", VALUE));

        assertThat(open().get("db", "password")).contains(VALUE);
        assertThat(open().all("db")).containsOnlyKeys("password");
        assertThat(open().get("db", "user")).isEmpty();
        assertThat(open().all("nobody")).isEmpty();
    }

    @Test
    void what_is_removed_is_gone_for_good() throws IOException {
        open().put("db", Map.of("password", VALUE));
        open().remove("db");

        assertThat(open().all("db")).isEmpty();
        assertThat(files()).extracting(each -> each.getFileName().toString()).containsExactly("key");
    }

    @Test
    @Tag("promise-9")
    void no_file_holds_a_value_and_only_the_owner_can_read_any() throws IOException {
        open().put("db", Map.of("password", VALUE));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("vault"))))
                .isEqualTo("rwx------");
        assertThat(files()).hasSize(2);
        for (Path each : files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rw-------");
            String bytes = new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1);
            assertThat(bytes).doesNotContain(VALUE, "password", "staple");
        }
    }

    @Test
    void the_same_again_is_not_written_and_another_value_is_sealed_anew() throws IOException {
        SealedVault vault = open();
        vault.put("db", Map.of("password", VALUE));
        byte[] first = Files.readAllBytes(sealed());
        vault.put("db", Map.of("password", VALUE));
        assertThat(Files.readAllBytes(sealed())).isEqualTo(first);

        vault.put("db", Map.of("password", VALUE + "!"));
        assertThat(Files.readAllBytes(sealed())).isNotEqualTo(first);
    }

    @Test
    @Tag("promise-9")
    void a_damaged_file_is_reported_without_a_value_and_mended_by_setting_it_anew() throws IOException {
        open().put("db", Map.of("password", VALUE));
        byte[] bytes = Files.readAllBytes(sealed());
        bytes[bytes.length - 1] ^= 1;
        Files.write(sealed(), bytes);
        SealedVault vault = open();

        assertThatThrownBy(() -> vault.all("db"))
                .isInstanceOf(VaultException.class)
                .hasMessageContaining("set Secret/db anew")
                .hasMessageNotContaining(VALUE);
        vault.put("db", Map.of("password", VALUE));
        assertThat(open().get("db", "password")).contains(VALUE);
    }

    @Test
    void a_file_of_one_secret_is_worth_nothing_as_that_of_another() throws IOException {
        open().put("db", Map.of("password", VALUE));
        Files.copy(sealed(), temp.resolve("vault/7765.sealed"));

        assertThatThrownBy(() -> open().all("we")).isInstanceOf(VaultException.class);
    }

    @Test
    void a_damaged_key_is_reported_with_what_to_do() throws IOException {
        open().put("db", Map.of("password", VALUE));
        Files.write(temp.resolve("vault/key"), new byte[5]);

        assertThatThrownBy(this::open)
                .isInstanceOf(VaultException.class)
                .hasMessageContaining("restore the folder from a backup");
    }

    @Test
    void a_name_leads_nowhere_else() throws IOException {
        open().put("../../etc/passwd", Map.of("x", VALUE));

        assertThat(files()).hasSize(2);
        assertThat(open().get("../../etc/passwd", "x")).contains(VALUE);
    }

    @Test
    void a_fingerprint_is_the_same_for_the_same_value_and_tells_nothing() {
        SealedVault vault = open();

        assertThat(vault.fingerprint(VALUE))
                .isEqualTo(open().fingerprint(VALUE))
                .startsWith("sealed:")
                .isNotEqualTo(vault.fingerprint(VALUE + " "))
                .isNotEqualTo(new MemoryVault().fingerprint(VALUE))
                .doesNotContain(VALUE);
    }

    @Test
    void a_key_that_others_could_read_is_closed_to_them() throws IOException {
        open();
        Path key = temp.resolve("vault/key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        open();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
    }

    @Test
    void values_set_by_many_at_once_are_one_of_them_and_stay_so() {
        SealedVault vault = open();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                String value = "v" + i;
                threads.submit(() -> vault.put("db", Map.of("password", value)));
            }
        }

        assertThat(vault.get("db", "password")).isPresent().isEqualTo(open().get("db", "password"));
    }
}
