package ai.thinkheads.phoenix.kinds.storagepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.kinds.TestBed;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StoragePoolTest {

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

    private static final String KEY = "StoragePool/guests";
    private static final String GROUND = """
            kind: ZfsPool
            metadata: {name: tank}
            spec: {vdevs: [{type: stripe, devices: [/dev/disk/by-id/a]}]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: ZfsDataset
            metadata: {name: one}
            spec: {pool: tank}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: ZfsDataset
            metadata: {name: two}
            spec: {pool: tank, mountpoint: /srv/two}
            """;

    private static String storage(String spec) {
        return "kind: StoragePool\nmetadata: {name: guests}\nspec:\n" + spec.indent(2);
    }

    private void ground() {
        bed.apply(GROUND).converge("ZfsPool/tank", "ZfsDataset/one", "ZfsDataset/two");
    }

    @Test
    @Tag("promise-1")
    @Tag("ask-30")
    void a_storage_is_defined_once() {
        ground();
        bed.apply(storage("type: zfspool\ntarget: {dataset: one}\ncontent: [rootdir, images]"));

        assertThat(bed.converge(KEY)).containsExactly("define storage guests of type zfspool for images, rootdir");
        bed.lookAgain();
        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.host()
                        .storages()
                        .read("guests")
                        .orElseThrow()
                        .definition()
                        .options())
                .containsAllEntriesOf(Map.of("pool", "tank/one", "sparse", "1"));
    }

    @Test
    void a_directory_lies_where_its_dataset_is_mounted() {
        ground();
        bed.apply(storage("type: dir\ntarget: {dataset: two}\ncontent: [vztmpl]"))
                .converge(KEY);

        assertThat(bed.host()
                        .storages()
                        .read("guests")
                        .orElseThrow()
                        .definition()
                        .options())
                .containsEntry("path", "/srv/two");
    }

    @Test
    void content_changes_while_the_storage_is_in_use() {
        ground();
        bed.apply(storage("type: dir\ntarget: {dataset: two}\ncontent: [vztmpl]"))
                .converge(KEY);
        bed.apply(storage("type: dir\ntarget: {dataset: two}\ncontent: [vztmpl, iso]"));

        assertThat(bed.converge(KEY)).containsExactly("change content from vztmpl to iso,vztmpl of storage guests");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    void a_fixed_option_needs_a_new_definition_and_says_so() {
        ground();
        bed.apply(storage("type: zfspool\ntarget: {dataset: one}\ncontent: [rootdir]"))
                .converge(KEY);
        bed.apply(storage("type: zfspool\ntarget: {dataset: two}\ncontent: [rootdir]"));

        assertThat(bed.converge(KEY)).singleElement().asString().contains("anew with pool from tank/one to tank/two");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    @Tag("promise-6")
    void a_storage_that_cannot_be_reached_is_not_ready() {
        ground();
        bed.apply(storage("type: zfspool\ntarget: {dataset: one}\ncontent: [rootdir]"))
                .converge(KEY);
        bed.host().person().destroyDataset("tank/one");
        bed.lookAgain();

        assertThat(bed.assess(KEY).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.blocksReady()).isTrue();
            assertThat(finding.message()).contains("see that dataset tank/one is there");
        });
    }

    @Test
    void deletion_removes_the_definition_only_when_asked() {
        ground();
        bed.apply(storage("type: dir\ntarget: {path: /srv/x}\ncontent: [iso]")).converge(KEY);

        assertThat(bed.delete(KEY)).isEmpty();
        assertThat(bed.host().storages().read("guests")).isPresent();

        bed.apply(storage("type: dir\ntarget: {path: /srv/x}\ncontent: [iso]\ndeletionPolicy: Delete"))
                .converge(KEY);
        assertThat(bed.delete(KEY)).containsExactly("remove the definition of storage guests; its content stays");
    }

    @Test
    void a_storage_that_keeps_other_things_is_refused_for_a_template() {
        bed.apply(
                storage("type: dir\ntarget: {path: /srv/x}\ncontent: [iso]"),
                "kind: LxcTemplate\nmetadata: {name: base}\nspec: {storage: guests, source: {bootstrap: {distribution: debian}}}\n");

        assertThatThrownBy(() -> bed.plan("LxcTemplate/base"))
                .hasMessageContaining(
                        "StoragePool/guests keeps iso and not vztmpl; add it to that storage's spec.content");
    }
}
