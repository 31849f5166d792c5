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

/** {@code phoenixctl train}: what the build runs once, so that the start-up cache holds what the common verbs load. */
public final class TrainCommand extends Verb {

    private String manifests = "";
    private String set = "";

    TrainCommand(Phoenixctl root) {
        super(root, "train", "Run the common verbs once, for a start-up cache.");
        spec().usageMessage().hidden(true);
        takes().option("-f, --filename", "FOLDER", "Manifests for a simulated host.", given -> manifests = given)
                .option(
                        "--for",
                        "SET",
                        "Which verbs: all, to be worked on here; compare, here too; client and list, with a controller"
                                + " that runs.",
                        given -> set = given);
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
        return switch (set) {
            case "all" ->
                Stream.of(
                                List.of(
                                        List.of("apply", "-f", manifests),
                                        List.of("apply", "-f", manifests, "-o", "json")),
                                compares(),
                                looks())
                        .flatMap(List::stream)
                        .toList();
            case "compare" -> compares();
            case "client" ->
                Stream.concat(compares().stream(), looks().stream()).toList();
            case "list" -> lists();
            default -> throw new CommandFailed(ExitCode.INVALID, "there is no set of verbs '" + set + "'");
        };
    }

    /** What is planned and not done, which needs nothing that works on a host. */
    private List<List<String>> compares() {
        return List.of(
                List.of("validate", "-f", manifests),
                List.of("diff", "-f", manifests),
                List.of("apply", "--dry-run", "-f", manifests));
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
