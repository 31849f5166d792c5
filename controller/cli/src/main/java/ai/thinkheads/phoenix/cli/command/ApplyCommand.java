package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.manifest.ManifestInput;
import ai.thinkheads.phoenix.cli.output.PlanView;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl apply}. */
public final class ApplyCommand extends Verb {

    private List<String> files = List.of();
    private boolean dryRun;
    private boolean prune;
    private @Nullable String set;
    private boolean wait;
    private Duration timeout = Duration.ofMinutes(30);
    private @Nullable String output;

    ApplyCommand(Phoenixctl root) {
        super(root, "apply", "Make the host what manifests say, and wait until it is.");
        takes().manifests(given -> files = given)
                .flag("--dry-run", "Show the plan and change nothing.", given -> dryRun = given)
                .flag(
                        "--prune",
                        "Delete what the set brought earlier and does not have any more; needs --set.",
                        given -> prune = given)
                .option(
                        "--set",
                        "NAME",
                        "Name of the set of resources that these manifests are all of.",
                        given -> set = given)
                .negatable("--wait", "Wait until everything has settled. Default: yes.", given -> wait = given)
                .time("--timeout", "How long to wait. Default: 30m.", given -> timeout = given)
                .option("-o, --output", "FORMAT", "json for scripts.", given -> output = given);
    }

    @Override
    public Integer call() {
        boolean json = Applying.isJson(output);
        if (prune && set == null) {
            throw new CommandFailed(
                    ExitCode.INVALID, "--prune needs --set NAME, so that only what this set brought is deleted");
        }
        ManifestInput manifests = Applying.input(root(), files);
        Session.Purpose purpose = dryRun ? Session.Purpose.COMPARE : Session.Purpose.ACT;
        try (Session session = Applying.open(root(), manifests, purpose)) {
            Applying applying = new Applying(root(), session);
            if (dryRun) {
                JsonNode changes = applying.send(manifests, new SetRequest(true, set, prune, false))
                        .path("changes");
                if (json) {
                    terminal().out().println(changes);
                } else {
                    PlanView.print(terminal(), changes);
                }
                return ExitCode.DONE;
            }
            if (!wait && session.isOwn()) {
                terminal()
                        .err()
                        .println("note: no controller is running, so this command is the controller and waits; start"
                                + " one with 'phoenixctl controller'");
            }
            return applying.run(manifests, set, prune, false, wait || session.isOwn(), timeout, json);
        }
    }

    /** Whether a kind is part of the host itself; {@code setup} applies only these. */
    static boolean isHostKind(Manifest manifest) {
        return manifest.resource().kind().scope() == Kind.Scope.HOST;
    }
}
