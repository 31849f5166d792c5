package ai.thinkheads.phoenix.cli;

import ai.thinkheads.phoenix.cli.wire.Endpoint;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options that every verb has. */
public final class Options {

    private @Nullable String stateDirectory;
    private @Nullable String server;
    private boolean noColour;
    private boolean verbose;
    private String logFormat = "text";

    private final Map<String, String> environment;
    private final String user;

    Options(Map<String, String> environment) {
        this(environment, System.getProperty("user.name", ""));
    }

    /**
     * The options before any argument was read.
     *
     * @param user the name of who runs it
     */
    Options(Map<String, String> environment, String user) {
        this.environment = environment;
        this.user = user;
    }

    /** Declares them for the root command and all verbs. */
    void declare(Syntax takes) {
        takes.option(
                        "--state-dir",
                        "FOLDER",
                        "Folder of the controller's state. Default: $PHOENIX_STATE_DIR, else /var/lib/phoenix as root"
                                + " and $XDG_STATE_HOME/phoenix otherwise.",
                        given -> stateDirectory = given)
                .option(
                        "--server",
                        "ADDRESS",
                        "Controller to speak to: unix:///path or http://127.0.0.1:8001. Default: $PHOENIX_SERVER, else"
                                + " the one of the state directory.",
                        given -> server = given)
                .flag("--no-color", "No colours, as with NO_COLOR set.", given -> noColour = given)
                .flag("-v, --verbose", "Log what the controller does in this process.", given -> verbose = given)
                .option("--log-format", "FORMAT", "text or json. Default: text.", given -> logFormat = given);
    }

    public boolean verbose() {
        return verbose;
    }

    public boolean noColour() {
        return noColour;
    }

    /**
     * The log format.
     *
     * @throws CommandFailed when it is neither text nor json
     */
    public boolean jsonLogs() {
        if (!logFormat.equals("text") && !logFormat.equals("json")) {
            throw new CommandFailed(ExitCode.INVALID, "--log-format is text or json, not '" + logFormat + "'");
        }
        return logFormat.equals("json");
    }

    /** The state directory, whether it exists or not. */
    public Path stateDirectory() {
        if (stateDirectory != null) {
            return Path.of(stateDirectory);
        }
        String named = environment.getOrDefault("PHOENIX_STATE_DIR", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        if (user.equals("root")) {
            return Path.of("/var/lib/phoenix");
        }
        String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
        // Not the home of the account: sudo -u, containers and services set another one.
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "/"));
        Path base = xdg.isEmpty() ? Path.of(home, ".local", "state") : Path.of(xdg);
        return base.resolve("phoenix");
    }

    /** The controller that the user named; null for the one of the state directory. */
    public @Nullable Endpoint server() {
        String named = server != null ? server : environment.getOrDefault("PHOENIX_SERVER", "");
        if (named.isEmpty()) {
            return null;
        }
        try {
            return Endpoint.parse(named);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.INVALID, String.valueOf(e.getMessage()));
        }
    }
}
