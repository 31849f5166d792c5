package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.Syntax;
import ai.thinkheads.phoenix.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** What every verb has: a name, what it takes, and the root command with the options, and with it a terminal and sessions. */
public abstract class Verb implements Callable<Integer> {

    private final Phoenixctl root;
    private final CommandSpec spec;
    private final Syntax syntax;

    /**
     * A verb that takes nothing yet.
     *
     * @param description for the help
     */
    Verb(Phoenixctl root, String name, String description) {
        this.root = root;
        spec = CommandSpec.wrapWithoutInspection(this).name(name);
        spec.usageMessage().description(description);
        syntax = new Syntax(spec);
    }

    /** The verb as picocli knows it. */
    public CommandSpec spec() {
        return spec;
    }

    /** To declare what it takes. */
    Syntax takes() {
        return syntax;
    }

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
