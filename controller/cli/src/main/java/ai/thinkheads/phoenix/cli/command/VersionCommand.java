package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.cli.ExitCode;
import picocli.CommandLine.Command;

/** {@code phoenixctl version}. */
@Command(name = "version", description = "Show the version.")
public final class VersionCommand extends Verb {

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
