package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code phoenixctl train}: what the build runs once, so that the start-up cache holds what the common verbs load. */
public final class TrainCommand extends Verb {

    private @Nullable String manifests;
    private boolean lists;

    TrainCommand(Phoenixctl root) {
        super(root, "train", "Run the common verbs once, for the start-up cache.");
        spec().usageMessage().hidden(true);
        takes().option(
                        "-f, --filename",
                        "FOLDER",
                        "Manifests for a simulated host, to be applied here; without, a controller that runs is looked"
                                + " at.",
                        given -> manifests = given)
                .flag("--lists", "Only list what a controller that runs has.", given -> lists = given);
    }

    @Override
    public Integer call() {
        Map<String, String> environment =
                Map.of("PHOENIX_STATE_DIR", root().options().stateDirectory().toString());
        for (List<String> verb : verbs()) {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            PrintStream nowhere = new PrintStream(said, true, StandardCharsets.UTF_8);
            int code = Phoenixctl.run(verb.toArray(String[]::new), root().in(), nowhere, nowhere, environment);
            if (code != ExitCode.DONE) {
                throw new CommandFailed(code, String.join(" ", verb) + ": " + said.toString(StandardCharsets.UTF_8));
            }
        }
        return ExitCode.DONE;
    }

    private List<List<String>> verbs() {
        if (lists) {
            return lists();
        }
        return manifests == null ? looks() : works(manifests);
    }

    /** What is asked for most often, and takes the fewest classes. */
    private static List<List<String>> lists() {
        return List.of(
                List.of("get", "all"),
                List.of("get", "ct"),
                List.of("get", "ct", "-o", "wide"),
                List.of("get", "ct", "-l", "tier=none"),
                List.of("version"));
    }

    private static List<List<String>> works(String manifests) {
        return Stream.concat(
                        Stream.of(
                                List.of("validate", "-f", manifests),
                                List.of("apply", "-f", manifests),
                                List.of("apply", "-f", manifests, "-o", "json"),
                                List.of("diff", "-f", manifests)),
                        looks().stream())
                .toList();
    }

    private static List<List<String>> looks() {
        return List.of(
                List.of("get", "all"),
                List.of("get", "ct"),
                List.of("get", "ct", "-o", "wide"),
                List.of("get", "ct", "-o", "yaml"),
                List.of("get", "ct", "-o", "json"),
                List.of("describe", "ct"),
                List.of("events"),
                List.of("graph"),
                List.of("explain", "ct.spec.network"),
                List.of("api-resources"),
                List.of("version"),
                List.of("status"));
    }
}
