package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.simulated.Extras;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was begun by a call and goes on after its answer: {@code PVE/RESTEnvironment.pm:fork_worker}. They are kept on the machine with
 * the ends of their logs, as under {@code /var/log/pve/tasks}; the oldest are forgotten. One that was cut off by the end of the
 * machine has no ending: {@code unexpected status}.
 */
final class ApiTasks {

    private static final int KEPT = 2000;
    private static final int LINES_KEPT = 200;
    private static final String FOLDER = "tasks/";
    private static final String CUT_OFF = "unexpected status";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern UPID =
            Pattern.compile("UPID:[A-Za-z0-9-]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:[^:\\s]+:[^:\\s]*:[^:\\s]+:");

    private final HostClock clock;
    private final Executor workers;
    private final String node;
    private final Extras kept;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private int pid = 0x1000;

    /** A task as it is kept; without an ending while it runs. */
    private record Kept(
            String upid,
            String type,
            String id,
            String user,
            @Nullable String token,
            int pid,
            long start,
            List<String> log,
            @Nullable String exit,
            long end) {

        Task task() {
            Task task = new Task(upid, type, id, new Caller(user, token), pid, start);
            task.log.addAll(log);
            task.exit = exit == null ? CUT_OFF : exit;
            task.end = exit == null ? start : end;
            return task;
        }
    }

    /** A task; guarded by its own monitor. */
    private static final class Task {
        private final String upid;
        private final String type;
        private final String id;
        private final Caller caller;
        private final int pid;
        private final long start;
        private final List<String> log = new ArrayList<>();
        private @Nullable String exit;
        private long end;
        private int warnings;

        Task(String upid, String type, String id, Caller caller, int pid, long start) {
            this.upid = upid;
            this.type = type;
            this.id = id;
            this.caller = caller;
            this.pid = pid;
            this.start = start;
        }

        private synchronized void log(String line) {
            if (line.startsWith("WARN: ")) {
                warnings++;
            }
            log.add(line);
        }

        private synchronized void end(@Nullable String error, long at) {
            exit = error != null ? error : warnings > 0 ? "WARNINGS: " + warnings : "OK";
            log.add(error != null ? "TASK ERROR: " + error : "TASK " + exit);
            end = at;
        }

        synchronized Kept kept() {
            List<String> last = log.subList(Math.max(0, log.size() - LINES_KEPT), log.size());
            return new Kept(upid, type, id, caller.user(), caller.token(), pid, start, List.copyOf(last), exit, end);
        }

        /** Their order is that in which they began. */
        String name() {
            return String.format(Locale.ROOT, "%s%08X", FOLDER, pid);
        }

        synchronized Map<String, Object> view(String node) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("upid", upid);
            all.put("node", node);
            all.put("pid", pid);
            all.put("pstart", pid * 11L);
            all.put("starttime", start);
            all.put("type", type);
            all.put("id", id);
            all.put("user", caller.user());
            if (caller.token() != null) {
                all.put("tokenid", caller.token());
            }
            return all;
        }
    }

    /** What a task does. */
    @FunctionalInterface
    interface Work {
        void run(Consumer<String> log);
    }

    ApiTasks(HostClock clock, Executor workers, String node, Extras kept) {
        this.clock = clock;
        this.workers = workers;
        this.node = node;
        this.kept = kept;
        kept.below(FOLDER).values().forEach(text -> {
            Task before = JSON.readValue(text, Kept.class).task();
            tasks.put(before.upid, before);
            pid = Math.max(pid, before.pid);
        });
    }

    /** Begins a task and gives its number at once. */
    String fork(Caller caller, String type, String id, Work work) {
        Task task;
        synchronized (this) {
            pid++;
            long now = clock.now().getEpochSecond();
            String upid = String.format(
                    Locale.ROOT,
                    "UPID:%s:%08X:%08X:%08X:%s:%s:%s:",
                    node,
                    pid,
                    pid * 11L,
                    now,
                    type,
                    id,
                    caller.whole());
            task = new Task(upid, type, id, caller, pid, now);
            tasks.put(upid, task);
            keep(task);
            if (tasks.size() > KEPT) {
                String oldest = tasks.keySet().iterator().next();
                Task forgotten = tasks.remove(oldest);
                if (forgotten != null) {
                    kept.remove(forgotten.name());
                }
            }
        }
        workers.execute(() -> run(task, work));
        return task.upid;
    }

    private void run(Task task, Work work) {
        String error = null;
        try {
            work.run(task::log);
        } catch (ApiError | HostException e) {
            error = String.valueOf(e.getMessage()).strip();
        }
        task.end(error, clock.now().getEpochSecond());
        synchronized (this) {
            // One that ran for so long that it was forgotten stays forgotten.
            if (tasks.containsKey(task.upid)) {
                keep(task);
            }
        }
    }

    private void keep(Task task) {
        kept.keep(task.name(), JSON.writeValueAsString(task.kept()));
    }

    private synchronized Task find(String upid) {
        Matcher matcher = UPID.matcher(upid);
        if (!matcher.matches()) {
            throw ApiError.param("upid", "unable to parse worker upid");
        }
        Task task = tasks.get(upid);
        if (task == null) {
            throw ApiError.param("upid", "no such task");
        }
        return task;
    }

    Map<String, Object> status(String upid) {
        Task task = find(upid);
        Map<String, Object> all = task.view(node);
        synchronized (task) {
            all.put("status", task.exit == null ? "running" : "stopped");
            if (task.exit != null) {
                all.put("exitstatus", task.exit);
            }
        }
        return all;
    }

    ApiAnswer log(String upid, int start, int limit) {
        Task task = find(upid);
        List<Object> lines = new ArrayList<>();
        int total;
        synchronized (task) {
            total = task.log.size();
            for (int i = start; i < total && (limit == 0 || i < start + limit); i++) {
                lines.add(Map.of("n", i + 1, "t", task.log.get(i)));
            }
        }
        return ApiAnswer.of(lines, Map.of("total", total));
    }

    /** The latest tasks, the newest first. */
    synchronized ApiAnswer list(String vmid, boolean errorsOnly, String type, int start, int limit, boolean ended) {
        List<Object> all = new ArrayList<>();
        int total = 0;
        for (Task task : new ArrayList<>(tasks.values()).reversed()) {
            Map<String, Object> view = task.view(node);
            synchronized (task) {
                if (task.exit != null) {
                    view.put("endtime", task.end);
                    view.put("status", task.exit);
                }
                boolean fits = (vmid.isEmpty() || task.id.equals(vmid))
                        && (type.isEmpty() || task.type.equals(type))
                        && (!errorsOnly || task.exit != null && !task.exit.equals("OK"))
                        && (!ended || task.exit != null);
                if (!fits) {
                    continue;
                }
            }
            if (total >= start && all.size() < limit) {
                all.add(view);
            }
            total++;
        }
        return ApiAnswer.of(all, Map.of("total", total));
    }
}
