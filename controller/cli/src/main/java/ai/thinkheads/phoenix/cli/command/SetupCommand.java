package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.manifest.ManifestInput;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code phoenixctl setup}. */
@Command(
        name = "setup",
        description = "Apply only what concerns the host itself: pools, networks, drivers, templates; no guests.")
public final class SetupCommand extends Verb {

    @Option(
            names = {"-f", "--filename"},
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "File, folder (with all below it), or - for standard input.")
    private List<String> files = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeLimit.class,
            description = "How long to wait. Default: 30m.")
    private Duration timeout = Duration.ofMinutes(30);

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json for scripts.")
    private @Nullable String output;

    @Override
    public Integer call() {
        boolean json = Applying.isJson(output);
        ManifestInput manifests = Applying.input(root(), files);
        try (Session session = Applying.open(root(), manifests, Session.Purpose.ACT)) {
            return new Applying(root(), session).run(manifests, null, false, true, true, timeout, json);
        }
    }
}
