package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HealthCheck;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.GuestShell.Target;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The health of a running guest. A probe runs when its interval is over, and sooner while it fails; a guest that has just been
 * started or repaired is given its threshold of failures before it counts as unhealthy.
 */
final class HealthProbes {

    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int THRESHOLD = 3;

    private HealthProbes() {}

    /**
     * @param results by the name of the check
     * @param findings what there is to say
     * @param remedy what is to be done about it now
     * @param next when the next probe is due; null when there are none
     */
    record Verdict(
            Map<String, GuestFacts.Probe> results,
            List<Finding> findings,
            HealthCheck.@Nullable OnFailure remedy,
            @Nullable Duration next) {}

    /** The checks of a guest: its own, and those that come with its features. */
    static Map<String, HealthCheck> checks(List<HealthCheck> own, List<FeatureWish> features) {
        Map<String, HealthCheck> checks = new LinkedHashMap<>();
        for (HealthCheck each : own) {
            String label = each.label();
            for (int i = 2; checks.containsKey(label); i++) {
                label = each.label() + "-" + i;
            }
            checks.put(label, each);
        }
        for (FeatureWish each : features) {
            HealthCheck check = each.spec().healthCheck();
            if (check != null) {
                checks.put("feature-" + each.name(), check);
            }
        }
        return checks;
    }

    /**
     * Probes what is due and says what it means.
     *
     * @param shell null to judge by the last results, as for a diff
     */
    static Verdict judge(
            String guest,
            Map<String, HealthCheck> checks,
            Map<String, GuestFacts.Probe> before,
            Guests.Observed<? extends GuestConfig> observed,
            Target target,
            @Nullable GuestShell shell,
            Instant now) {
        if (checks.isEmpty() || !observed.running() || observed.frozen()) {
            return new Verdict(Map.of(), List.of(), null, null);
        }
        Instant since = lastIntervention(observed);
        Map<String, GuestFacts.Probe> results = new TreeMap<>();
        Duration next = null;
        for (Map.Entry<String, HealthCheck> each : checks.entrySet()) {
            HealthCheck check = each.getValue();
            GuestFacts.Probe last = before.get(each.getKey());
            if (last != null && since != null && isOutdated(last, since)) {
                last = null;
            }
            if (shell != null && (last == null || !due(check, last).isAfter(now))) {
                last = next(check, last, run(check, target, shell), now);
            }
            if (last != null) {
                results.put(each.getKey(), last);
            }
            Duration wait = last == null ? SOON : Duration.between(now, due(check, last));
            wait = wait.compareTo(SOON) < 0 ? SOON : wait;
            next = next == null || wait.compareTo(next) < 0 ? wait : next;
        }
        return verdict(guest, checks, results, next);
    }

    /** Whether a probe was before the guest was started or repaired; a failure of that very moment was. */
    private static boolean isOutdated(GuestFacts.Probe probe, Instant since) {
        return probe.at().isBefore(since) || (probe.at().equals(since) && probe.failures() > 0);
    }

    private static Verdict verdict(
            String guest,
            Map<String, HealthCheck> checks,
            Map<String, GuestFacts.Probe> results,
            @Nullable Duration next) {
        List<String> failed = new ArrayList<>();
        List<String> starting = new ArrayList<>();
        HealthCheck.OnFailure remedy = null;
        for (Map.Entry<String, HealthCheck> each : checks.entrySet()) {
            GuestFacts.Probe probe = results.get(each.getKey());
            if (probe != null && probe.failures() >= threshold(each.getValue())) {
                failed.add(each.getKey() + " failed " + probe.failures() + " times"
                        + (probe.message() == null ? "" : ": " + probe.message()));
                HealthCheck.OnFailure asked =
                        Objects.requireNonNullElse(each.getValue().onFailure(), HealthCheck.OnFailure.REPORT);
                if (asked != HealthCheck.OnFailure.REPORT && (remedy == null || asked.compareTo(remedy) > 0)) {
                    remedy = asked;
                }
            } else if (probe == null || !probe.healthy()) {
                starting.add(each.getKey());
            }
        }
        Finding finding;
        if (!failed.isEmpty()) {
            finding = new Finding(
                    Conditions.HEALTHY, false, "ProbeFailed", guest + ": " + String.join("; ", failed), true);
        } else if (!starting.isEmpty()) {
            finding = new Finding(
                    Conditions.HEALTHY,
                    false,
                    "Starting",
                    guest + " has not passed " + String.join(", ", starting) + " yet",
                    true);
        } else {
            finding = new Finding(Conditions.HEALTHY, true, "ProbesPass", "every health check passes", false);
        }
        return new Verdict(results, List.of(finding), remedy, next);
    }

    private static GuestFacts.Probe next(
            HealthCheck check, GuestFacts.@Nullable Probe last, GuestShell.Result result, Instant now) {
        if (result.ok()) {
            return new GuestFacts.Probe(true, 0, now, null);
        }
        int failures = last == null ? 1 : last.failures() + 1;
        boolean stillWell = last != null && last.healthy() && failures < threshold(check);
        return new GuestFacts.Probe(stillWell, failures, now, message(result));
    }

    private static GuestShell.Result run(HealthCheck check, Target target, GuestShell shell) {
        Duration timeout = check.timeout() == null ? TIMEOUT : check.timeout().duration();
        HealthCheck.Exec exec = check.exec();
        HealthCheck.Http http = check.http();
        HealthCheck.Tcp tcp = check.tcp();
        try {
            if (exec != null) {
                return shell.run(
                        new GuestShell.Command(target, exec.command(), Map.of(), new byte[0], timeout, true, null));
            }
            if (http != null) {
                return shell.probe(
                        target,
                        http.port(),
                        http.path() == null ? "/" : http.path(),
                        http.scheme() == HealthCheck.Http.Scheme.HTTPS,
                        timeout);
            }
            return tcp == null
                    ? new GuestShell.Result(1, "the check has neither exec, http nor tcp")
                    : shell.probe(target, tcp.port(), null, false, timeout);
        } catch (HostException e) {
            return new GuestShell.Result(1, e.getMessage());
        }
    }

    /** A failing check is looked at sooner, the longer it fails the less soon. */
    private static Instant due(HealthCheck check, GuestFacts.Probe last) {
        Duration interval =
                check.interval() == null ? INTERVAL : check.interval().duration();
        if (last.failures() > 0 && last.failures() < threshold(check)) {
            Duration soon = SOON.multipliedBy(1L << Math.min(last.failures() - 1, 10));
            interval = soon.compareTo(interval) < 0 ? soon : interval;
        }
        return last.at().plus(interval);
    }

    private static int threshold(HealthCheck check) {
        return check.failureThreshold() == null ? THRESHOLD : check.failureThreshold();
    }

    /** When the guest was started or repaired last: what was seen before then says nothing any more. */
    private static @Nullable Instant lastIntervention(Guests.Observed<? extends GuestConfig> guest) {
        Mark mark = guest.config().mark();
        return Stream.of(
                        Optional.ofNullable(guest.startedAt()),
                        MarkFacts.instant(mark, MarkFacts.VERIFIED),
                        MarkFacts.instant(mark, MarkFacts.RESTARTED))
                .flatMap(Optional::stream)
                .max(Instant::compareTo)
                .orElse(null);
    }

    private static @Nullable String message(GuestShell.Result result) {
        String last = result.output().strip();
        if (last.isEmpty()) {
            return result.exitCode() == -1 ? "it took too long" : "it ended with " + result.exitCode();
        }
        last = last.substring(last.lastIndexOf('\n') + 1).strip();
        return last.length() <= 200 ? last : last.substring(0, 200) + "…";
    }
}
