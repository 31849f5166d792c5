package ai.thinkheads.phoenix.engine.store;

import static ai.thinkheads.phoenix.engine.Samples.dataset;
import static ai.thinkheads.phoenix.engine.Samples.pool;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.engine.time.SimulationClock;
import ai.thinkheads.phoenix.engine.time.SimulationScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StatusProjectionTest {

    @TempDir
    Path folder;

    private final SimulationClock clock = new SimulationClock();
    private final SimulationScheduler scheduler = new SimulationScheduler(clock, 1);
    private final Store store = new MemoryStore(scheduler, clock, new Random(1));

    private void aMoment() {
        scheduler.advance(Duration.ofSeconds(1));
    }

    @Test
    void each_resource_is_a_file_a_moment_later() {
        store.create(pool("tank"));
        var projection = new StatusProjection(folder, store, scheduler);
        store.create(dataset("data", "tank", Map.of("atime", "off")));
        aMoment();

        assertThat(folder.resolve("zfspools/tank.yaml")).content().contains("kind: ZfsPool", "name: tank");
        assertThat(folder.resolve("zfsdatasets/data.yaml")).content().contains("atime:");
        projection.close();
    }

    @Test
    void while_a_resource_keeps_changing_its_file_waits_but_not_for_ever() {
        var projection = new StatusProjection(folder, store, scheduler);
        for (int i = 0; i < 50; i++) {
            store.create(pool("tank" + i));
            scheduler.advance(Duration.ofMillis(200));
            if (i == 20) {
                assertThat(folder.resolve("zfspools")).doesNotExist();
            }
        }

        assertThat(folder.resolve("zfspools/tank30.yaml")).exists();
        assertThat(folder.resolve("zfspools/tank49.yaml")).doesNotExist();
        aMoment();
        assertThat(folder.resolve("zfspools/tank49.yaml")).exists();
        projection.close();
    }

    @Test
    void a_file_goes_with_its_resource() {
        var projection = new StatusProjection(folder, store, scheduler);
        store.create(pool("tank"));
        aMoment();
        store.delete(pool("tank").key(), 0);
        aMoment();

        assertThat(folder.resolve("zfspools/tank.yaml")).doesNotExist();
        projection.close();
    }

    @Test
    void files_of_what_went_meanwhile_go_at_the_start_and_strange_files_stay() throws IOException {
        Files.createDirectories(folder.resolve("zfspools"));
        Files.writeString(folder.resolve("zfspools/old.yaml"), "x");
        Files.writeString(folder.resolve("zfspools/notes.txt"), "mine");

        var projection = new StatusProjection(folder, store, scheduler);
        aMoment();

        assertThat(folder.resolve("zfspools/old.yaml")).doesNotExist();
        assertThat(folder.resolve("zfspools/notes.txt")).hasContent("mine");
        projection.close();
    }

    @Test
    void what_has_not_changed_is_not_written_again() throws IOException {
        store.create(pool("tank"));
        new StatusProjection(folder, store, scheduler).close();
        Path file = folder.resolve("zfspools/tank.yaml");
        FileTime longAgo = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, longAgo);

        new StatusProjection(folder, store, scheduler).close();

        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    }

    @Test
    void a_file_of_another_version_or_of_another_resource_of_that_name_is_written_anew() throws IOException {
        store.create(pool("tank"));
        new StatusProjection(folder, store, scheduler).close();
        Path file = folder.resolve("zfspools/tank.yaml");
        String right = Files.readString(file);
        for (String field : new String[] {"uid", "resourceVersion"}) {
            Files.writeString(file, right.replaceFirst("(?m)^(  " + field + ": ).*$", "$1stale"));

            new StatusProjection(folder, store, scheduler).close();

            assertThat(file).content().isEqualTo(right);
        }
    }

    @Test
    void a_name_that_leads_elsewhere_is_not_written() {
        store.create(pool("../../escaped"));
        new StatusProjection(folder.resolve("in"), store, scheduler).close();

        assertThat(folder.resolve("escaped.yaml")).doesNotExist();
        assertThat(folder.resolve("in")).doesNotExist();
    }

    @Test
    void closing_writes_what_is_waiting_and_a_folder_that_cannot_be_written_stops_nothing() throws IOException {
        Files.writeString(folder.resolve("zfspools"), "in the way");
        store.create(pool("tank"));
        store.create(dataset("data", "tank", Map.of()));

        new StatusProjection(folder, store, scheduler).close();

        assertThat(folder.resolve("zfsdatasets/data.yaml")).exists();
    }

    @Test
    void what_could_not_be_written_is_written_when_it_can_be_and_delays_nothing_else() throws IOException {
        Files.writeString(folder.resolve("zfspools"), "in the way");
        store.create(pool("tank"));
        var projection = new StatusProjection(folder, store, scheduler);
        aMoment();
        store.create(dataset("data", "tank", Map.of()));
        aMoment();
        assertThat(folder.resolve("zfsdatasets/data.yaml")).exists();

        Files.delete(folder.resolve("zfspools"));
        scheduler.advance(Duration.ofSeconds(20));

        assertThat(folder.resolve("zfspools/tank.yaml")).exists();
        projection.close();
    }
}
