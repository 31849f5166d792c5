package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.ParentCommand;

/** What every verb has: the root command with the options, and with it a terminal and sessions. */
abstract class Verb implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private Phoenixctl root;

    Phoenixctl root() {
        return root;
    }

    Terminal terminal() {
        return root.terminal();
    }

    Session open(Session.Purpose purpose) {
        return Session.open(root.options(), purpose);
    }
}
