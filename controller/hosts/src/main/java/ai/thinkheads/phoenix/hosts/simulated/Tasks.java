package ai.thinkheads.phoenix.hosts.simulated;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The machine's latest tasks, as Proxmox lists them; the oldest are forgotten. */
public final class Tasks {

    private static final int KEPT = 500;

    private final Deque<Running> tasks = new ArrayDeque<>();
    private final Map<String, List<String>> warnings = new HashMap<>();
    private int lastPid = 1000;

    Tasks() {}

    /**
     * A task.
     *
     * @param upid its unique number in Proxmox's form
     * @param type such as {@code vzcreate}
     * @param id the object, such as {@code 101}; empty for none
     * @param exitStatus {@code OK}, {@code WARNINGS: 1}, the error's text; null while it runs
     */
    public record Task(
            String upid,
            String type,
            String id,
            Instant start,
            @Nullable Instant end,
            @Nullable String exitStatus,
            List<String> log) {

        /** Whether it has ended, with or without warnings. */
        public boolean succeeded() {
            return exitStatus != null && (exitStatus.equals("OK") || exitStatus.startsWith("WARNINGS: "));
        }
    }

    /** A task that is being worked on. */
    static final class Running {
        private final String upid;
        private final String type;
        private final String id;
        private final Instant start;
        private final List<String> log = new ArrayList<>();
        private @Nullable Instant end;
        private @Nullable String exitStatus;
        private int warnings;

        Running(String upid, String type, String id, Instant start) {
            this.upid = upid;
            this.type = type;
            this.id = id;
            this.start = start;
        }

        synchronized void log(String line) {
            log.add(line);
        }

        synchronized void warn(String line) {
            log.add("WARN: " + line);
            warnings++;
        }

        synchronized void done(Instant at, @Nullable String error) {
            end = at;
            exitStatus = error != null ? error : warnings > 0 ? "WARNINGS: " + warnings : "OK";
            log.add(error != null ? "TASK ERROR: " + error : "TASK " + exitStatus);
        }

        synchronized Task snapshot() {
            return new Task(upid, type, id, start, end, exitStatus, List.copyOf(log));
        }

        String upid() {
            return upid;
        }
    }

    synchronized Running begin(String node, String type, String id, Instant now) {
        lastPid++;
        String upid = String.format(
                Locale.ROOT,
                "UPID:%s:%08X:%08X:%08X:%s:%s:root@pam:",
                node,
                lastPid,
                lastPid * 7L,
                now.getEpochSecond(),
                type,
                id);
        Running task = new Running(upid, type, id, now);
        tasks.addLast(task);
        if (tasks.size() > KEPT) {
            tasks.removeFirst();
        }
        return task;
    }

    /** Remembers what a task warned of until somebody asks. */
    synchronized void warned(Running task, String line) {
        task.warn(line);
        List<String> all = warnings.computeIfAbsent(task.id, id -> new ArrayList<>());
        all.add("task " + task.type + ": " + line);
    }

    /** What tasks of that object warned of since this was asked last. */
    synchronized List<String> warnings(String id) {
        List<String> all = warnings.remove(id);
        return all == null ? List.of() : all;
    }

    /** All tasks that are remembered, the oldest first. */
    public synchronized List<Task> list() {
        return tasks.stream().map(Running::snapshot).toList();
    }

    /** One task. */
    public synchronized Optional<Task> find(String upid) {
        return tasks.stream()
                .filter(task -> task.upid().equals(upid))
                .findFirst()
                .map(Running::snapshot);
    }
}
