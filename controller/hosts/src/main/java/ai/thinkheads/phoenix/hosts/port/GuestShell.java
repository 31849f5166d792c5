package ai.thinkheads.phoenix.hosts.port;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs commands in guests and on the host, without a shell in between. */
public interface GuestShell {

    /** Runs a command and waits for its end. A command that fails is a result, not an exception. */
    Result run(Command command);

    /** Asks for an answer on a TCP port of the guest; the result's exit code is 0 when it came. HTTP only when a path is given. */
    Result probe(Target target, int port, @Nullable String httpPath, boolean tls, Duration timeout);

    /**
     * @param vmid the guest; null for the host itself
     */
    record Target(@Nullable GuestKind kind, @Nullable Integer vmid) {

        /** The host itself. */
        public static final Target HOST = new Target(null, null);

        public static Target guest(GuestKind kind, int vmid) {
            return new Target(kind, vmid);
        }
    }

    /**
     * A command.
     *
     * @param argv no secrets in it
     * @param environment may hold secrets, which go by standard input or the guest's own channel, never by an argument
     * @param stdin empty for none
     * @param timeout after which the command is killed
     * @param readOnly whether it only looks, which decides on whether it counts as a change
     * @param output called with pieces of standard output and error as they come; null when nobody listens
     */
    record Command(
            Target target,
            List<String> argv,
            Map<String, String> environment,
            byte[] stdin,
            Duration timeout,
            boolean readOnly,
            @Nullable Consumer<String> output) {

        public Command {
            argv = List.copyOf(argv);
            environment = Map.copyOf(environment);
        }

        @Override
        public String toString() {
            return "Command[" + target + ", " + argv + "]";
        }
    }

    /**
     * @param exitCode -1 when it was killed because it took too long
     * @param output the last 64 KiB of standard output and error together
     */
    record Result(int exitCode, String output) {
        public boolean ok() {
            return exitCode == 0;
        }
    }
}
