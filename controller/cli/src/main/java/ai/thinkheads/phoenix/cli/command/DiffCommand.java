package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.manifest.ManifestInput;
import ai.thinkheads.phoenix.cli.output.PlanView;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl diff}. */
@Command(
        name = "diff",
        description =
                "Show what apply would do, step by step. Exits with 1 when there is a difference, 0 when there is none.")
public final class DiffCommand extends Verb {

    @Option(
            names = {"-f", "--filename"},
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "File, folder (with all below it), or - for standard input.")
    private List<String> files = List.of();

    @Option(names = "--prune", description = "Include what --prune would delete; needs --set.")
    private boolean prune;

    @Option(
            names = "--set",
            paramLabel = "NAME",
            description = "Name of the set of resources that these manifests are all of.")
    private @Nullable String set;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json for scripts.")
    private @Nullable String output;

    @Override
    public Integer call() {
        boolean json = Applying.isJson(output);
        ManifestInput manifests = Applying.input(root(), files);
        try (Session session = Applying.open(root(), manifests, Session.Purpose.LOOK)) {
            JsonNode changes = new Applying(root(), session)
                    .send(manifests, new SetRequest(true, set, prune, false))
                    .path("changes");
            if (json) {
                terminal().out().println(changes);
            } else {
                PlanView.print(terminal(), changes);
            }
            return PlanView.changesAnything(changes) ? ExitCode.NOT_CONVERGED : ExitCode.DONE;
        }
    }
}
