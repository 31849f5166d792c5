package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl annotate}. */
public final class AnnotateCommand extends Verb {

    private String resource = "";
    private List<String> pairs = List.of();

    AnnotateCommand(Phoenixctl root) {
        super(
                root,
                "annotate",
                "Set or remove annotations, consent among them: annotate ct/web KEY=VALUE, annotate ct/web KEY-.");
        takes().word("KIND/NAME", "The resource.", given -> resource = given)
                .words("KEY=VALUE", "KEY=VALUE to set, KEY- to remove.", given -> pairs = given);
    }

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
