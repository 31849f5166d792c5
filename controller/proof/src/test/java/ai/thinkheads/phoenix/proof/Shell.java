package ai.thinkheads.phoenix.proof;

import ai.thinkheads.phoenix.cli.Phoenixctl;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A person at a terminal: runs {@code phoenixctl} in this process with a state directory of its own. */
public final class Shell {

    private final Map<String, String> environment;

    public Shell(Path stateDirectory) {
        this.environment = new HashMap<>(Map.of("PHOENIX_STATE_DIR", stateDirectory.toString()));
    }

    /** What a command left behind. */
    public record Outcome(int exitCode, String out, String err) {

        /** The last line of standard output as JSON. */
        public JsonNode json() {
            String[] lines = out.strip().split("\n");
            return JsonMapper.shared().readTree(lines[lines.length - 1]);
        }

        /** All of standard output as JSON. */
        public JsonNode document() {
            return JsonMapper.shared().readTree(out);
        }
    }

    public Outcome run(String... arguments) {
        return feed("", arguments);
    }

    /** Runs what goes on by itself, with its output where it can be looked at meanwhile. */
    public int run(ByteArrayOutputStream out, String... arguments) {
        return Phoenixctl.run(
                arguments,
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                environment);
    }

    /** The same with something on standard input. */
    public Outcome feed(String stdin, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Phoenixctl.run(
                arguments,
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
        return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
