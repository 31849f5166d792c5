package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.Session;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code phoenixctl converge}. */
@Command(
        name = "converge",
        description = "Compare a guest and all it depends on with the host again, feature checks included, and repair.")
public final class ConvergeCommand extends Verb {

    @Parameters(paramLabel = "GUEST", description = "Name, kind/name or vmid.")
    private String guest = "";

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeLimit.class,
            description = "How long to wait. Default: 30m.")
    private Duration timeout = Duration.ofMinutes(30);

    @Override
    public Integer call() {
        try (Session session = open(Session.Purpose.ACT)) {
            String key = Names.guest(session.api(), guest).toString();
            return new Reconciling(root(), session.api()).run(List.of(key), true, timeout);
        }
    }
}
