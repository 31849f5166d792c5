package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl exec}. */
public final class ExecCommand extends Verb {

    private String guest = "";
    private List<String> command = List.of();
    private boolean stdin;
    private Duration timeout = Duration.ofHours(1);

    ExecCommand(Phoenixctl root) {
        super(root, "exec", "Run a command in a guest: exec web -- ls -l /. Exits with the command's exit code.");
        takes().word("GUEST", "Name, kind/name or vmid.", given -> guest = given)
                .words("COMMAND", "The command and its arguments, after --.", given -> command = given)
                .flag("-i, --stdin", "Feed the command from standard input.", given -> stdin = given)
                .time("--timeout", "After which it is killed. Default: 1h.", given -> timeout = given);
    }

    @Override
    public Integer call() throws IOException {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        ArrayNode words = body.putArray("command");
        command.forEach(words::add);
        body.put("timeoutSeconds", Math.max(1, timeout.toSeconds()));
        if (stdin) {
            body.put("stdin", Base64.getEncoder().encodeToString(root().in().readAllBytes()));
        }
        AtomicInteger code = new AtomicInteger(ExitCode.NOT_CONVERGED);
        try (Session session = open(Session.Purpose.LOOK)) {
            ResourceKey key = Names.guest(session.api(), guest);
            String path = Names.path(Kinds.named(key.kind()).orElseThrow(), key.name()) + "/exec";
            session.api().follow("POST", path, body, false, line -> {
                if (line.has("output")) {
                    terminal().out().print(line.path("output").asString(""));
                    terminal().out().flush();
                }
                if (line.has("exitCode")) {
                    code.set(line.path("exitCode").asInt(ExitCode.NOT_CONVERGED));
                }
                return true;
            });
        }
        return code.get();
    }
}
