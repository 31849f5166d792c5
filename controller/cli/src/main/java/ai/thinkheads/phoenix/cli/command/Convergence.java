package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.output.ProgressView;
import ai.thinkheads.phoenix.cli.output.Terminal;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Watches a set of resources until each has been through a pass and nothing more happens, and shows it. */
final class Convergence {

    /** How long nothing may happen until what is not ready by then is taken as settled. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    private final Session session;
    private final ApiClient api;
    private final Terminal terminal;
    private final InstantSource clock;
    private final boolean silent;

    Convergence(Session session, Terminal terminal, InstantSource clock, boolean silent) {
        this.session = session;
        this.api = session.api();
        this.terminal = terminal;
        this.clock = clock;
        this.silent = silent;
    }

    /**
     * @param notReady why each resource that is not ready is not, by key
     * @param timedOut whether the time was up before things had settled
     */
    record Result(int ready, int total, Map<String, String> notReady, boolean timedOut, Duration took) {
        boolean converged() {
            return notReady.isEmpty();
        }
    }

    /**
     * Watches.
     *
     * @param awaited the pass that each resource has to reach, by key
     * @throws CommandFailed when the controller goes away meanwhile: a new one counts its passes anew
     */
    Result await(Map<String, Long> awaited, Instant start, Duration timeout) {
        LinkedBlockingQueue<JsonNode> news = new LinkedBlockingQueue<>();
        Session.Following following = session.follow(silent, news::add);
        ProgressView view = new ProgressView(terminal, start, silent);
        Map<String, JsonNode> last = new HashMap<>();
        Set<String> open = new HashSet<>(awaited.keySet());
        Instant changed = clock.instant();
        boolean timedOut = false;
        Interruption interruption = Interruption.says(
                terminal,
                session.isOwn()
                        ? "nothing is lost: run the command again, and it goes on from there"
                        : "the controller goes on with it, and 'phoenixctl status' shows how far it is");
        try {
            while (true) {
                JsonNode activity = news.poll(100, TimeUnit.MILLISECONDS);
                Instant now = clock.instant();
                if (activity != null) {
                    String key = key(activity);
                    if (awaited.containsKey(key)) {
                        JsonNode before = last.get(key);
                        if (before != null && !state(before).equals("GONE") && passes(activity) < passes(before)) {
                            throw gone();
                        }
                        last.put(key, activity);
                        if (hasArrived(activity, awaited.getOrDefault(key, 0L))) {
                            open.remove(key);
                        } else {
                            open.add(key);
                        }
                        changed = now;
                        view.show(activity);
                    }
                } else {
                    view.tick(now);
                    if (following.isOver() && news.isEmpty()) {
                        if (!api.answers()) {
                            throw gone();
                        }
                        following = session.follow(silent, news::add);
                    }
                }
                boolean quiet = Duration.between(changed, now).compareTo(QUIET) > 0;
                if (news.isEmpty() && (open.isEmpty() || quiet && isSettled(awaited, last))) {
                    break;
                }
                if (Duration.between(start, now).compareTo(timeout) > 0) {
                    timedOut = true;
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            timedOut = true;
        } finally {
            interruption.close();
            view.erase();
            following.close();
        }
        return result(awaited, last, timedOut, Duration.between(start, clock.instant()));
    }

    private static String key(JsonNode activity) {
        return activity.path("kind").asString("") + "/" + activity.path("name").asString("");
    }

    private static long passes(JsonNode activity) {
        return activity.path("passes").asLong(0);
    }

    private static CommandFailed gone() {
        return new CommandFailed(
                ExitCode.NO_ACCESS,
                "the controller went away while this command waited for it; nothing is lost: start it, or run the"
                        + " command again, and it goes on from there");
    }

    /** How things are now, without waiting for anything. */
    Result now(Map<String, Long> awaited, Instant start) {
        Map<String, JsonNode> last = new HashMap<>();
        for (JsonNode activity : api.get("/phoenix/v1/progress").path("items")) {
            last.put(key(activity), activity);
        }
        return result(awaited, last, false, Duration.between(start, clock.instant()));
    }

    /** Whether it is about to be woken: what it says that it waits for has become ready meanwhile. */
    private static boolean waitsForWhatIsReady(@Nullable JsonNode activity, Map<String, JsonNode> last) {
        if (activity == null) {
            return false;
        }
        JsonNode on = activity.path("waitsFor");
        for (JsonNode key : on) {
            if (!state(last.get(key.asString(""))).equals("READY")) {
                return false;
            }
        }
        return !on.isEmpty();
    }

    /** Whether nothing more is to be expected, now that nothing has happened for a while. */
    static boolean isSettled(Map<String, Long> awaited, Map<String, JsonNode> last) {
        for (Map.Entry<String, Long> each : awaited.entrySet()) {
            JsonNode activity = last.get(each.getKey());
            String state = state(activity);
            boolean passed = activity != null && passes(activity) >= each.getValue();
            boolean busy = !passed && !state.equals("WAITING")
                    || state.equals("QUEUED")
                    || state.equals("RUNNING")
                    || state.equals("RETRYING")
                    || state.equals("WAITING") && waitsForWhatIsReady(activity, last);
            if (busy) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasArrived(@Nullable JsonNode activity, long pass) {
        return activity != null
                && passes(activity) >= pass
                && (state(activity).equals("READY") || state(activity).equals("GONE"));
    }

    private static String state(@Nullable JsonNode activity) {
        return activity == null ? "" : activity.path("state").asString("");
    }

    private Result result(Map<String, Long> awaited, Map<String, JsonNode> last, boolean timedOut, Duration took) {
        Map<String, String> notReady = new TreeMap<>();
        int ready = 0;
        for (Map.Entry<String, Long> each : awaited.entrySet()) {
            JsonNode activity = last.get(each.getKey());
            if (hasArrived(activity, each.getValue())) {
                ready++;
            } else {
                notReady.put(each.getKey(), why(each.getKey(), activity));
            }
        }
        return new Result(ready, awaited.size(), notReady, timedOut, took);
    }

    /** The condition says more than the activity does. */
    private String why(String key, @Nullable JsonNode activity) {
        int slash = key.indexOf('/');
        Kind<?, ?> kind = Kinds.named(key.substring(0, slash)).orElseThrow();
        try {
            for (JsonNode condition : api.get(Names.path(kind, key.substring(slash + 1)))
                    .path("status")
                    .path("conditions")) {
                if (condition.path("type").asString("").equals("Ready")
                        && !condition.path("status").asString("").equals("True")) {
                    return condition.path("reason").asString("") + ": "
                            + condition.path("message").asString("");
                }
            }
        } catch (RuntimeException e) {
            // What the activity says has to do.
        }
        String detail = activity == null ? "" : activity.path("detail").asString("");
        return detail.isEmpty() ? "nothing is known about it yet" : detail;
    }
}
