package ai.thinkheads.phoenix.hosts.zfs;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the tool's complaints mean. The words are those of OpenZFS 2.x and of zfs-fuse. */
final class ZfsFailure {

    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final int ROUNDS = 30;

    /** Looked for in order; the first that is found decides. */
    private static final List<Map.Entry<String, Cause>> MEANINGS = List.of(
            Map.entry("permission denied", Cause.DENIED),
            Map.entry("is busy", Cause.LOCKED),
            Map.entry("unmount failed", Cause.LOCKED),
            Map.entry("out of space", Cause.NO_SPACE),
            Map.entry("no space", Cause.NO_SPACE),
            Map.entry("greater than available", Cause.NO_SPACE),
            Map.entry("less than current used", Cause.REFUSED),
            Map.entry("already exists", Cause.REFUSED),
            Map.entry("must be one of", Cause.REFUSED),
            Map.entry("invalid", Cause.REFUSED),
            Map.entry("not a valid", Cause.REFUSED),
            Map.entry("bad property", Cause.REFUSED),
            Map.entry("bad numeric", Cause.REFUSED),
            Map.entry("must be a", Cause.REFUSED),
            Map.entry("must be power", Cause.REFUSED),
            Map.entry("read-only", Cause.REFUSED),
            Map.entry("readonly", Cause.REFUSED),
            Map.entry("dependent clones", Cause.REFUSED),
            Map.entry("has children", Cause.REFUSED),
            Map.entry("too small", Cause.REFUSED),
            Map.entry("mismatched replication", Cause.REFUSED),
            Map.entry("only inactive hot spares", Cause.REFUSED),
            Map.entry("may be in use", Cause.REFUSED),
            Map.entry("last accessed by another system", Cause.REFUSED),
            Map.entry("no valid replicas", Cause.REFUSED),
            Map.entry("does not exist", Cause.NOT_FOUND),
            Map.entry("no such", Cause.NOT_FOUND),
            Map.entry("could not find any", Cause.NOT_FOUND));

    private ZfsFailure() {}

    static Cause cause(String said) {
        String text = said.toLowerCase(Locale.ROOT);
        return MEANINGS.stream()
                .filter(each -> text.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Cause.FAILED);
    }

    static HostException of(List<String> argv, Outcome outcome, Duration patience) {
        String what = argv.get(0) + " " + argv.get(1);
        if (outcome.exitCode() == -1) {
            return new HostException(
                    Cause.FAILED,
                    "'" + what + "' did not end within " + patience.toSeconds() + " s; look at the disks");
        }
        String said = HostCommands.said(outcome);
        if (said.contains("internal error") || said.contains("failed to initialize")) {
            return new HostException(
                    Cause.FAILED,
                    "'" + what + "' said: " + said
                            + "; ZFS does not work on the host: see that its module is loaded or its" + " daemon runs");
        }
        return new HostException(
                cause(said),
                said.isEmpty() ? "'" + String.join(" ", argv) + "' ended with " + outcome.exitCode() : said);
    }

    static String check(HostCommands commands, List<String> argv, Duration patience) {
        Outcome outcome = commands.run(Invocation.of(argv).within(patience));
        if (!outcome.ok()) {
            throw of(argv, outcome, patience);
        }
        return outcome.stdout();
    }

    static void checkUntilFree(HostCommands commands, HostClock clock, List<String> argv, Duration patience) {
        for (int round = 0; ; round++) {
            Outcome outcome = commands.run(Invocation.of(argv).within(patience));
            if (outcome.ok()) {
                return;
            }
            HostException failure = of(argv, outcome, patience);
            if (failure.why() != Cause.LOCKED
                    || round == ROUNDS
                    || Thread.currentThread().isInterrupted()) {
                throw failure;
            }
            clock.sleep(PAUSE);
        }
    }
}
