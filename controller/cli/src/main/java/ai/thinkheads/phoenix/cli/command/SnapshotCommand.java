package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl snapshot}. */
@Command(name = "snapshot", description = "Take a snapshot of a guest now, or go back to one.")
public final class SnapshotCommand extends Verb {

    @Parameters(index = "0", paramLabel = "GUEST", description = "Name, kind/name or vmid.")
    private String guest = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "Name of the snapshot.")
    private String name = "";

    @Option(names = "--description", paramLabel = "TEXT", description = "Words for people.")
    private String description = "";

    @Option(names = "--rollback", description = "Go back to that snapshot; what was written since is lost.")
    private boolean rollback;

    @Option(names = "--yes", description = "Needed with --rollback: yes, what was written since is lost.")
    private boolean yes;

    @Override
    public Integer call() {
        if (rollback && !yes) {
            throw new CommandFailed(
                    ExitCode.INVALID,
                    "a rollback loses what " + guest + " wrote since the snapshot '" + name
                            + "'; add --yes if that is what you want");
        }
        try (Session session = open(Session.Purpose.ACT)) {
            ResourceKey key = Names.guest(session.api(), guest);
            String path = Names.path(Kinds.named(key.kind()).orElseThrow(), key.name());
            ObjectNode body =
                    JsonMapper.shared().createObjectNode().put("name", name).put("description", description);
            session.api().post(path + (rollback ? "/rollback" : "/snapshot"), body);
            terminal().out().println(key + (rollback ? " is back at snapshot " : " has a snapshot ") + name);
            return ExitCode.DONE;
        }
    }
}
