package ai.thinkheads.phoenix.kinds.lxctemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.kinds.TestBed;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StoredFilesTest {

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

    private static final String SHA = "0123456789abcdef".repeat(4);
    private static final String STORAGE =
            "kind: StoragePool\nmetadata: {name: local}\nspec: {type: dir, target: {path: /var/lib/vz}, content: [vztmpl, import]}\n";

    private static String template(String source) {
        return "kind: LxcTemplate\nmetadata: {name: base}\nspec: {storage: local, deletionPolicy: Delete, source: {"
                + source + "}}\n";
    }

    private static String image(String sha) {
        return "kind: CloudImage\nmetadata: {name: noble}\nspec: {storage: local, url: 'https://example.org/noble.img?x=1', sha256: "
                + sha + "}\n";
    }

    @Test
    @Tag("promise-1")
    void a_template_is_downloaded_once_under_a_name_with_its_checksum() {
        bed.apply(STORAGE, template("url: 'https://example.org/debian-13.tar.zst', sha256: " + SHA));

        assertThat(bed.converge("StoragePool/local", "LxcTemplate/base"))
                .contains("download https://example.org/debian-13.tar.zst to local");
        bed.lookAgain();
        assertThat(bed.converge("LxcTemplate/base")).isEmpty();
        assertThat(bed.host().templates().read("local:vztmpl/0123456789ab-debian-13.tar.zst"))
                .isPresent();
    }

    @Test
    void a_template_is_built_and_deleted() {
        bed.apply(STORAGE, template("bootstrap: {distribution: debian, suite: trixie}"));

        assertThat(bed.converge("StoragePool/local", "LxcTemplate/base")).contains("build debian trixie in local");
        assertThat(bed.plan("LxcTemplate/base")).isEmpty();
        assertThat(bed.delete("LxcTemplate/base")).singleElement().asString().startsWith("delete file local:vztmpl/");
    }

    @Test
    void a_template_is_copied_from_the_host() {
        bed.host().person().putFile("/root/base.tar.zst", "x");
        bed.apply(STORAGE, template("file: /root/base.tar.zst"));

        assertThat(bed.converge("StoragePool/local", "LxcTemplate/base")).contains("copy /root/base.tar.zst to local");
        assertThat(bed.plan("LxcTemplate/base")).isEmpty();
    }

    @Test
    @Tag("promise-2")
    void another_checksum_is_another_file_and_the_old_one_stays() {
        bed.apply(STORAGE, image(SHA)).converge("StoragePool/local", "CloudImage/noble");
        bed.apply(image("f".repeat(64)));

        assertThat(bed.converge("CloudImage/noble")).hasSize(1);
        assertThat(bed.host().templates().read("local:import/0123456789ab-noble.img"))
                .isPresent();
        assertThat(bed.host().templates().read("local:import/ffffffffffff-noble.img"))
                .isPresent();
    }

    @Test
    void a_file_with_the_same_checksum_is_taken_whatever_its_name() {
        bed.host()
                .templates()
                .download("local", Templates.Type.DISK_IMAGE, "by-hand.img", "https://example.org/x", SHA);
        bed.apply(STORAGE, image(SHA)).converge("StoragePool/local");

        assertThat(bed.converge("CloudImage/noble")).isEmpty();
    }

    @Test
    @Tag("promise-5")
    void an_interrupted_download_is_begun_again() {
        bed.apply(STORAGE, image(SHA)).converge("StoragePool/local");
        bed.host().faults().failNext("download-template", Fault.Type.FAIL_TASK);

        assertThatThrownBy(() -> bed.converge("CloudImage/noble"))
                .hasMessageContaining("CloudImage/noble: could not download");
        assertThat(bed.converge("CloudImage/noble")).hasSize(1);
    }
}
