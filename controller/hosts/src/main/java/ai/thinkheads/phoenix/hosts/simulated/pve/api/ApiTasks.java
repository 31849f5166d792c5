package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
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

/** What was begun by a call and goes on after its answer: {@code PVE/RESTEnvironment.pm:fork_worker}. The oldest are forgotten. */
final class ApiTasks {

    private static final int KEPT = 2000;
    private static final Pattern UPID =
            Pattern.compile("UPID:[A-Za-z0-9-]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:[^:\\s]+:[^:\\s]*:[^:\\s]+:");

    private final HostClock clock;
    private final Executor workers;
    private final String node;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private int pid = 0x1000;

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

    ApiTasks(HostClock clock, Executor workers, String node) {
        this.clock = clock;
        this.workers = workers;
        this.node = node;
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
            if (tasks.size() > KEPT) {
                tasks.remove(tasks.keySet().iterator().next());
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
