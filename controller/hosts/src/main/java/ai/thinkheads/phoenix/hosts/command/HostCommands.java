package ai.thinkheads.phoenix.hosts.command;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What drivers usually want of {@link Commands}: the answer, or an exception that says what was asked for and what the host said.
 * It also counts the programs that were run.
 */
public final class HostCommands implements Commands {

    private static final int SAID = 600;

    private final Commands commands;
    private final AtomicLong count = new AtomicLong();

    public HostCommands(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Outcome run(Invocation invocation) {
        count.incrementAndGet();
        return commands.run(invocation);
    }

    /** How many programs were run. */
    public long count() {
        return count.get();
    }

    /** The standard output of a program that has to succeed. */
    public String answer(String... argv) {
        return answer(Invocation.of(argv));
    }

    public String answer(List<String> argv) {
        return answer(Invocation.of(argv));
    }

    public String answer(Invocation invocation) {
        Outcome outcome = run(invocation);
        if (!outcome.ok()) {
            throw failed(invocation, outcome);
        }
        return outcome.stdout();
    }

    /** Runs a constant script; what varies comes as {@code $1}, {@code $2}, …, never in its text. */
    public String script(String script, String... arguments) {
        return answer(scripted(script, arguments));
    }

    public static Invocation scripted(String script, String... arguments) {
        List<String> argv = new java.util.ArrayList<>(List.of("/bin/sh", "-c", script, "phoenix"));
        argv.addAll(List.of(arguments));
        return Invocation.of(argv);
    }

    /** Writes a file in one step: readers see the old one or the new one. Its folder is made when it is missing. */
    public void write(String path, String text, String mode) {
        answer(scripted(
                        "mkdir -p -- \"${1%/*}\" && t=$(mktemp \"$1.XXXXXX\") && cat >\"$t\" && chmod \"$2\" \"$t\" && sync -d \"$t\" && mv -f -T \"$t\" \"$1\""
                                + " || { rm -f \"$t\"; exit 1; }",
                        path, mode)
                .with(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** What to throw when a program failed. */
    public static HostException failed(Invocation invocation, Outcome outcome) {
        String program = invocation.argv().getFirst();
        boolean script = program.equals("/bin/sh");
        String what = script ? "a command on the host" : "'" + shortened(String.join(" ", invocation.argv())) + "'";
        if (outcome.exitCode() == -1) {
            return new HostException(
                    HostException.Cause.FAILED,
                    what + " was stopped after " + invocation.timeout().toSeconds() + " s; it did not end by itself");
        }
        String said = said(outcome);
        return new HostException(
                cause(said), what + " " + (said.isEmpty() ? "ended with " + outcome.exitCode() : "said: " + said));
    }

    /** What a program said about its failure, in one line. */
    public static String said(Outcome outcome) {
        String text = outcome.stderr().isBlank() ? outcome.stdout() : outcome.stderr();
        return shortened(text.strip().replaceAll("\\s*\\R\\s*", "; "));
    }

    private static String shortened(String text) {
        return text.length() <= SAID ? text : "… " + text.substring(text.length() - SAID);
    }

    /** What a message means, as far as programs agree on words. */
    public static HostException.Cause cause(String said) {
        String text = said.toLowerCase(java.util.Locale.ROOT);
        // GNU tar counts bytes where the last write came to less than it was given.
        if (text.contains("no space left")
                || text.contains("out of space")
                || text.contains("quota exceeded")
                || text.contains(": wrote only ")) {
            return HostException.Cause.NO_SPACE;
        }
        if (text.contains("permission denied") || text.contains("operation not permitted")) {
            return HostException.Cause.DENIED;
        }
        if (text.contains("is busy") || text.contains("could not get lock") || text.contains("resource temporarily")) {
            return HostException.Cause.LOCKED;
        }
        if (text.contains("does not exist") || text.contains("no such") || text.contains("cannot find")) {
            return HostException.Cause.NOT_FOUND;
        }
        return HostException.Cause.FAILED;
    }

    @Override
    public void close() {
        commands.close();
    }
}
