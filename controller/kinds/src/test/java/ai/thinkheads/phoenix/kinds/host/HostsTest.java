package ai.thinkheads.phoenix.kinds.host;

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
class HostsTest {

    private static final String POOL = """
            kind: ZfsPool
            metadata: {name: tank}
            spec: {vdevs: [{type: stripe, devices: [/dev/disk/by-id/a]}]}
            """;

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

    @Test
    @Tag("promise-8")
    void a_driver_that_is_not_part_of_the_build_is_named() {
        bed.apply("kind: Hypervisor\nmetadata: {name: lab}\nspec: {driver: linux}\n");

        assertThatThrownBy(() -> bed.plan("Hypervisor/lab"))
                .hasMessage("Hypervisor/lab: spec.driver: driver linux is not part of this build, which has simulated");
    }

    @Test
    @Tag("promise-8")
    void of_several_hypervisors_one_has_to_be_named() {
        bed.apply(POOL, TestBed.HYPERVISOR.replace("{name: lab}", "{name: second}"));

        assertThatThrownBy(() -> bed.plan("ZfsPool/tank"))
                .hasMessage("ZfsPool/tank: there are several Hypervisors; set spec.hypervisor to one of lab, second");

        bed.apply(POOL.replace("spec: {", "spec: {hypervisor: third, "));
        assertThatThrownBy(() -> bed.plan("ZfsPool/tank"))
                .hasMessageContaining("spec.hypervisor names Hypervisor/third, which does not exist");
    }

    @Test
    void a_host_stays_open_until_the_way_to_it_changes() {
        var before = bed.host();
        bed.apply(TestBed.HYPERVISOR + "  timezone: UTC\n");

        assertThat(bed.host()).isSameAs(before);

        bed.apply(TestBed.HYPERVISOR.replace("cpus: 8", "cpus: 16"));

        assertThat(bed.host()).isNotSameAs(before);
        assertThat(bed.host().read().node().cpus()).isEqualTo(16);
    }

    @Test
    void counters_go_on_when_a_host_is_opened_anew() {
        bed.apply(POOL).converge("ZfsPool/tank");
        var before = bed.counters();
        bed.apply(TestBed.HYPERVISOR.replace("cpus: 8", "cpus: 16"));
        bed.plan("ZfsPool/tank");

        assertThat(bed.counters().changes()).isEqualTo(before.changes());
        assertThat(bed.counters().reads()).isEqualTo(before.reads() + 1);
    }

    @Test
    @Tag("promise-9")
    void missing_credentials_are_named_and_present_ones_never() {
        bed.apply(TestBed.HYPERVISOR + "  credentials: {name: api, key: token}\n");

        assertThatThrownBy(() -> bed.plan("Hypervisor/lab"))
                .hasMessage("Hypervisor/lab: spec.credentials names Secret/api, which has no values yet");

        bed.vault().put("api", Map.of("password", "hunter2"));
        assertThatThrownBy(() -> bed.plan("Hypervisor/lab"))
                .hasMessageContaining("Secret/api has only password")
                .hasMessageNotContaining("hunter2");

        bed.vault().put("api", Map.of("token", "hunter2"));
        assertThat(bed.plan("Hypervisor/lab")).isNotEmpty();
    }
}
