package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.manifest.ManifestInput;
import ai.thinkheads.phoenix.cli.output.PlanView;
import ai.thinkheads.phoenix.daemon.apply.SetRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl apply}. */
@Command(name = "apply", description = "Make the host what manifests say, and wait until it is.")
public final class ApplyCommand extends Verb {

    @Option(
            names = {"-f", "--filename"},
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "File, folder (with all below it), or - for standard input.")
    private List<String> files = List.of();

    @Option(names = "--dry-run", description = "Show the plan and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--prune",
            description = "Delete what the set brought earlier and does not have any more; needs --set.")
    private boolean prune;

    @Option(
            names = "--set",
            paramLabel = "NAME",
            description = "Name of the set of resources that these manifests are all of.")
    private @Nullable String set;

    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Wait until everything has settled. Default: yes.")
    private boolean wait;

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
        if (prune && set == null) {
            throw new CommandFailed(
                    ExitCode.INVALID, "--prune needs --set NAME, so that only what this set brought is deleted");
        }
        ManifestInput manifests = Applying.input(root(), files);
        Session.Purpose purpose = dryRun ? Session.Purpose.LOOK : Session.Purpose.ACT;
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
                        .println(
                                "note: no controller is running, so this command is the controller and waits; start one with 'phoenixctl controller'");
            }
            return applying.run(manifests, set, prune, false, wait || session.isOwn(), timeout, json);
        }
    }

    /** Whether a kind is part of the host itself; {@code setup} applies only these. */
    static boolean isHostKind(Manifest manifest) {
        return manifest.resource().kind().scope() == Kind.Scope.HOST;
    }
}
