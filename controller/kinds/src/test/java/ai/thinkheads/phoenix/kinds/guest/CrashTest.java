package ai.thinkheads.phoenix.kinds.guest;

import static ai.thinkheads.phoenix.kinds.guest.GuestBed.container;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.feature;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.fromTemplate;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CrashTest {

    private GuestBed bed;

    @BeforeEach
    void open(@TempDir Path root) {
        bed = new GuestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private void declare() {
        bed.apply(
                feature("docker", "27"),
                fromTemplate("base", "isTemplate: true", "provision: {features: [{name: docker}]}"),
                container(
                        "web",
                        "cloneFrom: {name: base}",
                        "memory: 2Gi",
                        "rootDisk: {storage: fast, size: 12Gi}",
                        "snapshots: [{name: clean, when: Created}]",
                        "mounts: [{name: data, path: /data, storage: fast, size: 1Gi}]",
                        "provision: {application: {name: docker}}"));
    }

    /** Crashes at every change in turn, before it and after it, and converges after that. */
    @Test
    @Tag("promise-5")
    @Tag("ask-25")
    void a_crash_at_any_change_leaves_nothing_twice_and_nothing_undone(@TempDir Path roots) {
        bed.close();
        for (boolean after : new boolean[] {false, true}) {
            boolean reached = true;
            for (int change = 0; reached; change++) {
                bed = new GuestBed(roots.resolve(after + "-" + change));
                declare();
                bed.driver.crashAt(change, after);
                try {
                    bed.converge("LxcContainer/base", "LxcContainer/web");
                } catch (CutOffHost.Crash e) {
                    if (change % 2 == 0) {
                        bed.restart();
                    } else {
                        bed.loseState();
                    }
                }
                reached = !bed.driver.calm();
                bed.converge("LxcContainer/base", "LxcContainer/web");

                assertThat(bed.guests()).as("change %d", change).isEqualTo(2);
                assertThat(bed.plan("LxcContainer/base"))
                        .as("change %d", change)
                        .isEmpty();
                assertThat(bed.plan("LxcContainer/web")).as("change %d", change).isEmpty();
                assertThat(bed.container("web").config().mounts())
                        .as("change %d", change)
                        .hasSize(1);
                assertThat(bed.container("web").unused())
                        .as("change %d", change)
                        .isEmpty();
                assertThat(bed.container("base").template())
                        .as("change %d", change)
                        .isTrue();
                bed.close();
                assertThat(change).isLessThan(60);
            }
        }
    }
}
