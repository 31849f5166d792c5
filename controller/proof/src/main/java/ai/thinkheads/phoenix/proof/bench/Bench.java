package ai.thinkheads.phoenix.proof.bench;

import ai.thinkheads.phoenix.proof.simulation.Makespan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs every benchmark and writes {@code bench.json} and {@code bench.md}: {@code Bench DISTRIBUTION OUTPUT [part…]}. */
public final class Bench {

    private Bench() {}

    /** The parts are queue, store, proxmox, host, makespan and process; all of them where none is named. */
    public static void main(String[] arguments) throws Exception {
        Path distribution = Path.of(arguments[0]);
        Path output = Path.of(arguments[1]);
        List<String> parts = List.of(arguments).subList(2, arguments.length);
        Files.createDirectories(output);
        Path work = Files.createTempDirectory("phoenix-bench");
        List<Figure> figures = new ArrayList<>();
        try {
            if (parts.isEmpty() || parts.contains("queue")) {
                figures.addAll(queue(output));
            }
            if (parts.isEmpty() || parts.contains("store")) {
                figures.addAll(StoreBenchmark.run(work));
            }
            if (parts.isEmpty() || parts.contains("proxmox")) {
                figures.addAll(ProxmoxBenchmark.run());
            }
            if (parts.isEmpty() || parts.contains("host")) {
                figures.addAll(new HostBenchmark().run());
                if ("inside".equals(System.getenv("PHOENIX_TEST_HOST"))) {
                    figures.addAll(new ContainerBenchmark(distribution.toAbsolutePath(), work).run());
                }
            }
            if (parts.isEmpty() || parts.contains("makespan")) {
                figures.addAll(makespan());
            }
            if (parts.isEmpty() || parts.contains("process")) {
                figures.addAll(new ProcessBenchmark(distribution, work).run());
            }
        } finally {
            remove(work);
        }
        Files.writeString(output.resolve("bench.json"), json(figures));
        String table = table(figures);
        Files.writeString(output.resolve("bench.md"), table);
        System.out.println(table);
    }

    private static List<Figure> queue(Path output) throws RunnerException {
        List<Figure> figures = new ArrayList<>();
        for (int threads : new int[] {1, 2, 8}) {
            TreeMap<String, Double> rates = new TreeMap<>();
            for (RunResult each : new Runner(new OptionsBuilder()
                            .include(QueueBenchmark.class.getName())
                            .threads(threads)
                            .output(output.resolve("queue-" + threads + ".log").toString())
                            .build())
                    .run()) {
                rates.put(
                        each.getPrimaryResult().getLabel(),
                        each.getPrimaryResult().getScore());
            }
            rates.forEach((label, rate) ->
                    figures.add(Figure.of("queue: " + label + ", " + threads + " threads", "keys/s", rate, "")));
            double ours = rates.getOrDefault("phoenix", 0.0);
            double peers = rates.entrySet().stream()
                    .filter(each -> !each.getKey().equals("phoenix"))
                    .mapToDouble(each -> each.getValue())
                    .max()
                    .orElse(Double.NaN);
            figures.add(Figure.of(
                    "queue: Phoenix / DefaultRateLimitingQueue, " + threads + " threads",
                    "",
                    ours / peers,
                    "at least 2"));
        }
        return figures;
    }

    /** In virtual time, so that it is the same on every machine. */
    private static List<Figure> makespan() throws IOException {
        Makespan makespan = Makespan.of(Path.of("resources"));
        System.out.println("resources/ with realistic latencies " + makespan);
        return List.of(
                Figure.of(
                        "makespan: resources/, realistic latencies",
                        "s",
                        makespan.took().toMillis() / 1e3,
                        ""),
                Figure.of(
                        "makespan: longest chain of needs",
                        "s",
                        makespan.chainTakes().toMillis() / 1e3,
                        ""),
                Figure.of(
                        "makespan: most work under one lock",
                        "s",
                        makespan.busiestTakes().toMillis() / 1e3,
                        ""),
                Figure.of("makespan: resources/ / the longer of the two", "", makespan.ratio(), "at most 1.15"));
    }

    private static String machine() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " cores, Java " + Runtime.version();
    }

    private static String json(List<Figure> figures) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("machine", machine());
        ArrayNode all = root.putArray("figures");
        for (Figure figure : figures) {
            ObjectNode each = all.addObject()
                    .put("name", figure.name())
                    .put("unit", figure.unit())
                    .put("median", figure.median());
            each.put("min", figure.smallest()).put("max", figure.largest()).put("target", figure.target());
            ArrayNode values = each.putArray("values");
            figure.values().forEach(values::add);
        }
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static String table(List<Figure> figures) {
        StringBuilder table = new StringBuilder(machine())
                .append("\n\n| figure | median | spread | unit | target |\n|---|---|---|---|---|\n");
        for (Figure figure : figures) {
            String spread = figure.values().size() == 1
                    ? ""
                    : Figure.text(figure.smallest()) + " – " + Figure.text(figure.largest());
            table.append("| ")
                    .append(figure.name())
                    .append(" | ")
                    .append(Figure.text(figure.median()))
                    .append(" | ")
                    .append(spread)
                    .append(" | ")
                    .append(figure.unit())
                    .append(" | ")
                    .append(figure.target())
                    .append(" |\n");
        }
        return table.toString();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path each : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
