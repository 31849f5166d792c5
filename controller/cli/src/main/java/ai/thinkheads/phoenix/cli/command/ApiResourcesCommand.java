package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.output.TextTable;
import java.util.List;

/** {@code phoenixctl api-resources}. */
public final class ApiResourcesCommand extends Verb {

    ApiResourcesCommand(Phoenixctl root) {
        super(root, "api-resources", "List the kinds.");
    }

    @Override
    public Integer call() {
        TextTable table = new TextTable(List.of("NAME", "SHORTNAMES", "KIND", "SUMMARY"));
        for (Kind<?, ?> kind : Kinds.ALL) {
            table.row(List.of(kind.plural(), String.join(",", kind.shortNames()), kind.name(), kind.summary()));
        }
        table.print(terminal());
        return ExitCode.DONE;
    }
}
