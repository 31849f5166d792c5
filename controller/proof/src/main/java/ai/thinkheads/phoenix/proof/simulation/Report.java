package ai.thinkheads.phoenix.proof.simulation;

import java.util.ArrayList;
import java.util.List;

/** What to print of a run that went wrong: the seed, the smallest scenario that goes wrong in the same way, and its trace. */
final class Report {

    private static final int TRIES = 400;
    private static final int LINES = 120;

    private Report() {}

    static String of(Simulation.Run bad, Bugs bugs) {
        Violation first = bad.violations().getFirst();
        Scenario small = Shrinker.shrink(bad.scenario(), first.invariant(), bugs, TRIES);
        Simulation.Run run = Simulation.run(small, bugs, 1_000_000);
        List<String> lines = new ArrayList<>();
        lines.add("seed " + bad.scenario().seed() + " breaks " + first);
        lines.add("make simulate SEEDS=1 FIRST=" + bad.scenario().seed() + " shows it again");
        lines.add("");
        lines.add("The same happens with " + small.ops().size() + " of "
                + bad.scenario().ops().size() + " operations:");
        small.ops().forEach(each -> lines.add(each.toString()));
        lines.add("");
        List<String> trace = run.trace().stream()
                .filter(line -> !line.contains(": store.get"))
                .toList();
        int until = trace.size();
        for (int i = 0; i < trace.size(); i++) {
            if (trace.get(i).contains(" violated: ")) {
                until = i + 1;
                break;
            }
        }
        lines.add("The trace, up to where it is seen (hash " + run.hash() + "):");
        lines.addAll(trace.subList(Math.max(0, until - LINES), until));
        return String.join("\n", lines);
    }
}
