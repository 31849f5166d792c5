package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What start, stop and restart have in common: a change to the resource, and a state of the guest that is waited for. */
abstract class PowerChange extends Verb {

    private String guest = "";
    private Duration timeout = Duration.ofMinutes(5);

    PowerChange(Phoenixctl root, String name, String description) {
        super(root, name, description);
        takes().word("GUEST", "Name, kind/name or vmid.", given -> guest = given)
                .time("--timeout", "How long to wait. Default: 5m.", given -> timeout = given);
    }

    /** The merge patch that asks for it. */
    abstract ObjectNode patch(JsonNode resource);

    /** Whether the resource, as it is now, says that it has happened. */
    abstract Predicate<JsonNode> done(Instant asked);

    /** The word for what has happened. */
    abstract String past();

    @Override
    public Integer call() {
        try (Session session = open(Session.Purpose.ACT)) {
            ApiClient api = session.api();
            ResourceKey key = Names.guest(api, guest);
            String path = Names.path(Kinds.named(key.kind()).orElseThrow(), key.name());
            Instant asked = root().clock().instant();
            api.mergePatch(path, patch(api.get(path)));
            Predicate<JsonNode> done = done(asked);
            JsonNode now = api.get(path);
            while (!done.test(now)) {
                if (Duration.between(asked, root().clock().instant()).compareTo(timeout) > 0) {
                    terminal().err().println(terminal().red("✗ ") + key + "  " + WaitCommand.message(now, "Ready"));
                    return ExitCode.NOT_CONVERGED;
                }
                WaitCommand.pause();
                now = api.get(path);
            }
            terminal().out().println(key + " " + past());
            return ExitCode.DONE;
        }
    }
}
