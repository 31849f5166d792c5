package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code phoenixctl train}: what the build runs once, so that the start-up cache holds what the common verbs load. */
@Command(name = "train", hidden = true, description = "Run the common verbs once, for the start-up cache.")
public final class TrainCommand extends Verb {

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FOLDER",
            description = "Manifests for a simulated host.")
    private String manifests = "";

    @Override
    public Integer call() {
        Map<String, String> environment =
                Map.of("PHOENIX_STATE_DIR", root().options().stateDirectory().toString());
        for (List<String> verb : List.of(
                List.of("validate", "-f", manifests),
                List.of("apply", "-f", manifests),
                List.of("apply", "-f", manifests, "-o", "json"),
                List.of("diff", "-f", manifests),
                List.of("get", "all"),
                List.of("get", "ct"),
                List.of("get", "ct", "-o", "yaml"),
                List.of("describe", "ct"),
                List.of("status"))) {
            PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
            Phoenixctl.run(verb.toArray(String[]::new), root().in(), nowhere, nowhere, environment);
        }
        return ExitCode.DONE;
    }
}
