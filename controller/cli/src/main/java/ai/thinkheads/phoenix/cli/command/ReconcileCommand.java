package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl reconcile}. */
public final class ReconcileCommand extends Verb {

    private List<String> words = List.of();
    private Duration timeout = Duration.ofMinutes(10);

    ReconcileCommand(Phoenixctl root) {
        super(
                root,
                "reconcile",
                "Compare with the host now, and repair: reconcile ct/web, reconcile git/homelab, reconcile all.");
        takes().words("KIND/NAME", "kind/name, a kind for all of it, or all.", given -> words = given)
                .time("--timeout", "How long to wait. Default: 10m.", given -> timeout = given);
    }

    @Override
    public Integer call() {
        try (Session session = open(Session.Purpose.ACT)) {
            List<String> keys = new ArrayList<>();
            for (Names.Selection selection : Names.parse(words)) {
                if (selection.names().isEmpty()) {
                    for (JsonNode item :
                            session.api().get(Names.path(selection.kind())).path("items")) {
                        keys.add(selection.kind().name() + "/"
                                + item.path("metadata").path("name").asString(""));
                    }
                } else {
                    selection.names().forEach(name -> {
                        Names.found(
                                session.api(),
                                selection.kind(),
                                name,
                                () -> session.api().get(Names.path(selection.kind(), name)));
                        keys.add(selection.kind().name() + "/" + name);
                    });
                }
            }
            if (keys.isEmpty()) {
                terminal().err().println("No resources found.");
                return ExitCode.DONE;
            }
            return new Reconciling(root(), session).run(keys, false, timeout);
        }
    }
}
