package ai.thinkheads.phoenix.proof.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What really happened in runs, counted where it happens, not where it is asked for: a proof over troubles that never occur, or
 * over steps that never run, would prove nothing.
 */
final class Coverage {

    private final Map<Part, TreeMap<String, Long>> counts = new EnumMap<>(Part.class);

    /** What is counted. */
    enum Part {
        FAULT("injected into an operation of the machine, and suffered by it"),
        ANSWER("how the machine answered the controller"),
        READ("reads of the whole machine that showed what it was before"),
        STORE("writes that the store did not take as they were"),
        CONTROLLER("ends of controllers"),
        PERSON("done to the machine behind the controller's back"),
        CLIENT("asked for by clients"),
        GIT("the Git server"),
        EFFECT("effects of the steps that ran"),
        CONDITION("conditions that were true when a status was written"),
        STEP("steps that ran, by kind and operation"),
        STEP_FAILED("steps that failed"),
        STEP_CUT_SHORT("steps during which the controller was killed");

        private final String meaning;

        Part(String meaning) {
            this.meaning = meaning;
        }

        String meaning() {
            return meaning;
        }
    }

    void count(Part part, String what) {
        counts.computeIfAbsent(part, any -> new TreeMap<>()).merge(what, 1L, Long::sum);
    }

    void add(Coverage other) {
        other.counts.forEach((part, whats) -> whats.forEach((what, times) ->
                counts.computeIfAbsent(part, any -> new TreeMap<>()).merge(what, times, Long::sum)));
    }

    long times(Part part, String what) {
        return counts.getOrDefault(part, new TreeMap<>()).getOrDefault(what, 0L);
    }

    /** What has to occur in enough runs, and did not: {@code FAULT: stall}. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        Expected.all()
                .forEach((part, whats) -> whats.stream()
                        .filter(what -> times(part, what) == 0)
                        .forEach(what -> missing.add(part + ": " + what)));
        return missing;
    }

    /** A line for each part, the steps apart. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Part part : Part.values()) {
            if (part.ordinal() < Part.STEP.ordinal()) {
                lines.add(part.meaning() + ": " + words(whole(part)));
            }
        }
        steps().forEach((kind, words) -> lines.add("steps of " + kind + ": " + words));
        return lines;
    }

    /** The same as tables of a page. */
    List<String> page() {
        List<String> lines = new ArrayList<>();
        lines.add("| what happened | how often |");
        lines.add("|---|---|");
        for (Part part : Part.values()) {
            if (part.ordinal() < Part.STEP.ordinal()) {
                lines.add("| " + part.meaning() + " | " + words(whole(part)) + " |");
            }
        }
        lines.add("");
        lines.add("| kind | its steps: how often they ran (failed; cut short by the death of the controller) |");
        lines.add("|---|---|");
        steps().forEach((kind, words) -> lines.add("| " + kind + " | " + words + " |"));
        return lines;
    }

    /** The counts of a part, those that have to occur with a nought if need be. */
    private Map<String, Long> whole(Part part) {
        Map<String, Long> whole = new TreeMap<>();
        Expected.all().getOrDefault(part, List.of()).forEach(what -> whole.put(what, 0L));
        whole.putAll(counts.getOrDefault(part, new TreeMap<>()));
        return whole;
    }

    private static String words(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(each -> String.format("%s %,d", each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    }

    private Map<String, String> steps() {
        Map<String, List<String>> byKind = new TreeMap<>();
        whole(Part.STEP).forEach((what, times) -> {
            String kind = what.substring(0, what.indexOf(' '));
            byKind.computeIfAbsent(kind, any -> new ArrayList<>())
                    .add(String.format(
                            "%s %,d (%,d; %,d)",
                            what.substring(kind.length() + 1),
                            times,
                            times(Part.STEP_FAILED, what),
                            times(Part.STEP_CUT_SHORT, what)));
        });
        Map<String, String> steps = new TreeMap<>();
        byKind.forEach((kind, words) -> steps.put(kind, String.join(", ", words)));
        return steps;
    }
}
