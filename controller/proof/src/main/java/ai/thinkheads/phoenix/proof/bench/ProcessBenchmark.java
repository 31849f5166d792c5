package ai.thinkheads.phoenix.proof.bench;

import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.cli.manifest.ManifestFiles;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.Endpoint;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The distribution as its users run it: whole processes, from outside. */
final class ProcessBenchmark {

    private final Path phoenixctl;
    private final Path folder;

    /**
     * @param distribution the assembled distribution
     * @param folder for state directories and manifests
     */
    ProcessBenchmark(Path distribution, Path folder) {
        this.phoenixctl = distribution.resolve("bin/phoenixctl").toAbsolutePath();
        this.folder = folder;
    }

    /** What a process left behind. */
    private record Ran(double seconds, int exitCode, String out) {
        JsonNode last() {
            String[] lines = out.strip().split("\n");
            return JsonMapper.shared().readTree(lines[lines.length - 1]);
        }
    }

    List<Figure> run() throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        figures.addAll(reads());
        figures.addAll(thousand());
        figures.addAll(fiveThousand());
        figures.addAll(get());
        return figures;
    }

    /** Reads of a pass without changes, over 10, 100 and 1,000 resources. */
    private List<Figure> reads() throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        for (int size : new int[] {10, 100, 1000}) {
            Path manifests = Manifests.write(folder.resolve("m" + size), size, "None");
            Path state = folder.resolve("s" + size);
            phoenixctl(state, "apply", "-f", manifests.toString(), "-o", "json");
            Ran again = phoenixctl(state, "apply", "-f", manifests.toString(), "-o", "json");
            figures.add(Figure.of(
                    "host reads of a pass without changes, " + size + " resources",
                    "reads",
                    again.last().path("host").path("reads").asDouble(-1),
                    "the same at 10, 100 and 1,000"));
            figures.add(Figure.of(
                    "host changes of a second apply, " + size + " resources",
                    "changes",
                    again.last().path("host").path("changes").asDouble(-1),
                    "0"));
        }
        return figures;
    }

    /** 1,000 resources from nothing to Ready, as one command does it from a cold start, and by a controller that has worked before. */
    private List<Figure> thousand() throws IOException, InterruptedException {
        Path manifests = Manifests.write(folder.resolve("m1000"), 1000, "None");
        List<Double> cold = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Ran ran = phoenixctl(folder.resolve("cold" + i), "apply", "-f", manifests.toString(), "-o", "json");
            cold.add(ran.last().path("seconds").asDouble(-1));
        }
        List<Double> warm = new ArrayList<>();
        Path state = folder.resolve("warm");
        Process controller = controller(state);
        try {
            for (int i = 0; i < 4; i++) {
                Ran ran = phoenixctl(state, "apply", "-f", manifests.toString(), "-o", "json");
                if (i > 0) {
                    warm.add(ran.last().path("seconds").asDouble(-1));
                }
                phoenixctl(
                        state,
                        "delete",
                        "-f",
                        manifests.resolve("containers.yaml").toString(),
                        "--destroy");
            }
        } finally {
            stop(controller);
        }
        return List.of(
                new Figure("1,000 resources from empty to Ready, controller just started", "s", cold, ""),
                new Figure("1,000 resources from empty to Ready, controller warm", "s", warm, "under 2"));
    }

    private List<Figure> fiveThousand() throws IOException, InterruptedException {
        Path manifests = Manifests.write(folder.resolve("m5000"), 5000, "None");
        Path state = folder.resolve("s5000");
        phoenixctl(state, "apply", "-f", manifests.toString(), "-o", "json");
        List<Double> cold = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            cold.add(phoenixctl(state, "diff", "-f", manifests.toString()).seconds());
        }
        List<Double> warm = new ArrayList<>();
        List<Double> answers = new ArrayList<>();
        List<ManifestText> texts = new ManifestFiles(InputStream.nullInputStream()).read(List.of(manifests.toString()));
        ApiClient client = new ApiClient(new Endpoint.Unix(state.resolve("phoenix.sock")));
        Process controller = controller(state);
        double rss;
        try {
            for (int i = 0; i < 6; i++) {
                Ran ran = phoenixctl(state, "diff", "-f", manifests.toString());
                if (i > 1) {
                    warm.add(ran.seconds());
                }
            }
            for (int i = 0; i < 8; i++) {
                long begin = System.nanoTime();
                client.apply(new SetRequest(true, null, false, false), texts);
                if (i > 2) {
                    answers.add((System.nanoTime() - begin) / 1e9);
                }
            }
            rss = memory(controller.pid(), "VmHWM");
        } finally {
            stop(controller);
        }
        return List.of(
                new Figure("diff of 5,000 unchanged resources, no controller running", "s", cold, "under 2"),
                new Figure(
                        "diff of 5,000 unchanged resources, in a controller, from the request to the answer",
                        "s",
                        answers,
                        "under 1"),
                new Figure(
                        "diff of 5,000 unchanged resources, with a controller, as a command, its start included",
                        "s",
                        warm,
                        ""),
                Figure.of("largest memory of the controller at 5,000 resources", "MB", rss, "under 250"));
    }

    private List<Figure> get() throws IOException, InterruptedException {
        Path state = folder.resolve("s10");
        Process controller = controller(state);
        List<Double> ours = new ArrayList<>();
        List<Double> peer = new ArrayList<>();
        Optional<String> kubectl = kubectl();
        try {
            for (int i = 0; i < 22; i++) {
                double get = phoenixctl(state, "get", "ct").seconds();
                double version = kubectl.isPresent()
                        ? run(state, List.of(kubectl.get(), "version", "--client"))
                                .seconds()
                        : 0;
                if (i > 1) {
                    ours.add(get);
                    peer.add(version);
                }
            }
        } finally {
            stop(controller);
        }
        List<Figure> figures = new ArrayList<>();
        Figure mine = new Figure("phoenixctl get ct, with a controller", "s", ours, "");
        figures.add(mine);
        if (kubectl.isPresent()) {
            Figure theirs = new Figure("kubectl version --client", "s", peer, "");
            figures.add(theirs);
            figures.add(Figure.of(
                    "phoenixctl get ct / kubectl version --client",
                    "",
                    mine.median() / theirs.median(),
                    "at most 2.5"));
        }
        return figures;
    }

    private static Optional<String> kubectl() {
        return Optional.of(Path.of("target/tools/kubectl"))
                .filter(Files::isExecutable)
                .map(path -> path.toAbsolutePath().toString())
                .or(() -> Optional.of("/usr/bin/kubectl").filter(path -> Files.isExecutable(Path.of(path))));
    }

    private Process controller(Path state) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(phoenixctl.toString(), "controller")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("controller.log").toFile());
        builder.environment().put("PHOENIX_STATE_DIR", state.toString());
        Process controller = builder.start();
        for (int i = 0;
                i < 400
                        && phoenixctl(state, "get", "hv", "--server", "unix://" + state.resolve("phoenix.sock"))
                                        .exitCode()
                                != 0;
                i++) {
            Thread.sleep(50);
        }
        return controller;
    }

    private static void stop(Process controller) throws InterruptedException {
        controller.destroy();
        if (!controller.waitFor(30, TimeUnit.SECONDS)) {
            controller.destroyForcibly().waitFor();
        }
    }

    private Ran phoenixctl(Path state, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(phoenixctl.toString()));
        command.addAll(List.of(arguments));
        return run(state, command);
    }

    private Ran run(Path state, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors.log").toFile());
        builder.environment().put("PHOENIX_STATE_DIR", state.toString());
        long begin = System.nanoTime();
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        return new Ran((System.nanoTime() - begin) / 1e9, code, out);
    }

    /** In megabytes of a million bytes. */
    private static double memory(long pid, String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith(field + ":")) {
                return Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024 / 1e6;
            }
        }
        return -1;
    }
}
