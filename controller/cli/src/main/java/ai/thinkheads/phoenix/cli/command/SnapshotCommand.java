package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl snapshot}. */
public final class SnapshotCommand extends Verb {

    private String guest = "";
    private String name = "";
    private String description = "";
    private boolean rollback;
    private boolean yes;

    SnapshotCommand(Phoenixctl root) {
        super(root, "snapshot", "Take a snapshot of a guest now, or go back to one.");
        takes().word("GUEST", "Name, kind/name or vmid.", given -> guest = given)
                .word("NAME", "Name of the snapshot.", given -> name = given)
                .option("--description", "TEXT", "Words for people.", given -> description = given)
                .flag(
                        "--rollback",
                        "Go back to that snapshot; what was written since is lost.",
                        given -> rollback = given)
                .flag("--yes", "Needed with --rollback: yes, what was written since is lost.", given -> yes = given);
    }

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
