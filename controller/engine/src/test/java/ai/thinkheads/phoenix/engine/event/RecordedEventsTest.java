package ai.thinkheads.phoenix.engine.event;

import static ai.thinkheads.phoenix.engine.Samples.pool;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.engine.time.SimulationClock;
import ai.thinkheads.phoenix.engine.time.SimulationScheduler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The record of events and its journal. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(20)
class RecordedEventsTest {

    @TempDir
    Path folder;

    private final SimulationClock clock = new SimulationClock();
    private final SimulationScheduler scheduler = new SimulationScheduler(clock, 1);
    private final RecordedEvents events = new RecordedEvents(clock);

    @Test
    void equal_events_are_one_with_a_count_and_come_last() {
        events.warning(pool("a"), "Failed", "no");
        clock.pass(Duration.ofMinutes(1));
        events.normal(pool("a"), "Done", "yes");
        events.warning(pool("a"), "Failed", "no");

        var all = events.list(pool("a").key());
        assertThat(all).extracting(Event::reason).containsExactly("Done", "Failed");
        assertThat(all.getLast().count()).isEqualTo(2);
        assertThat(Duration.between(all.getLast().first(), all.getLast().last()))
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void the_record_is_bounded_for_each_and_in_all_and_the_oldest_go_first() {
        for (int i = 0; i < 60; i++) {
            events.normal(pool("a"), "Done", "n" + i);
        }
        assertThat(events.list(pool("a").key())).hasSize(RecordedEvents.MOST_EACH);
        assertThat(events.list(pool("a").key()).getFirst().message()).isEqualTo("n10");
        for (int i = 0; i < 3000; i++) {
            events.normal(pool("p" + i), "Done", "x");
        }
        assertThat(events.list(null)).hasSize(RecordedEvents.MOST);
        assertThat(events.list(pool("a").key())).isEmpty();
    }

    @Test
    void a_message_is_cut_where_it_is_too_long() {
        events.normal(pool("a"), "Done", "x".repeat(1_000_000));

        assertThat(events.list(null).getFirst().message()).hasSizeLessThan(1100).endsWith("…");
    }

    @Test
    void followers_hear_of_each_until_they_close() throws Exception {
        List<Integer> counts = new ArrayList<>();
        var subscription = events.follow(event -> counts.add(event.count()));
        events.normal(pool("a"), "Done", "x");
        events.normal(pool("a"), "Done", "x");
        subscription.close();
        events.normal(pool("a"), "Done", "x");

        assertThat(counts).containsExactly(1, 2);
    }

    /** A file that was closed with one event in it. */
    private Path withOneEvent() {
        Path file = folder.resolve("events.jsonl");
        var journal = new EventJournal(file, events, scheduler);
        events.normal(pool("a"), "Done", "x");
        journal.close();
        return file;
    }

    private RecordedEvents read(Path file) {
        RecordedEvents again = new RecordedEvents(clock);
        new EventJournal(file, again, scheduler).close();
        return again;
    }

    @Test
    void a_journal_brings_events_back_with_their_counts() {
        Path file = folder.resolve("events.jsonl");
        var journal = new EventJournal(file, events, scheduler);
        events.normal(pool("a"), "Done", "x");
        events.normal(pool("a"), "Done", "x");
        scheduler.advance(Duration.ofSeconds(1));
        events.warning(pool("b"), "Failed", "y");
        journal.close();

        assertThat(read(file).list(null)).isEqualTo(events.list(null));
    }

    @Test
    void a_torn_line_is_left_out_and_what_comes_after_it_is_kept() throws IOException {
        Path file = withOneEvent();
        Files.write(file, new byte[] {'{', '"', 'i', (byte) 0xff}, StandardOpenOption.APPEND);

        RecordedEvents again = new RecordedEvents(clock);
        var second = new EventJournal(file, again, scheduler);
        again.normal(pool("b"), "Done", "y");
        second.close();

        assertThat(read(file).list(null)).extracting(Event::message).containsExactly("x", "y");
    }

    /** What the journal logs while something is done, with its level. */
    private static List<String> logged(Runnable body) {
        var logger = (Logger) LogManager.getLogger(EventJournal.class);
        List<String> lines = new CopyOnWriteArrayList<>();
        var appender = new AbstractAppender("lines", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
            }
        };
        appender.start();
        // Adding an appender resets the level.
        logger.addAppender(appender);
        Level before = logger.getLevel();
        logger.setLevel(Level.WARN);
        try {
            body.run();
        } finally {
            logger.removeAppender(appender);
            logger.setLevel(before);
        }
        return lines;
    }

    @Test
    void a_file_that_is_wholly_damaged_is_set_aside_and_said_aloud() throws IOException {
        Path file = folder.resolve("events.jsonl");
        Path aside = folder.resolve("events.jsonl.damaged");
        byte[] damage = "nonsense\n\u0000\u0001 more of it\n".getBytes(StandardCharsets.UTF_8);
        Files.write(file, damage);
        RecordedEvents again = new RecordedEvents(clock);
        List<String> lines = logged(() -> {
            var journal = new EventJournal(file, again, scheduler);
            assertThat(again.list(null)).isEmpty();
            again.normal(pool("b"), "Done", "y");
            journal.close();
        });

        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("WARN none of the events in " + file)
                .contains(aside.toString());
        assertThat(aside).hasBinaryContent(damage);
        assertThat(read(file).list(null)).extracting(Event::message).containsExactly("y");
    }

    @Test
    void damage_in_the_middle_of_the_file_is_said_aloud_and_the_other_events_are_kept() throws IOException {
        Path file = withOneEvent();
        Files.writeString(file, "nonsense\nand more of it\n", StandardOpenOption.APPEND);

        List<String> lines = logged(() ->
                assertThat(read(file).list(null)).extracting(Event::message).containsExactly("x"));

        assertThat(lines)
                .containsExactly("WARN 2 of 3 events in " + file + " are damaged and lost; the others are kept");
        assertThat(folder.resolve("events.jsonl.damaged")).doesNotExist();
    }

    @Test
    void an_empty_file_is_no_damage() throws IOException {
        Path file = Files.createFile(folder.resolve("events.jsonl"));

        assertThat(logged(() -> assertThat(read(file).list(null)).isEmpty())).isEmpty();
        assertThat(file).exists();
    }

    @Test
    void a_journal_is_written_anew_when_most_of_it_is_outdated() throws IOException {
        Path file = folder.resolve("events.jsonl");
        var journal = new EventJournal(file, events, scheduler);
        for (int i = 0; i < 3 * RecordedEvents.MOST; i++) {
            events.normal(pool("a"), "Done", "x");
            if (i % 500 == 0) {
                scheduler.advance(Duration.ofSeconds(1));
            }
        }
        journal.close();

        assertThat(Files.readAllLines(file)).hasSizeLessThan(2 * RecordedEvents.MOST);
        assertThat(read(file).list(null).getFirst().count()).isEqualTo(3 * RecordedEvents.MOST);
    }

    @Test
    void rewriting_the_journal_while_events_come_in_does_not_lock_up() {
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var real = new ai.thinkheads.phoenix.engine.time.VirtualThreadScheduler();
        var journal = new EventJournal(folder.resolve("events.jsonl"), events, real);
        try (threads) {
            for (int t = 0; t < 4; t++) {
                String name = "p" + t;
                threads.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        events.normal(pool(name), "Done", "x" + i % 3);
                    }
                });
            }
            for (int i = 0; i < 200; i++) {
                journal.close();
            }
        }
        journal.close();
        real.close();
        assertThat(events.list(null)).hasSize(12);
    }
}
