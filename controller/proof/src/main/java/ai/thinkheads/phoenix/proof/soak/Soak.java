package ai.thinkheads.phoenix.proof.soak;

import ai.thinkheads.phoenix.proof.bench.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a controller of a distribution over a simulated host for some time, with clients that never rest, and judges whether what
 * it holds stays the same: {@code Soak DISTRIBUTION MINUTES [RESOURCES [PAGE]]}. Exits with 1 when something
 * grows, and writes the page with the figures when nothing does.
 */
public final class Soak {

    private static final int RESOURCES = 2_000;
    private static final Duration BETWEEN = Duration.ofSeconds(10);
    private static final long MIB = 1 << 20;
    /** A container holds more once it was edited, which takes some ten thousand edits for all; and slow watchers are owed answers. */
    static final long HEAP_SLACK = 8 * MIB;
    /** Lines are not all of one length; a mebibyte a minute is more than this in each run of three minutes or longer. */
    static final long STATE_SLACK = MIB / 2;

    private final Path distribution;
    private final Path work;
    private final Path state;
    private final Path jdk = Path.of(System.getProperty("java.home"));

    private Soak(Path distribution, Path work) {
        this.distribution = distribution;
        this.work = work;
        this.state = work.resolve("state");
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("phoenix-soak");
        boolean flat;
        try {
            Duration length = Duration.ofSeconds(Math.round(Double.parseDouble(arguments[1]) * 60));
            int resources = arguments.length > 2 ? Integer.parseInt(arguments[2]) : RESOURCES;
            Path page = arguments.length > 3 ? Path.of(arguments[3]) : null;
            flat = new Soak(Path.of(arguments[0]).toAbsolutePath(), work).run(length, resources, page);
        } finally {
            remove(work);
        }
        System.exit(flat ? 0 : 1);
    }

    private boolean run(Duration length, int resources, @Nullable Path page) throws IOException, InterruptedException {
        Path manifests = Manifests.write(work.resolve("manifests"), resources, "None");
        Process controller = phoenixctl("controller").start();
        try (Clients clients = new Clients(state.resolve("phoenix.sock"), resources - Manifests.GROUND)) {
            while (!Files.exists(state.resolve("phoenix.sock"))) {
                if (!controller.isAlive()) {
                    throw new IOException("the controller does not start; see " + work.resolve("controller.log"));
                }
                Thread.sleep(Duration.ofMillis(100));
            }
            Process apply = phoenixctl("apply", "-f", manifests.toString(), "--timeout", "10m")
                    .redirectOutput(work.resolve("apply.log").toFile())
                    .start();
            if (apply.waitFor() != 0) {
                System.out.println(Files.readString(work.resolve("apply.log")));
                return false;
            }
            clients.start();
            List<Sample> samples = measure(controller, clients, length);
            System.out.println(clients);
            List<Verdict> verdicts = judge(samples);
            verdicts.forEach(System.out::println);
            boolean flat = verdicts.stream().allMatch(Verdict::flat)
                    && clients.failures() * 100 <= clients.edits()
                    && controller.isAlive();
            if (flat && page != null) {
                Files.writeString(page, EndurancePage.of(resources, samples, verdicts, clients.toString()));
            }
            return flat;
        } finally {
            controller.destroy();
            if (!controller.waitFor(60, TimeUnit.SECONDS)) {
                controller.destroyForcibly();
            }
        }
    }

    private ProcessBuilder phoenixctl(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(distribution.resolve("bin/phoenixctl").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("controller.log").toFile());
        builder.environment().put("PHOENIX_STATE_DIR", state.toString());
        builder.environment().put("JAVA_HOME", jdk.toString());
        return builder;
    }

    private List<Sample> measure(Process controller, Clients clients, Duration length)
            throws IOException, InterruptedException {
        System.out.println(
                "  time    edits  heap MiB  threads  descriptors  state MiB, of it store    WAL  events  status  simulated host  other   log MiB");
        List<Sample> samples = new ArrayList<>();
        long begun = System.nanoTime();
        while (true) {
            long elapsed = System.nanoTime() - begun;
            Sample sample = Sample.of(
                    controller,
                    jdk,
                    state,
                    work.resolve("controller.log"),
                    TimeUnit.NANOSECONDS.toSeconds(elapsed),
                    clients.edits());
            samples.add(sample);
            System.out.println(line(sample));
            if (elapsed > length.toNanos()) {
                return samples;
            }
            Thread.sleep(BETWEEN);
        }
    }

    private static String line(Sample sample) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%5d s %8d %9.1f %8d %12d %10.2f         ",
                sample.second(),
                sample.edits(),
                sample.heap() / (double) MIB,
                sample.threads(),
                sample.descriptors(),
                sample.whole() / (double) MIB));
        for (Sample.Part part : Sample.Part.values()) {
            line.append(String.format(
                    Locale.ROOT,
                    part == Sample.Part.SIMULATED_HOST ? "%16.2f" : "%8.2f",
                    sample.part(part) / (double) MIB));
        }
        return line.append(String.format(Locale.ROOT, "%10.2f", sample.log() / (double) MIB))
                .toString();
    }

    /**
     * What is said of one thing that is held.
     *
     * @param before its figure for the second third
     * @param after its figure for the last third
     * @param slack by how much the second may exceed the first
     */
    record Verdict(String what, long before, long after, long slack) {

        boolean flat() {
            return after <= before + slack;
        }

        @Override
        public String toString() {
            return (flat() ? "flat:  " : "GROWS: ") + what + ", from " + before + " to " + after + ", where " + slack
                    + " more are allowed";
        }
    }

    /**
     * The last third against the one before it; the first is for warming up. Of the heap the smallest figures are compared, since
     * what a request holds just then is no growth. Of files the largest are: journals grow until they are written anew, and it is
     * the height from which they fall that must not rise.
     */
    static List<Verdict> judge(List<Sample> samples) {
        List<Verdict> verdicts = new ArrayList<>(List.of(
                judge("heap", samples, Sample::heap, Soak::smallest, HEAP_SLACK),
                judge("threads", samples, Sample::threads, Soak::median, 2),
                judge("descriptors", samples, Sample::descriptors, Soak::median, 4),
                judge("state directory", samples, Sample::whole, Soak::largest, STATE_SLACK)));
        for (Sample.Part part : Sample.Part.values()) {
            verdicts.add(judge("- " + part, samples, each -> each.part(part), Soak::largest, STATE_SLACK));
        }
        return verdicts;
    }

    private static Verdict judge(
            String what,
            List<Sample> samples,
            ToLongFunction<Sample> value,
            ToLongFunction<LongStream> figure,
            long slack) {
        int third = samples.size() / 3;
        return new Verdict(
                what,
                figure.applyAsLong(
                        samples.subList(third, samples.size() - third).stream().mapToLong(value)),
                figure.applyAsLong(samples.subList(samples.size() - third, samples.size()).stream()
                        .mapToLong(value)),
                slack);
    }

    private static long smallest(LongStream values) {
        return values.min().orElse(0);
    }

    private static long largest(LongStream values) {
        return values.max().orElse(0);
    }

    private static long median(LongStream values) {
        long[] sorted = values.sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path each : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
