package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.wire.ApiException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code phoenixctl create}. */
@Command(name = "create", description = "Create resources; fails for those that exist.")
public final class CreateCommand extends Verb {

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
        int code = ExitCode.DONE;
        try (Session session = open(Session.Purpose.ACT)) {
            for (Manifest manifest : manifests) {
                try {
                    session.api().post(Names.path(manifest.resource().kind()), ResourceCodec.tree(manifest.resource()));
                    terminal().out().println(manifest.resource().key() + " created");
                } catch (ApiException e) {
                    if (e.code() != 409) {
                        throw e;
                    }
                    terminal()
                            .err()
                            .println(terminal().red("✗ ") + manifest.resource().key()
                                    + " exists already; use apply to change it");
                    code = ExitCode.NOT_CONVERGED;
                }
            }
        }
        return code;
    }
}
