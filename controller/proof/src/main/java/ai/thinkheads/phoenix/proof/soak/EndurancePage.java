package ai.thinkheads.phoenix.proof.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The page on what a controller holds after it has worked for some time. */
final class EndurancePage {

    private static final int ROWS = 12;
    private static final double MIB = 1 << 20;

    private EndurancePage() {}

    static String of(int resources, List<Sample> samples, List<Soak.Verdict> verdicts, String clients) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                """
                # Endurance

                Written by `make soak MINUTES=%d`, which stops when something grows. The figures are those of its last run, on %d cores with
                Java %s.

                A controller of the distribution holds %,d resources on a simulated host. Four clients edit without a pause, three watchers keep
                up, three read 64 bytes every half second, three go away in the middle of an answer and come again, and every 15 seconds a
                seventh of all containers is compared anew. One edit in twenty makes a container or deletes one. Every ten seconds garbage
                is collected and what is left is measured: heap, threads, open descriptors, and the size of the state directory by what its
                files are for.

                The last third of the time is held against the third before it; the first is for warming up. Of the heap the smallest
                figures are compared, of threads and descriptors the medians, and of files the largest: the events and the simulated
                host's journal grow until they are written anew, and it is the height from which they fall that must not rise.
                """,
                samples.getLast().second() / 60,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                resources));
        lines.add("Last run: " + clients + ".");
        lines.add("");
        lines.add("| what is held | second third | last third | allowed more |");
        lines.add("|---|---:|---:|---:|");
        verdicts.forEach(each -> lines.add("| " + each.what() + " | " + amount(each.what(), each.before()) + " | "
                + amount(each.what(), each.after()) + " | " + amount(each.what(), each.slack()) + " |"));
        lines.add("");
        lines.add("The controller's log goes to its standard output and is no part of that: " + log(samples) + ".");
        lines.add("");
        lines.add("| time | edits | heap MiB | threads | descriptors | state MiB | "
                + Arrays.stream(Sample.Part.values()).map(String::valueOf).collect(Collectors.joining(" | ")) + " |");
        lines.add("|---:".repeat(6 + Sample.Part.values().length) + "|");
        int step = Math.max(1, samples.size() / ROWS);
        for (int i = 0; i < samples.size(); i += step) {
            Sample each = samples.get(i);
            lines.add(String.format(
                            Locale.ROOT,
                            "| %d s | %,d | %.1f | %d | %d | %.2f",
                            each.second(),
                            each.edits(),
                            each.heap() / MIB,
                            each.threads(),
                            each.descriptors(),
                            each.whole() / MIB)
                    + Arrays.stream(Sample.Part.values())
                            .map(part -> String.format(Locale.ROOT, " | %.2f", each.part(part) / MIB))
                            .collect(Collectors.joining())
                    + " |");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String log(List<Sample> samples) {
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        return String.format(
                Locale.ROOT,
                "%,d bytes for each edit",
                (last.log() - first.log()) / Math.max(1, last.edits() - first.edits()));
    }

    private static String amount(String what, long value) {
        return what.equals("threads") || what.equals("descriptors")
                ? String.valueOf(value)
                : String.format(Locale.ROOT, "%.2f MiB", value / MIB);
    }
}
