package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The work that Proxmox does after it has answered. Waiting for it begins with short pauses, which grow; a node that does not answer
 * for a while is waited for, since its tasks go on without its API.
 */
final class Tasks {

    private static final Duration FIRST = Duration.ofMillis(40);
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final int PART = 16;

    /** How long a node that restarts is waited for. */
    private static final Duration ABSENCE = Duration.ofMinutes(5);

    /** A task that takes longer is left alone and said so. */
    private static final Duration LIMIT = Duration.ofHours(2);

    /** A task of the kind that answers nothing is forked before the answer; its listing may come later. */
    private static final Duration HIDDEN = Duration.ofSeconds(30);

    private static final int TAIL = 10;
    private static final int PAGE = 500;

    private final ProxmoxApi api;
    private final String node;
    private final HostClock clock;
    private final Map<String, List<String>> warned = new ConcurrentHashMap<>();

    Tasks(ProxmoxApi api, String node, HostClock clock) {
        this.api = api;
        this.node = node;
        this.clock = clock;
    }

    /** A task's identifier, taken apart. */
    record Upid(String text, String node, String type, String id) {

        static @Nullable Upid parse(String text) {
            String[] parts = text.split(":", -1);
            return parts.length == 9 && parts[0].equals("UPID") ? new Upid(text, parts[1], parts[5], parts[6]) : null;
        }

        /** The guest that it works on, as {@code lxc/101}; empty for none. */
        String guest() {
            return type.startsWith("vz") && id.matches("\\d+")
                    ? "lxc/" + id
                    : type.startsWith("qm") && id.matches("\\d+") ? "qemu/" + id : "";
        }
    }

    /**
     * Waits for the task that an answer names; an answer that names none is a call that was done at once.
     *
     * @throws HostException with the end of the task's log when it failed
     */
    void await(JsonNode answer) {
        Upid task = Upid.parse(Json.text(answer, ""));
        if (task != null) {
            await(task);
        }
    }

    private void await(Upid task) {
        Duration begun = clock.elapsed();
        Duration lost = null;
        while (true) {
            Duration now = clock.elapsed();
            try {
                JsonNode status = api.get(path(task, "status"));
                lost = null;
                if (Json.text(status, "status", "").equals("stopped")) {
                    ended(task, Json.text(status, "exitstatus", "unexpected status"));
                    return;
                }
            } catch (HostException e) {
                lost = absence(task, e, lost == null ? now : lost, now);
            }
            if (now.minus(begun).compareTo(LIMIT) > 0) {
                throw new HostException(
                        Cause.UNREACHABLE,
                        "task " + task.text() + " still runs after " + LIMIT.toHours() + " h; look at it on the host");
            }
            clock.sleep(pause(now.minus(begun)));
            if (Thread.currentThread().isInterrupted()) {
                throw new HostException(Cause.UNREACHABLE, "interrupted while waiting for task " + task.text());
            }
        }
    }

    /** A small part of what was waited already, so that the end of a task is never seen much later than it was. */
    private static Duration pause(Duration waited) {
        Duration part = waited.dividedBy(PART);
        return part.compareTo(FIRST) < 0 ? FIRST : part.compareTo(LONGEST) > 0 ? LONGEST : part;
    }

    /** The node does not answer; goes on waiting unless that lasts too long. */
    private static Duration absence(Upid task, HostException e, Duration since, Duration now) {
        if (e.why() != Cause.UNREACHABLE) {
            throw e;
        }
        if (now.minus(since).compareTo(ABSENCE) > 0) {
            throw new HostException(
                    Cause.UNREACHABLE,
                    "node " + task.node() + " went away while task " + task.type() + " of " + task.id()
                            + " ran and has not answered for " + ABSENCE.toMinutes() + " min: " + e.getMessage(),
                    e);
        }
        return since;
    }

    private void ended(Upid task, String exit) {
        if (exit.equals("OK")) {
            return;
        }
        if (exit.startsWith("WARNINGS")) {
            List<String> warnings =
                    log(task).stream().filter(line -> line.startsWith("WARN")).toList();
            warned.compute(task.id(), (id, before) -> {
                List<String> all = new ArrayList<>(before == null ? List.of() : before);
                warnings.forEach(line -> all.add("task " + task.type() + ": " + line.replaceFirst("^WARN: ", "")));
                return all.subList(Math.max(0, all.size() - TAIL), all.size());
            });
            return;
        }
        throw failed(task, exit);
    }

    /** What tasks of that guest that were done warned of since this was asked last. */
    List<String> warnings(int vmid) {
        List<String> all = warned.remove(String.valueOf(vmid));
        return all == null ? List.of() : List.copyOf(all);
    }

    private HostException failed(Upid task, String exit) {
        List<String> lines = new ArrayList<>(log(task));
        lines.removeIf(line -> line.isBlank() || line.startsWith("TASK ERROR"));
        List<String> tail = lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
        HostException meaning = Refusals.ofText(exit.strip(), task.guest(), "", Cause.FAILED);
        if (exit.equals("unexpected status")) {
            return new HostException(
                    Cause.FAILED,
                    "task " + task.type() + " of " + task.id()
                            + " was cut off, as by a restart of the node; see what it left, then try again"
                            + (tail.isEmpty() ? "" : "; its log ends: " + String.join(" | ", tail)));
        }
        return new HostException(
                meaning.why(),
                "task " + task.type() + " of " + task.id() + " failed: " + meaning.getMessage()
                        + (tail.isEmpty() ? "" : "; its log ends: " + String.join(" | ", tail)));
    }

    /** The end of a task's log; empty when it cannot be read. */
    private List<String> log(Upid task) {
        try {
            JsonNode whole = page(task, 0);
            long total = Json.number(whole, "total", 0);
            JsonNode last = total > PAGE ? page(task, total - PAGE) : whole;
            List<String> lines = new ArrayList<>();
            last.path("data").forEach(line -> lines.add(Json.text(line, "t", "")));
            return lines;
        } catch (HostException e) {
            return List.of();
        }
    }

    private JsonNode page(Upid task, long start) {
        return api.getWhole(
                path(task, "log"), Params.none().with("start", start).with("limit", PAGE));
    }

    private static String path(Upid task, String what) {
        return ProxmoxApi.path("nodes", task.node(), "tasks", task.text(), what);
    }

    /**
     * Waits for a task that was forked without being named, which is what making a container a template does.
     *
     * @param done whether the host shows the result
     */
    void awaitHidden(int vmid, String type, java.util.function.BooleanSupplier done) {
        Duration begun = clock.elapsed();
        Duration pause = FIRST;
        while (!done.getAsBoolean()) {
            Params params = Params.none()
                    .with("vmid", vmid)
                    .with("typefilter", type)
                    .with("source", "all")
                    .with("limit", 1);
            JsonNode all = api.get(ProxmoxApi.path("nodes", node, "tasks"), params);
            Upid task = all.isEmpty() ? null : Upid.parse(Json.text(all.path(0), "upid", ""));
            if (task != null) {
                await(task);
            }
            if (clock.elapsed().minus(begun).compareTo(HIDDEN) > 0) {
                throw new HostException(
                        Cause.FAILED,
                        "task " + type + " of " + vmid + " has ended and its result is not there; look at the host");
            }
            clock.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
        }
    }
}
