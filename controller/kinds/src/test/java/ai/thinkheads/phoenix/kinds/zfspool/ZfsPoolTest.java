package ai.thinkheads.phoenix.kinds.zfspool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import ai.thinkheads.phoenix.kinds.TestBed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ZfsPoolTest {

    private static final String A = "/dev/disk/by-id/a";
    private static final String B = "/dev/disk/by-id/b";
    private static final String C = "/dev/disk/by-id/c";
    private static final String D = "/dev/disk/by-id/d";
    private static final String KEY = "ZfsPool/tank";

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

    private static String pool(String rest, String... vdevs) {
        StringBuilder yaml = new StringBuilder("kind: ZfsPool\nmetadata: {name: tank}\nspec:\n  vdevs:\n");
        for (String vdev : vdevs) {
            yaml.append("    - ").append(vdev).append('\n');
        }
        return yaml.append(rest.indent(2)).toString();
    }

    private static String mirror(String one, String other) {
        return "{type: mirror, devices: [" + one + ", " + other + "]}";
    }

    @Test
    @Tag("promise-1")
    @Tag("ask-30")
    void a_pool_is_made_once() {
        bed.apply(pool("properties: {compression: lz4, recordsize: 128K}", mirror(A, B)));

        assertThat(bed.converge(KEY)).containsExactly("create pool tank of mirror " + A + " " + B);
        long changes = bed.counters().changes();
        bed.lookAgain();

        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.counters().changes()).isEqualTo(changes);
        assertThat(bed.host().zfsPools().read("tank").orElseThrow().properties())
                .containsEntry("autotrim", "on");
    }

    @Test
    @Tag("promise-3")
    void a_diff_changes_nothing() {
        bed.apply(pool("", mirror(A, B)));

        assertThat(bed.plan(KEY)).hasSize(1);
        assertThat(bed.counters().changes()).isZero();
    }

    @Test
    @Tag("promise-4")
    void a_pool_is_known_again_by_its_mark() {
        bed.apply(pool("properties: {compression: lz4}", mirror(A, B))).converge(KEY);
        bed.close();
        bed = new TestBed(root);
        bed.apply(pool("properties: {compression: lz4}", mirror(A, B)));

        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.counters().changes()).isZero();
    }

    @Test
    @Tag("ask-30")
    void a_pool_that_is_there_is_taken_over_with_its_data() {
        bed.host()
                .zfsPools()
                .create("tank", List.of(new Vdev("mirror", List.of(A, B))), 12, Map.of(), Map.of(), none(), false);
        bed.host().zfsPools().setMark("tank", null);
        bed.apply(pool("properties: {atime: 'off'}", mirror(B, A)));

        assertThat(bed.converge(KEY))
                .containsExactly(
                        "take over pool tank with its data as it is",
                        "set autotrim of pool tank from off to on",
                        "change atime from on to off of pool tank");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    @Tag("ask-38")
    void a_pool_that_is_there_is_left_alone_when_adoption_is_off() {
        bed.host()
                .zfsPools()
                .create("tank", List.of(new Vdev("mirror", List.of(A, B))), 12, Map.of(), Map.of(), none(), false);
        bed.host().zfsPools().setMark("tank", null);
        bed.apply(pool("adopt: false", mirror(A, B)));

        assertThatThrownBy(() -> bed.plan(KEY)).hasMessageContaining("set spec.adopt to true to take it over");
    }

    @Test
    void an_exported_pool_is_imported() {
        bed.apply(pool("", mirror(A, B))).converge(KEY);
        bed.host().person().exportPool("tank");
        bed.lookAgain();

        assertThat(bed.converge(KEY)).containsExactly("import pool tank from the host's disks");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    void another_resources_pool_is_refused() {
        bed.host()
                .zfsPools()
                .create("tank", List.of(new Vdev("mirror", List.of(A, B))), 12, Map.of(), Map.of(), none(), false);
        bed.apply(pool("", mirror(A, B)));

        assertThatThrownBy(() -> bed.plan(KEY))
                .hasMessageContaining("ZfsPool/tank: pool tank belongs to ZfsPool/other; delete that resource first");
    }

    @Test
    @Tag("promise-2")
    void another_layout_is_refused_and_never_made() {
        bed.apply(pool("", mirror(A, B))).converge(KEY);
        bed.apply(pool("", "{type: raidz1, devices: [" + A + ", " + B + ", " + C + "]}"));

        assertThatThrownBy(() -> bed.converge(KEY))
                .isInstanceOfSatisfying(
                        ReconcileException.class,
                        e -> assertThat(e.isWorthRetrying()).isFalse())
                .hasMessageContaining("spec.vdevs: pool tank has another layout")
                .hasMessageContaining("never made anew");
        assertThat(bed.host().zfsPools().read("tank")).isPresent();
    }

    @Test
    @Tag("promise-2")
    void another_ashift_is_refused_by_name() {
        bed.apply(pool("ashift: 12", mirror(A, B))).converge(KEY);
        bed.apply(pool("ashift: 13", mirror(A, B)));

        assertThatThrownBy(() -> bed.plan(KEY)).hasMessageContaining("was made with ashift 12");
    }

    @Test
    void a_single_disk_becomes_a_mirror_and_a_mirror_gets_a_third_disk() {
        bed.apply(pool("", "{type: stripe, devices: [" + A + "]}")).converge(KEY);
        bed.apply(pool("", mirror(A, B)));

        assertThat(bed.converge(KEY)).containsExactly("mirror " + A + " of pool tank on " + B + " and resilver");
        assertThat(bed.plan(KEY)).isEmpty();

        bed.apply(pool("", "{type: mirror, devices: [" + A + ", " + B + ", " + C + "]}"));

        assertThat(bed.converge(KEY)).containsExactly("mirror " + A + " of pool tank on " + C + " and resilver");
        assertThat(bed.plan(KEY)).isEmpty();
        assertThat(bed.host().zfsPools().read("tank").orElseThrow().vdevs())
                .containsExactly(new Vdev("mirror", List.of(A, B, C)));
    }

    @Test
    void a_pool_grows_and_gets_spares_while_it_is_in_use() {
        bed.apply(pool("", mirror(A, B))).converge(KEY);
        bed.apply(pool("", mirror(A, B), "{type: spare, devices: [" + C + "]}"));

        assertThat(bed.converge(KEY)).containsExactly("add spare " + C + " to pool tank");

        bed.apply(pool("", mirror(A, B))).converge(KEY);
        bed.apply(pool("", mirror(A, B), mirror(C, D)));

        assertThat(bed.converge(KEY)).containsExactly("add mirror " + C + " " + D + " to pool tank");
    }

    @Test
    void a_spare_becomes_part_of_a_mirror_by_one_change_of_the_manifest() {
        bed.apply(pool("", mirror(A, B), "{type: spare, devices: [" + C + "]}")).converge(KEY);

        bed.apply(pool("", mirror(A, B), mirror(C, D)));

        assertThat(bed.converge(KEY))
                .containsExactly(
                        "take spare " + C + " out of pool tank", "add mirror " + C + " " + D + " to pool tank");
        assertThat(bed.lookAgain().plan(KEY)).isEmpty();
    }

    @Test
    void a_broken_disk_is_shown_and_replaced_while_the_pool_works() {
        bed.apply(pool("", mirror(A, B))).converge(KEY);
        bed.host().person().breakDevice("tank", B, "FAULTED");
        bed.lookAgain();

        assertThat(bed.assess(KEY).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo(Conditions.DEGRADED);
            assertThat(finding.message()).contains(B + " is FAULTED");
            assertThat(finding.blocksReady()).isFalse();
        });

        bed.apply(pool("", mirror(A, C)));

        assertThat(bed.converge(KEY)).containsExactly("replace " + B + " in pool tank by " + C + " and resilver");
        assertThat(bed.assess(KEY).findings()).isEmpty();
    }

    @Test
    void a_pool_whose_data_cannot_be_read_is_not_ready() {
        bed.apply(pool("", mirror(A, B))).converge(KEY);
        bed.host().person().breakDevice("tank", A, "FAULTED");
        bed.host().person().breakDevice("tank", B, "FAULTED");
        bed.lookAgain();

        assertThat(bed.assess(KEY).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.blocksReady()).isTrue());
    }

    @Test
    void a_missing_disk_and_a_disk_in_use_are_named() {
        bed.apply(pool("", mirror(A, "/dev/sdz")));

        assertThatThrownBy(() -> bed.plan(KEY))
                .hasMessageContaining("spec.vdevs[0].devices: the host has no disk /dev/sdz; it has " + A);

        bed.apply(pool("", mirror(A, "/dev/disk/by-id/nvme-SYSTEM_512GB")));

        assertThatThrownBy(() -> bed.plan(KEY)).hasMessageContaining("is in use: mounted at /");
    }

    @Test
    @Tag("promise-2")
    void a_disk_that_holds_something_needs_the_policy_and_the_consent() {
        bed.host().person().sign(A, "ext4");
        bed.host().person().sign(B, "ntfs");
        bed.apply(pool("", mirror(A, B)));

        assertThatThrownBy(() -> bed.plan(KEY))
                .hasMessageContaining("it holds ext4")
                .hasMessageContaining("wipePolicy");

        bed.apply(pool("wipePolicy: Signatures", mirror(A, B)));

        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.assess(KEY).plan().steps())
                .singleElement()
                .satisfies(step -> assertThat(step.consent()).isEqualTo("wipe-device/dev/disk/by-id/a"));

        bed.consent(KEY, "wipe-device/dev/disk/by-id/a");

        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.assess(KEY).plan().steps())
                .singleElement()
                .satisfies(step -> assertThat(step.consent()).isEqualTo("wipe-device/dev/disk/by-id/b"));
        assertThat(bed.host().zfsPools().read("tank")).isEmpty();

        bed.consent(KEY, "wipe-device/dev/disk/by-id/a", "wipe-device/dev/disk/by-id/b");

        assertThat(bed.converge(KEY)).singleElement().asString().contains("overwriting ext4 on " + A);
    }

    @Test
    void a_property_that_leaves_the_manifest_is_inherited_again() {
        bed.apply(pool("properties: {compression: zstd, atime: 'off'}", mirror(A, B)))
                .converge(KEY);
        bed.apply(pool("properties: {compression: zstd}", mirror(A, B)));

        assertThat(bed.converge(KEY)).containsExactly("change atime to what is inherited of pool tank");
        assertThat(bed.plan(KEY)).isEmpty();
        assertThat(bed.host().zfsDatasets().read("tank").orElseThrow().effective())
                .containsEntry("atime", "on");
    }

    @Test
    @Tag("promise-2")
    @Tag("ask-9")
    @Tag("ask-35")
    void deleting_the_resource_leaves_the_pool() {
        bed.apply(pool("", mirror(A, B))).converge(KEY);

        assertThat(bed.delete(KEY)).containsExactly("leave pool tank with its data as it is, without Phoenix's mark");
        assertThat(bed.host().zfsPools().read("tank").orElseThrow().mark()).isNull();
    }

    @Test
    @Tag("promise-2")
    void a_pool_that_still_holds_datasets_is_not_destroyed() {
        bed.apply(pool("deletionPolicy: Delete", mirror(A, B))).converge(KEY);
        bed.host().zfsDatasets().create("tank/kept", Map.of(), none());
        bed.lookAgain();

        assertThatThrownBy(() -> bed.delete(KEY)).hasMessageContaining("pool tank still holds tank/kept");

        bed.host().person().destroyDataset("tank/kept");
        bed.lookAgain();

        assertThat(bed.delete(KEY)).containsExactly("destroy pool tank and all data in it");
        assertThat(bed.host().zfsPools().read("tank")).isEmpty();
    }

    @Test
    @Tag("promise-5")
    void a_lost_reply_leads_to_no_second_pool() {
        bed.host().faults().failNext("create-pool", Fault.Type.LOSE_REPLY);
        bed.apply(pool("", mirror(A, B)));

        assertThatThrownBy(() -> bed.converge(KEY))
                .isInstanceOfSatisfying(
                        ReconcileException.class,
                        e -> assertThat(e.isWorthRetrying()).isTrue());
        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.host().ledger().stream().filter(entry -> entry.what().equals("pool")))
                .hasSize(1);
    }

    private static Mark none() {
        return new Mark("ZfsPool/other", Map.of());
    }
}
