package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Session;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl annotate}. */
@Command(
        name = "annotate",
        description = "Set or remove annotations, consent among them: annotate ct/web KEY=VALUE, annotate ct/web KEY-.")
public final class AnnotateCommand extends Verb {

    @Parameters(index = "0", paramLabel = "KIND/NAME", description = "The resource.")
    private String resource = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "KEY=VALUE",
            description = "KEY=VALUE to set, KEY- to remove.")
    private List<String> pairs = List.of();

    @Override
    public Integer call() {
        Names.Selection one = Names.parse(List.of(resource)).getFirst();
        if (one.names().size() != 1) {
            throw new CommandFailed(ExitCode.INVALID, "'" + resource + "' is not kind/name");
        }
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        ObjectNode annotations = patch.putObject("metadata").putObject("annotations");
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                annotations.put(pair.substring(0, equals), pair.substring(equals + 1));
            } else if (pair.endsWith("-") && pair.length() > 1) {
                annotations.putNull(pair.substring(0, pair.length() - 1));
            } else {
                throw new CommandFailed(ExitCode.INVALID, "'" + pair + "' is neither KEY=VALUE nor KEY-");
            }
        }
        try (Session session = open(Session.Purpose.ACT)) {
            String name = one.names().getFirst();
            Names.found(
                    session.api(),
                    one.kind(),
                    name,
                    () -> session.api().mergePatch(Names.path(one.kind(), name), patch));
            terminal().out().println(one.kind().name() + "/" + name + " annotated");
        }
        return ExitCode.DONE;
    }
}
