package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.schema.FieldDoc;
import ai.thinkheads.phoenix.api.schema.FieldDocs;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.output.Terminal;

/** {@code phoenixctl explain}. */
public final class ExplainCommand extends Verb {

    private String words = "";
    private boolean recursive;

    ExplainCommand(Phoenixctl root) {
        super(root, "explain", "Say what a kind or a field is for: explain ct, explain ct.spec.network.");
        takes().word("KIND[.FIELD...]", "A kind, and a path of fields below it.", given -> words = given)
                .flag("--recursive", "Show the fields of fields too.", given -> recursive = given);
    }

    @Override
    public Integer call() {
        Kind<?, ?> kind = Names.kind(words.split("\\.", 2)[0]);
        FieldDoc field;
        try {
            field = FieldDocs.find(words);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.INVALID, String.valueOf(e.getMessage()));
        }
        Terminal terminal = terminal();
        terminal.out().println(terminal.bold("KIND:     ") + kind.name() + "  (" + Kinds.API_VERSION + ")");
        if (words.contains(".")) {
            terminal.out()
                    .println(terminal.bold("FIELD:    ") + words.substring(words.indexOf('.') + 1) + " <" + field.type()
                            + ">" + (field.required() ? "  required" : ""));
        }
        terminal.out().println();
        terminal.out().println(field.description());
        field.constraints().forEach(each -> terminal.out().println("  " + each));
        if (!field.values().isEmpty()) {
            terminal.out().println("  one of " + String.join(", ", field.values()));
        }
        if (!field.children().isEmpty()) {
            terminal.out().println();
            terminal.out().println(terminal.bold("FIELDS:"));
            children(field, "  ");
        }
        return ExitCode.DONE;
    }

    private void children(FieldDoc field, String indent) {
        Terminal terminal = terminal();
        for (FieldDoc child : field.children()) {
            terminal.out()
                    .println(indent + terminal.green(child.name()) + " <" + child.type() + ">"
                            + (child.required() ? terminal.yellow(" required") : ""));
            if (recursive) {
                children(child, indent + "  ");
            } else {
                terminal.out().println(indent + "    " + child.description());
            }
        }
    }
}
