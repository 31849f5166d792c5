package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.manifest.ManifestInput;
import ai.thinkheads.phoenix.cli.output.PlanView;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl diff}. */
public final class DiffCommand extends Verb {

    private List<String> files = List.of();
    private boolean prune;
    private @Nullable String set;
    private @Nullable String output;

    DiffCommand(Phoenixctl root) {
        super(
                root,
                "diff",
                "Show what apply would do, step by step. Exits with 1 when there is a difference, 0 when there is"
                        + " none.");
        takes().manifests(given -> files = given)
                .flag("--prune", "Include what --prune would delete; needs --set.", given -> prune = given)
                .option(
                        "--set",
                        "NAME",
                        "Name of the set of resources that these manifests are all of.",
                        given -> set = given)
                .option("-o, --output", "FORMAT", "json for scripts.", given -> output = given);
    }

    @Override
    public Integer call() {
        boolean json = Applying.isJson(output);
        ManifestInput manifests = Applying.input(root(), files);
        try (Session session = Applying.open(root(), manifests, Session.Purpose.COMPARE)) {
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
