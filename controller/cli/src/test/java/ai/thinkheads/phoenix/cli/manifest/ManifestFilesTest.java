package ai.thinkheads.phoenix.cli.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.manifest.ManifestText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ManifestFilesTest {

    @TempDir
    Path folder;

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static ManifestFiles reader(String stdin) {
        return new ManifestFiles(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_folder_is_read_with_all_below_it_in_the_order_of_paths_and_hidden_files_are_left_out() throws IOException {
        write("b.yaml", "b");
        write("a/one.yml", "one");
        write("a/two.json", "two");
        write("notes.txt", "no manifest");
        write(".hidden.yaml", "hidden");

        assertThat(reader("").read(List.of(folder.toString())))
                .extracting(ManifestText::text)
                .containsExactly("one", "two", "b");
    }

    @Test
    void several_arguments_and_standard_input_are_read_in_their_order() throws IOException {
        Path file = write("a.yaml", "file");

        assertThat(reader("from stdin").read(List.of("-", file.toString())))
                .extracting(ManifestText::text)
                .containsExactly("from stdin", "file");
    }

    @Test
    void a_manifest_that_vanishes_while_its_folder_is_read_is_named_and_nothing_is_applied_half() throws IOException {
        write("a.yaml", "a");
        Path vanishing = write("b.yaml", "b");
        ManifestFiles files = new ManifestFiles(InputStream.nullInputStream(), path -> {
            // Somebody's editor or a git pull replaces the folder's content meanwhile.
            Files.deleteIfExists(vanishing);
            return Files.newInputStream(path);
        });

        assertThatThrownBy(() -> files.read(List.of(folder.toString())))
                .isInstanceOf(ManifestFiles.Unreadable.class)
                .hasMessage(
                        vanishing
                                + ": was removed while the folder was read; run the command again once nobody changes the folder");
    }

    @Test
    void every_file_that_cannot_be_read_is_named_at_once() throws IOException {
        Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe4});
        String none = folder.resolve("none.yaml").toString();

        assertThatThrownBy(() -> reader("").read(List.of(folder.toString(), none, "https://example.com/x.yaml")))
                .hasMessageContaining("latin.yaml: is not UTF-8 text")
                .hasMessageContaining("none.yaml: no such file or folder")
                .hasMessageContaining("https://example.com/x.yaml: a URL is not applied");
    }

    @Test
    void more_than_10_megabytes_are_refused_unread() throws IOException {
        Files.write(folder.resolve("large.yaml"), new byte[(10 << 20) + 1]);

        assertThatThrownBy(() -> reader("").read(List.of(folder.toString())))
                .hasMessageContaining("large.yaml: larger than 10 MiB");
    }
}
