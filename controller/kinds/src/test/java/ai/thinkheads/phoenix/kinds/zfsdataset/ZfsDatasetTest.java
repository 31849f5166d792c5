package ai.thinkheads.phoenix.kinds.zfsdataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.kinds.TestBed;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ZfsDatasetTest {

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

    private static final String KEY = "ZfsDataset/models";
    private static final String POOL = """
            kind: ZfsPool
            metadata: {name: tank}
            spec: {vdevs: [{type: mirror, devices: [/dev/disk/by-id/a, /dev/disk/by-id/b]}]}
            """;

    private static String dataset(String rest) {
        return "kind: ZfsDataset\nmetadata: {name: models}\nspec:\n  pool: tank\n" + rest.indent(2);
    }

    private void pool() {
        bed.apply(POOL).converge("ZfsPool/tank");
    }

    @Test
    @Tag("promise-1")
    @Tag("ask-22")
    @Tag("ask-30")
    void a_dataset_is_made_once_whatever_way_its_sizes_are_written() {
        pool();
        bed.apply(
                dataset(
                        "quota: 100Gi\nproperties: {recordsize: 1M, compression: lz4}\nowner: {uid: 1000, gid: 1000}\nmode: '750'"));

        assertThat(bed.converge(KEY))
                .containsExactly(
                        "create dataset tank/models with compression=lz4, quota=100Gi, recordsize=1M",
                        "set owner 1000:1000 and mode 0750 of the directory of dataset tank/models");
        long changes = bed.counters().changes();

        bed.lookAgain();
        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.counters().changes()).isEqualTo(changes);
    }

    @Test
    void a_dataset_is_planned_before_its_pool_exists() {
        bed.apply(POOL, dataset(""));

        assertThat(bed.plan(KEY)).containsExactly("create dataset tank/models");
    }

    @Test
    void the_field_that_changes_is_named() {
        pool();
        bed.apply(dataset("quota: 10Gi")).converge(KEY);
        bed.apply(dataset("quota: 20Gi"));

        assertThat(bed.assess(KEY).plan().steps()).singleElement().satisfies(step -> {
            assertThat(step.field()).isEqualTo("spec.quota");
            assertThat(step.action()).isEqualTo("change quota from 10Gi to 20Gi of dataset tank/models");
        });
    }

    @Test
    @Tag("promise-6")
    void drift_is_repaired() {
        pool();
        bed.apply(dataset("properties: {compression: lz4}")).converge(KEY);
        bed.host().person().setDataset("tank/models", Map.of("compression", "off"));
        bed.lookAgain();

        assertThat(bed.converge(KEY)).containsExactly("change compression from off to lz4 of dataset tank/models");
    }

    @Test
    void what_leaves_the_manifest_is_inherited_and_a_quota_goes() {
        pool();
        bed.apply(dataset("quota: 10Gi\nproperties: {compression: zstd}")).converge(KEY);
        bed.apply(dataset(""));

        assertThat(bed.converge(KEY))
                .containsExactly("change compression to what is inherited and quota to none of dataset tank/models");
        assertThat(bed.plan(KEY)).isEmpty();
        assertThat(bed.host().zfsDatasets().read("tank/models").orElseThrow().effective())
                .containsEntry("quota", "0")
                .containsEntry("compression", "on");
    }

    @Test
    @Tag("promise-4")
    @Tag("ask-30")
    void a_dataset_that_is_there_is_taken_over_once() {
        pool();
        bed.host().zfsDatasets().create("tank/models", Map.of("quota", "1G"), new Mark("x", Map.of()));
        bed.host().zfsDatasets().setMark("tank/models", null);
        bed.apply(dataset("quota: 1Gi")).lookAgain();

        assertThat(bed.converge(KEY)).containsExactly("take over dataset tank/models with its data as it is");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    @Tag("promise-2")
    void another_path_is_refused_with_the_way_to_get_there() {
        pool();
        bed.apply(dataset("")).converge(KEY);
        bed.apply(dataset("path: ai/models"));

        assertThatThrownBy(() -> bed.plan(KEY))
                .isInstanceOf(ReconcileException.class)
                .hasMessageContaining("run 'zfs rename tank/models tank/ai/models'");
    }

    @Test
    void a_quota_below_what_is_used_is_left_and_said() {
        pool();
        bed.apply(dataset("")).converge(KEY);
        bed.host()
                .storages()
                .create(new Storages.Definition("files", "dir", Set.of("vztmpl"), Map.of("path", "/tank/models")));
        bed.host().templates().bootstrap("files", "big.tar.zst", "debian", "trixie");
        bed.apply(dataset("quota: 10Mi\nproperties: {compression: lz4}")).lookAgain();

        assertThat(bed.converge(KEY)).containsExactly("change compression from on to lz4 of dataset tank/models");
        assertThat(bed.assess(KEY).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.blocksReady()).isTrue();
            assertThat(finding.message())
                    .startsWith("spec.quota: the quota of 10Mi cannot be set while tank/models holds ")
                    .endsWith("free space in it or raise the quota");
        });
    }

    @Test
    @Tag("promise-2")
    @Tag("ask-9")
    void deleting_the_resource_leaves_the_data() {
        pool();
        bed.apply(dataset("")).converge(KEY);

        assertThat(bed.delete(KEY))
                .containsExactly("leave dataset tank/models with its data as it is, without Phoenix's mark");
        assertThat(bed.host().zfsDatasets().read("tank/models")).isPresent();
    }

    @Test
    void deleting_with_its_data_takes_the_parents_that_were_made_for_it() {
        pool();
        bed.apply(dataset("path: ai/llm/models\ndeletionPolicy: Delete")).converge(KEY);

        assertThat(bed.delete(KEY))
                .containsExactly(
                        "destroy dataset tank/ai/llm/models with its data and snapshots, and the empty tank/ai/llm, tank/ai");
        assertThat(bed.host().zfsDatasets().read("tank/ai")).isEmpty();
        assertThat(bed.host().zfsDatasets().read("tank")).isPresent();
    }

    @Test
    @Tag("promise-2")
    void a_dataset_with_others_below_it_is_not_destroyed() {
        pool();
        bed.apply(dataset("deletionPolicy: Delete")).converge(KEY);
        bed.host().zfsDatasets().create("tank/models/kept", Map.of(), new Mark("x", Map.of()));
        bed.lookAgain();

        assertThatThrownBy(() -> bed.delete(KEY)).hasMessageContaining("tank/models/kept");
    }

    @Test
    void an_owner_needs_a_mounted_directory() {
        pool();
        bed.apply(dataset("mountpoint: none\nowner: {uid: 1, gid: 1}"));

        assertThatThrownBy(() -> bed.plan(KEY))
                .hasMessageContaining("spec.owner: only a mounted directory has an owner");
    }
}
