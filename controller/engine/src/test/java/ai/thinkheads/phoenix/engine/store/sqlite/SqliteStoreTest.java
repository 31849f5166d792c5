package ai.thinkheads.phoenix.engine.store.sqlite;

import static ai.thinkheads.phoenix.engine.Samples.dataset;
import static ai.thinkheads.phoenix.engine.Samples.held;
import static ai.thinkheads.phoenix.engine.Samples.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreContractTest;
import ai.thinkheads.phoenix.engine.store.StoreException;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in a SQLite file keeps the contract, and what it has acknowledged, whatever happens. */
class SqliteStoreTest extends StoreContractTest {

    private static final ThreadFactory THREADS = Thread.ofPlatform().daemon().factory();

    @TempDir
    Path folder;

    private Database database;

    private Path file() {
        return folder.resolve("phoenix.db");
    }

    @Override
    protected Store open(Scheduler scheduler) {
        database = Database.open(file());
        return SqliteStore.open(database, scheduler, CLOCK, new Random(1), THREADS, HISTORY);
    }

    private void reopen() {
        store.close();
        store = open(scheduler);
    }

    private static SqliteStore openFile(Path file, Scheduler scheduler) {
        return SqliteStore.open(file, scheduler, CLOCK, new Random(2), THREADS);
    }

    // ---- what was stored is there again

    @Test
    void all_is_there_again_after_reopening_revision_included() {
        store.create(held(pool("tank")));
        store.create(dataset("a", "tank", Map.of("atime", "off")).withStatus(ready(1, "tank/a")));
        store.create(pool("gone"));
        store.delete(pool("gone").key(), 0);
        var before = store.list(null);

        reopen();

        assertThat(store.list(null)).isEqualTo(before);
        var next = store.create(pool("next"));
        assertThat(next.resourceVersion()).isGreaterThan(before.revision());
    }

    @Test
    void the_write_ahead_log_comes_back_to_its_limit_after_a_very_large_write() throws IOException {
        Path log = folder.resolve("phoenix.db-wal");
        var large = pool("large");
        store.create(large.withMetadata(large.metadata().toBuilder()
                .addToAnnotations("text", "x".repeat(3 * Database.WAL_KEPT))
                .build()));
        assertThat(log).satisfies(file -> assertThat(Files.size(file)).isGreaterThan(Database.WAL_KEPT));

        store.create(pool("next"));

        assertThat(Files.size(log)).isLessThanOrEqualTo(Database.WAL_KEPT);
        reopen();
        assertThat(store.list(null).items()).hasSize(2);
    }

    @Test
    void a_watch_from_before_the_restart_is_refused() {
        store.create(pool("a"));
        store.create(pool("b"));

        reopen();

        assertThatThrownBy(() -> store.watch(0, key -> true, change -> {})).isInstanceOf(StoreException.Expired.class);
        store.watch(store.revision(), key -> true, change -> {}).close();
    }

    @Test
    @Tag("promise-5")
    void what_eight_clients_were_told_is_stored_is_there_after_reopening() {
        Queue<Resource<?, ?>> acknowledged = new ConcurrentLinkedQueue<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < 8; client++) {
                int number = client;
                threads.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        acknowledged.add(store.create(dataset("c" + number + "-" + i, "tank", Map.of())));
                    }
                });
            }
        }

        reopen();

        assertThat(acknowledged).hasSize(800);
        assertThat(store.list(null).items()).containsExactlyInAnyOrderElementsOf(acknowledged);
    }

    @Test
    @Tag("promise-5")
    void a_process_that_is_killed_while_it_writes_loses_nothing_that_it_acknowledged() throws Exception {
        store.close();
        long least = 0;
        for (int round = 0; round < 3; round++) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            EndlessWriter.class.getName(),
                            file().toString(),
                            "r" + round)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            List<String> acknowledged = new ArrayList<>();
            try (var lines =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                String line = lines.readLine();
                while (line != null) {
                    acknowledged.add(line);
                    if (acknowledged.size() == 150 + 50 * round) {
                        // By its number: destroyForcibly would close the pipe and what is still in it.
                        child.toHandle().destroyForcibly();
                    }
                    line = lines.readLine();
                }
            }
            child.waitFor();
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(100);
            try (SqliteStore after = openFile(file(), scheduler)) {
                // The last line may have been torn by the kill.
                for (String line : acknowledged.subList(0, acknowledged.size() - 1)) {
                    String[] words = line.split(" ");
                    assertThat(after.get(Kinds.ZFS_DATASET, words[0])
                                    .orElseThrow()
                                    .resourceVersion())
                            .as(line)
                            .isEqualTo(Long.parseLong(words[1]));
                }
                assertThat(after.revision()).isGreaterThan(least);
                least = after.revision();
            }
        }
        store = open(scheduler);
    }

    // ---- bad times

    @Test
    void a_write_for_which_there_is_no_room_is_refused_and_was_never_there() throws Exception {
        var first = store.create(pool("first"));
        List<String> seen = new CopyOnWriteArrayList<>();
        store.watch(
                store.revision(),
                key -> true,
                change -> seen.add(change.resource().name()));
        database.limit(1);

        assertThatThrownBy(() -> store.create(dataset("big", "first", Map.of("note", "x".repeat(100_000)))))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("no space left for " + file())
                .hasMessageContaining("make room and try again");

        assertThat(store.list(null).items()).containsExactly(first);
        assertThat(seen).isEmpty();
        assertThat(store.get(Kinds.ZFS_DATASET, "big")).isEmpty();
    }

    @Test
    void the_store_goes_on_when_there_is_room_again() throws Exception {
        store.create(pool("first"));
        database.limit(1);
        var big = dataset("big", "first", Map.of("note", "x".repeat(100_000)));
        assertThatThrownBy(() -> store.create(big)).isInstanceOf(StoreException.Unavailable.class);
        List<String> seen = new CopyOnWriteArrayList<>();
        store.watch(
                store.revision(),
                key -> true,
                change -> seen.add(change.resource().name()));

        database.limit(1_000_000);
        var stored = store.create(big);
        store.create(pool("last"));

        await(() -> seen.size() == 2);
        assertThat(seen).containsExactly("big", "last");
        reopen();
        assertThat(store.list(null).items()).extracting(Resource::name).containsExactly("big", "first", "last");
        assertThat(store.get(stored.key())).contains(stored);
    }

    @Test
    void many_writes_at_once_on_a_full_disk_are_each_either_stored_or_refused() throws Exception {
        store.create(pool("first"));
        database.limit(40);
        Queue<Resource<?, ?>> acknowledged = new ConcurrentLinkedQueue<>();
        Queue<String> refused = new ConcurrentLinkedQueue<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                String name = "d" + i;
                threads.submit(() -> {
                    try {
                        acknowledged.add(store.create(dataset(name, "first", Map.of("note", "x".repeat(5_000)))));
                    } catch (StoreException.Unavailable e) {
                        refused.add(name);
                    }
                });
            }
        }
        assertThat(refused).isNotEmpty();
        assertThat(acknowledged.size() + refused.size()).isEqualTo(64);
        database.limit(1_000_000);
        reopen();
        assertThat(store.list(Kinds.ZFS_DATASET).items()).hasSize(acknowledged.size());
        acknowledged.forEach(
                each -> assertThat(store.get(each.key()).orElseThrow()).isEqualTo(each));
    }

    @Test
    void who_writes_what_another_is_writing_already_is_answered_when_that_is_on_disk() throws Exception {
        store.create(dataset("a", "tank", Map.of()));
        var wanted = dataset("a", "tank", Map.of("note", "x".repeat(200_000)));
        database.limit(1);
        Queue<Boolean> answers = new ConcurrentLinkedQueue<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 32; i++) {
                threads.submit(() -> {
                    try {
                        store.replace(wanted);
                        answers.add(true);
                    } catch (StoreException.Unavailable e) {
                        answers.add(false);
                    }
                });
            }
        }
        assertThat(answers).hasSize(32).containsOnly(false);
    }

    @Test
    void a_file_that_is_no_database_is_reported_and_left_as_it_is() throws Exception {
        Path garbage = folder.resolve("garbage.db");
        Files.writeString(garbage, "this is not what you are looking for\n".repeat(200));
        String before = Files.readString(garbage);

        assertThatThrownBy(() -> openFile(garbage, scheduler))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining(garbage + " is damaged")
                .hasMessageContaining("move it away");
        assertThat(garbage).hasContent(before.strip() + "\n");
    }

    @Test
    void a_database_with_a_broken_page_is_reported() throws Exception {
        for (int i = 0; i < 50; i++) {
            store.create(dataset("d" + i, "tank", Map.of("note", "x".repeat(1000))));
        }
        store.close();
        byte[] bytes = Files.readAllBytes(file());
        java.util.Arrays.fill(bytes, 4096, bytes.length, (byte) 0x5a);
        Path broken = folder.resolve("broken.db");
        Files.write(broken, bytes);

        assertThatThrownBy(() -> openFile(broken, scheduler))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("is damaged");
        store = open(scheduler);
    }

    @Test
    void a_resource_that_cannot_be_read_is_named() throws Exception {
        store.create(pool("tank"));
        store.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE resource SET body = x'7b7b'");
        }

        assertThatThrownBy(() -> openFile(file(), scheduler))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("ZfsPool/tank cannot be read");
        Files.delete(file());
        store = open(scheduler);
    }

    @Test
    void tables_of_a_newer_version_are_refused_with_what_to_install() throws Exception {
        store.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = 99");
        }

        assertThatThrownBy(() -> openFile(file(), scheduler))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("written by a newer Phoenix")
                .hasMessageContaining("install that version or a newer one");
        Files.delete(file());
        store = open(scheduler);
    }

    @Test
    void a_folder_that_is_not_there_is_reported() {
        assertThatThrownBy(() -> openFile(folder.resolve("no/such/folder.db"), scheduler))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("check that its folder exists");
    }

    @Test
    void a_file_that_cannot_be_written_is_reported() throws IOException {
        Assumptions.assumeFalse("root".equals(System.getProperty("user.name")), "root may write everything");
        store.close();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("r--------"));

        assertThatThrownBy(() -> openFile(file(), scheduler).create(pool("tank")))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("cannot be written");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        store = open(scheduler);
    }

    @Test
    void what_becomes_read_only_still_answers_reads_and_goes_on_when_it_can_be_written() throws Exception {
        var first = store.create(pool("first"));
        database.freeze(true);

        assertThatThrownBy(() -> store.create(pool("second")))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining(file() + " cannot be written; nothing was changed");
        assertThat(store.list(null).items()).containsExactly(first);

        database.freeze(false);
        var second = store.create(pool("second"));
        reopen();
        assertThat(store.list(null).items()).containsExactly(first, second);
    }

    @Test
    void a_read_only_file_system_has_its_own_message() {
        var error = new org.sqlite.SQLiteException("attempt to write", org.sqlite.SQLiteErrorCode.SQLITE_READONLY);

        assertThat(Database.explain(file(), error))
                .hasMessageContaining(file() + " cannot be written; nothing was changed")
                .hasMessageContaining("not read-only");
    }

    @Test
    void a_closed_store_refuses_writes() {
        store.close();

        assertThatThrownBy(() -> store.create(pool("tank")))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessage("the store is closed");
        store = open(scheduler);
    }
}
