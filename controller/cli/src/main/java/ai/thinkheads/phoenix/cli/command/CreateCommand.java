package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.wire.ApiException;
import java.util.List;

/** {@code phoenixctl create}. */
public final class CreateCommand extends Verb {

    private List<String> files = List.of();

    CreateCommand(Phoenixctl root) {
        super(root, "create", "Create resources; fails for those that exist.");
        takes().manifests(given -> files = given);
    }

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
