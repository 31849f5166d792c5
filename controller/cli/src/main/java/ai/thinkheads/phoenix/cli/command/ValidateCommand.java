package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code phoenixctl validate}. */
@Command(
        name = "validate",
        description = "Check manifests, each for itself and against each other, without a controller.")
public final class ValidateCommand extends Verb {

    @Option(
            names = {"-f", "--filename"},
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "File, folder (with all below it), or - for standard input.")
    private List<String> files = List.of();

    @Override
    public Integer call() {
        List<Manifest> manifests = Applying.read(root(), files);
        List<String> errors = SetCheck.errors(manifests, terminal());
        errors.forEach(error -> terminal().err().println(error));
        if (!errors.isEmpty()) {
            terminal().err().println("phoenixctl: " + errors.size() + (errors.size() == 1 ? " problem" : " problems"));
            return ExitCode.INVALID;
        }
        terminal()
                .out()
                .println(manifests.size() + (manifests.size() == 1 ? " resource is" : " resources are") + " valid.");
        return ExitCode.DONE;
    }
}
