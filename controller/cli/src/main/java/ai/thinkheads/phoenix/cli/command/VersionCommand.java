package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;

/** {@code phoenixctl version}. */
public final class VersionCommand extends Verb {

    VersionCommand(Phoenixctl root) {
        super(root, "version", "Show the version.");
    }

    @Override
    public Integer call() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        terminal()
                .out()
                .println("phoenixctl " + (version == null ? "development" : version) + ", API " + Kinds.API_VERSION
                        + ", Java " + Runtime.version().feature());
        return ExitCode.DONE;
    }
}
