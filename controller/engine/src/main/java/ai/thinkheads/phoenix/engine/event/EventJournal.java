package ai.thinkheads.phoenix.engine.event;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import tools.jackson.core.JacksonException;

/**
 * Keeps events across restarts: a line of JSON each, appended a moment later so that a burst is one write, and written anew when
 * more lines are outdated than not. Losing the last moment in a crash is no harm; a line that was torn is left out, and a file of
 * which nothing can be read is set aside.
 */
public final class EventJournal implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(EventJournal.class);
    private static final Duration MOMENT = Duration.ofMillis(500);

    private final Path file;
    private final RecordedEvents events;
    private final Scheduler scheduler;
    private final Object waitingLock = new Object();
    private final List<Event> waiting = new ArrayList<>();
    /** Held while the file is written; never asked for by who holds the lock of the record, which a rewrite asks for. */
    private final Object fileLock = new Object();

    private final AutoCloseable subscription;
    private boolean scheduled;
    private boolean complained;
    /** Whether the file may end in the middle of a line, so that nothing can be appended to it. */
    private boolean torn;

    private int lines;

    /** Gives the record what is in the file once it is asked for, and from then on writes what the record takes. */
    public EventJournal(Path file, RecordedEvents events, Scheduler scheduler) {
        this.file = file;
        this.events = events;
        this.scheduler = scheduler;
        events.load(this::read);
        this.subscription = events.follow(this::take);
    }

    private List<Event> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        Map<Long, Event> byId = new TreeMap<>();
        int unreadable = 0;
        try {
            for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n")) {
                if (line.isBlank()) {
                    continue;
                }
                lines++;
                try {
                    Event event = ResourceCodec.json().readValue(line, Event.class);
                    byId.put(event.id(), event);
                } catch (JacksonException e) {
                    torn = true;
                    unreadable++;
                }
            }
            if (unreadable > 0) {
                tell(unreadable);
            }
        } catch (IOException e) {
            LOG.atWarn().log("the events in {} cannot be read and begin anew: {}", file, e.getMessage());
        }
        // A later line about the same thing has the higher count; the earlier one is outdated.
        Map<String, Event> newest = new TreeMap<>();
        byId.values()
                .forEach(event ->
                        newest.put(event.about() + "\n" + event.uid() + event.reason() + event.message(), event));
        return newest.values().stream()
                .sorted(java.util.Comparator.comparingLong(Event::id))
                .toList();
    }

    /** One torn line is what a crash leaves behind; more than that is damage, and what is damaged throughout is set aside. */
    private void tell(int unreadable) {
        if (unreadable < lines) {
            if (unreadable == 1) {
                LOG.atDebug().log("a line of {} is torn and left out", file);
            } else {
                LOG.atWarn()
                        .log(
                                "{} of {} events in {} are damaged and lost; the others are kept",
                                unreadable,
                                lines,
                                file);
            }
            return;
        }
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        String lost = "none of the events in " + file
                + " can be read: what happened before this start is no longer told; resources and hosts are not touched by that";
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            torn = false;
            lines = 0;
            LOG.atWarn().log("{}; the file was set aside as {}", lost, aside);
        } catch (IOException e) {
            LOG.atWarn().log("{}; the file could not be set aside as {}: {}", lost, aside, e.getMessage());
        }
    }

    private void take(Event event) {
        synchronized (waitingLock) {
            waiting.add(event);
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        scheduler.schedule("events", MOMENT, this::write);
    }

    private void write() {
        synchronized (fileLock) {
            List<Event> batch;
            synchronized (waitingLock) {
                scheduled = false;
                batch = List.copyOf(waiting);
                waiting.clear();
            }
            if (batch.isEmpty()) {
                return;
            }
            try {
                if (torn || lines + batch.size() > 2 * RecordedEvents.MOST) {
                    compact();
                } else {
                    Files.writeString(file, text(batch), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    lines += batch.size();
                }
                complained = false;
            } catch (IOException e) {
                if (!complained) {
                    LOG.atWarn().log("events cannot be written to {}: {}", file, e.getMessage());
                }
                complained = true;
                torn = true;
            }
        }
    }

    private void compact() throws IOException {
        List<Event> all = events.list(null);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text(all));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        lines = all.size();
        torn = false;
    }

    private static String text(List<Event> events) {
        StringBuilder text = new StringBuilder();
        events.forEach(event ->
                text.append(ResourceCodec.json().writeValueAsString(event)).append('\n'));
        return text.toString();
    }

    /** Writes what is waiting. */
    @Override
    public void close() {
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.atDebug().log("the events go on: {}", e.getMessage());
        }
        write();
    }
}
