package ai.thinkheads.phoenix.kinds.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.kinds.TestBed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HostViewsTest {

    private static final String GROUND = """
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
        bed.apply(GROUND).converge("ZfsPool/tank");
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private static String dataset(int number) {
        return "kind: ZfsDataset\nmetadata: {name: d" + number + "}\nspec: {pool: tank}\n";
    }

    @Test
    @Tag("promise-1")
    @Tag("promise-10")
    @Tag("ask-20")
    void a_pass_over_any_number_of_resources_reads_the_host_once() {
        for (int i = 0; i < 50; i++) {
            bed.apply(dataset(i)).converge("ZfsDataset/d" + i);
        }
        long before = bed.counters().reads();
        bed.lookAgain();

        for (int i = 0; i < 50; i++) {
            assertThat(bed.plan("ZfsDataset/d" + i)).isEmpty();
        }
        assertThat(bed.counters().reads()).isEqualTo(before + 1);
    }

    @Test
    void many_at_once_share_one_read() throws Exception {
        for (int i = 0; i < 20; i++) {
            bed.apply(dataset(i));
        }
        bed.lookAgain();
        long before = bed.counters().reads();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> plans = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String key = "ZfsDataset/d" + i;
                plans.add(threads.submit((Callable<List<String>>) () -> bed.plan(key)));
            }
            for (Future<List<String>> plan : plans) {
                assertThat(plan.get()).hasSize(1);
            }
        }

        assertThat(bed.counters().reads()).isEqualTo(before + 1);
    }

    @Test
    void a_failed_read_is_an_error_and_the_next_one_reads_again() {
        bed.apply(dataset(1)).lookAgain();
        bed.host().faults().failNext("read", Fault.Type.GARBLE);

        assertThatThrownBy(() -> bed.plan("ZfsDataset/d1"))
                .hasMessageStartingWith("ZfsDataset/d1: could not read Hypervisor/lab:");
        assertThat(bed.plan("ZfsDataset/d1")).hasSize(1);
    }

    @Test
    void a_change_patches_the_snapshot_by_a_read_of_that_object_only() {
        bed.apply(dataset(1)).plan("ZfsDataset/d1");
        long before = bed.counters().reads();

        bed.converge("ZfsDataset/d1");

        assertThat(bed.counters().reads()).isEqualTo(before + 1);
    }

    @Test
    void what_somebody_else_changes_is_seen_after_half_a_minute_or_at_once_when_asked() {
        bed.apply(dataset(1)).converge("ZfsDataset/d1");
        bed.host().person().destroyDataset("tank/d1");

        assertThat(bed.plan("ZfsDataset/d1")).isEmpty();
        bed.clock().sleep(Duration.ofSeconds(31));
        assertThat(bed.plan("ZfsDataset/d1")).hasSize(1);

        bed.host().zfsDatasets().create("tank/d1", Map.of(), new Mark("ZfsDataset/d1", Map.of()));
        assertThat(bed.plan("ZfsDataset/d1")).hasSize(1);
        bed.lookAgain();
        assertThat(bed.plan("ZfsDataset/d1")).isEmpty();
    }
}
