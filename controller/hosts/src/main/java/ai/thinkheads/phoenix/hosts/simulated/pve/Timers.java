package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What {@code systemd-run --on-active} has put off, and what {@code systemctl} says of it. */
final class Timers {

    private final HostClock clock;
    private final Map<String, Timer> timers = new TreeMap<>();

    Timers(HostClock clock) {
        this.clock = clock;
    }

    private record Timer(Instant at, List<String> argv) {}

    /** Takes out what is due now, in no order. */
    synchronized List<List<String>> due() {
        List<List<String>> due = new ArrayList<>();
        Instant now = clock.now();
        timers.entrySet().removeIf(each -> {
            boolean over = !now.isBefore(each.getValue().at());
            if (over) {
                due.add(each.getValue().argv());
            }
            return over;
        });
        return due;
    }

    synchronized int start(Run run) {
        List<String> args = run.args();
        int at = 0;
        while (at < args.size() && args.get(at).startsWith("-")) {
            at++;
        }
        Switches switches = Switches.parse(args.subList(0, at), Set.of());
        String delay = switches.value("", "on-active");
        List<String> command = args.subList(at, args.size());
        if (delay.isEmpty() || command.isEmpty()) {
            return run.fail(1, "Command line to execute required.");
        }
        String unit = switches.value("run-" + timers.size(), "unit").replaceFirst("\\.(timer|service)$", "");
        if (timers.containsKey(unit)) {
            return run.fail(
                    1,
                    "Failed to start transient timer unit: Unit " + unit
                            + ".timer was already loaded or has a fragment file.");
        }
        timers.put(unit, new Timer(clock.now().plus(duration(delay)), List.copyOf(command)));
        if (!switches.has("quiet", "q")) {
            run.err().accept("Running timer as unit: " + unit + ".timer\n");
        }
        return 0;
    }

    private static Duration duration(String text) {
        String digits = text.replaceAll("\\D.*$", "");
        long count = digits.isEmpty() ? 0 : Long.parseLong(digits);
        String unit = text.substring(digits.length()).strip();
        return unit.startsWith("ms")
                ? Duration.ofMillis(count)
                : unit.startsWith("m")
                        ? Duration.ofMinutes(count)
                        : unit.startsWith("h") ? Duration.ofHours(count) : Duration.ofSeconds(count);
    }

    synchronized int control(Run run) {
        Switches switches = Switches.parse(run.args(), Set.of("o"));
        String verb = switches.words().isEmpty() ? "" : switches.words().getFirst();
        List<String> units = switches.words().isEmpty()
                ? List.of()
                : switches.words().subList(1, switches.words().size());
        if (verb.equals("list-timers")) {
            return list(run, switches, units);
        }
        boolean ours = !units.isEmpty() && units.stream().allMatch(each -> each.endsWith(".timer"));
        if (!ours) {
            return Program.NOT_MINE;
        }
        int code = 0;
        for (String unit : units) {
            String name = unit.substring(0, unit.length() - ".timer".length());
            boolean there = timers.containsKey(name);
            if (verb.equals("stop")) {
                timers.remove(name);
                code = there ? code : run.fail(5, "Failed to stop " + unit + ": Unit " + unit + " not loaded.");
            } else if (verb.equals("is-active")) {
                run.println(there ? "active" : "inactive");
                code = there ? code : 3;
            } else {
                return Program.NOT_MINE;
            }
        }
        return code;
    }

    private int list(Run run, Switches switches, List<String> units) {
        List<String> rows = new ArrayList<>();
        timers.forEach((name, timer) -> {
            String unit = name + ".timer";
            if (units.isEmpty() || units.contains(unit)) {
                long micros =
                        timer.at().getEpochSecond() * 1_000_000L + timer.at().getNano() / 1000;
                rows.add("{\"next\":" + micros + ",\"left\":" + micros + ",\"last\":0,\"passed\":0,\"unit\":\"" + unit
                        + "\",\"activates\":\"" + name + ".service\"}");
            }
        });
        run.println(
                switches.value("", "output", "o").equals("json")
                        ? "[" + String.join(",", rows) + "]"
                        : rows.size() + " timers listed.");
        return 0;
    }
}
