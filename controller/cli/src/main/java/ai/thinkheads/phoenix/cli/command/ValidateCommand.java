package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import java.util.List;

/** {@code phoenixctl validate}. */
public final class ValidateCommand extends Verb {

    private List<String> files = List.of();

    ValidateCommand(Phoenixctl root) {
        super(root, "validate", "Check manifests, each for itself and against each other, without a controller.");
        takes().manifests(given -> files = given);
    }

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
