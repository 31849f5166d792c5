package ai.thinkheads.phoenix.hosts.command;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs on one host, as root there.
 *
 * <p>Arguments and environment arrive as they are, with spaces, quotes, {@code $()} and newlines. Safe for use by several threads.
 */
public interface Commands extends AutoCloseable {

    /**
     * Runs a program and waits for its end. One that fails is an outcome, not an exception.
     *
     * @throws HostException UNREACHABLE when it is not known whether the program ran or how it ended; NOT_FOUND when there is no
     *     such program
     */
    Outcome run(Invocation invocation);

    @Override
    void close();

    /**
     * @param argv the program, looked up on the host's PATH, and its arguments; no secrets in it
     * @param environment added to the host's own; may hold secrets
     * @param stdin empty for none
     * @param timeout after which the program and its children are killed
     * @param output called with pieces of standard output and error as they come; null when nobody listens
     */
    record Invocation(
            List<String> argv,
            Map<String, String> environment,
            byte[] stdin,
            Duration timeout,
            @Nullable Consumer<String> output) {

        private static final Duration USUAL = Duration.ofSeconds(60);

        public Invocation {
            argv = List.copyOf(argv);
            environment = Map.copyOf(environment);
        }

        public static Invocation of(String... argv) {
            return of(List.of(argv));
        }

        public static Invocation of(List<String> argv) {
            return new Invocation(argv, Map.of(), new byte[0], USUAL, null);
        }

        public Invocation within(Duration limit) {
            return new Invocation(argv, environment, stdin, limit, output);
        }

        public Invocation with(byte[] input) {
            return new Invocation(argv, environment, input, timeout, output);
        }

        @Override
        public String toString() {
            return String.join(" ", argv);
        }
    }

    /**
     * @param exitCode -1 when the program was killed because it took too long
     * @param stdout at most 64 MiB of it
     * @param stderr the last 64 KiB of it
     */
    record Outcome(int exitCode, String stdout, String stderr) {
        public boolean ok() {
            return exitCode == 0;
        }
    }
}
