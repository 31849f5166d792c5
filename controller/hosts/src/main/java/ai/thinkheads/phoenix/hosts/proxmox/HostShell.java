package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host's command line, where the manifest gives one. */
final class HostShell implements AutoCloseable {

    private static final Duration USUAL = Duration.ofSeconds(60);

    private final @Nullable HostCommands commands;

    /**
     * @param commands null when the manifest has no {@code spec.shell}
     */
    HostShell(@Nullable Commands commands) {
        this.commands = commands == null ? null : new HostCommands(commands);
    }

    boolean isThere() {
        return commands != null;
    }

    /** How many programs were run. */
    long runs() {
        return commands == null ? 0 : commands.count();
    }

    /**
     * The commands.
     *
     * @param what what needs them, for the message: {@code raw lxc lines}
     * @throws HostException UNSUPPORTED when there is no shell
     */
    HostCommands require(String what) {
        HostCommands there = commands;
        if (there == null) {
            throw new HostException(
                    HostException.Cause.UNSUPPORTED,
                    what + " cannot be done through Proxmox's API: set spec.shell of the Hypervisor to local or ssh");
        }
        return there;
    }

    Outcome run(String what, Invocation invocation) {
        return require(what).run(invocation);
    }

    /** Runs a program that has to succeed and gives its output. */
    String output(String what, List<String> argv) {
        return output(what, argv, "", USUAL);
    }

    String output(String what, List<String> argv, String stdin, Duration timeout) {
        Outcome outcome = run(
                what,
                Invocation.of(argv).with(stdin.getBytes(StandardCharsets.UTF_8)).within(timeout));
        if (!outcome.ok()) {
            throw failed(what, argv, outcome);
        }
        return outcome.stdout();
    }

    /** What a program says, or nothing when it fails: for what a host may not have. */
    String quietly(String what, List<String> argv) {
        try {
            Outcome outcome = run(what, Invocation.of(argv));
            return outcome.ok() ? outcome.stdout() : "";
        } catch (HostException e) {
            if (e.why() == HostException.Cause.NOT_FOUND) {
                return "";
            }
            throw e;
        }
    }

    static HostException failed(String what, List<String> argv, Outcome outcome) {
        String said = (outcome.stderr().isBlank() ? outcome.stdout() : outcome.stderr()).strip();
        String last = said.length() > 600 ? "…" + said.substring(said.length() - 600) : said;
        HostException meaning =
                Refusals.ofText(last.replaceAll("\\s*\\n\\s*", ": "), guest(argv), "", HostException.Cause.FAILED);
        return new HostException(
                meaning.why(),
                what + " failed: " + argv.getFirst() + " ended with "
                        + (outcome.exitCode() < 0 ? "a time-out" : outcome.exitCode()) + ": " + meaning.getMessage());
    }

    private static String guest(List<String> argv) {
        if (argv.size() < 3 || !argv.get(2).matches("\\d+")) {
            return "";
        }
        return switch (argv.getFirst()) {
            case "pct" -> "lxc/" + argv.get(2);
            case "qm" -> "qemu/" + argv.get(2);
            default -> "";
        };
    }

    @Override
    public void close() {
        HostCommands there = commands;
        if (there != null) {
            there.close();
        }
    }
}
