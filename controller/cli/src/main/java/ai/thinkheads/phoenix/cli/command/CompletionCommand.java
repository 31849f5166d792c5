package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import java.io.PrintStream;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code phoenixctl completion}. */
public final class CompletionCommand extends Verb {

    private String shell = "";

    CompletionCommand(Phoenixctl root) {
        super(root, "completion", "Print a script that completes phoenixctl's words: bash, zsh or fish.");
        takes().word("SHELL", "bash, zsh or fish.", given -> shell = given);
    }

    @Override
    public Integer call() {
        switch (shell) {
            case "bash", "zsh" -> terminal().out().print(AutoComplete.bash("phoenixctl", root().line()));
            case "fish" -> fish(terminal().out());
            default ->
                throw new CommandFailed(
                        ExitCode.INVALID, "there are scripts for bash, zsh and fish, not for '" + shell + "'");
        }
        return ExitCode.DONE;
    }

    private void fish(PrintStream out) {
        out.println("# fish completion for phoenixctl");
        out.println("complete -c phoenixctl -f");
        for (Map.Entry<String, CommandLine> verb :
                root().line().getSubcommands().entrySet()) {
            String seen = "__fish_seen_subcommand_from " + verb.getKey();
            out.println("complete -c phoenixctl -n __fish_use_subcommand -a " + verb.getKey() + " -d "
                    + quote(String.join(
                            " ", verb.getValue().getCommandSpec().usageMessage().description())));
            for (OptionSpec option : verb.getValue().getCommandSpec().options()) {
                StringBuilder line = new StringBuilder("complete -c phoenixctl -n ").append(quote(seen));
                for (String name : option.names()) {
                    line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
                }
                out.println(line.append(option.arity().max() == 0 ? "" : " -r")
                        .append(" -d ")
                        .append(quote(String.join(" ", option.description()))));
            }
        }
        for (Kind<?, ?> kind : Kinds.ALL) {
            out.println("complete -c phoenixctl -n '__fish_seen_subcommand_from get describe delete wait explain"
                    + " reconcile' -a "
                    + kind.plural() + " -d " + quote(kind.summary()));
        }
    }

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
