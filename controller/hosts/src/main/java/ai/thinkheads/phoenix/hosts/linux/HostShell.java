package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Commands on the host itself, and probes of ports that are asked from the host. */
public final class HostShell implements GuestShell {

    private static final int BOUND = 64 << 10;

    /** Bash opens the port itself, so that a host without curl can be asked too. */
    private static final String CONNECT = "exec 3<>\"/dev/tcp/$1/$2\"";

    private final LinuxGround ground;

    public HostShell(LinuxGround ground) {
        this.ground = ground;
    }

    @Override
    public Result run(Command command) {
        if (command.target().vmid() != null) {
            throw new HostException(
                    HostException.Cause.UNSUPPORTED, "commands in guests are not for the host's own shell");
        }
        return command.readOnly()
                ? ground.tally().read(() -> execute(command))
                : ground.tally().change(() -> execute(command));
    }

    private Result execute(Command command) {
        return execute(ground.commands(), command.argv(), command);
    }

    /**
     * Runs that vector in place of the command's own and gathers what it prints, in the order in which it comes.
     *
     * @param argv for example an {@code lxc-attach} around the command's own
     */
    public static Result execute(Commands commands, List<String> argv, Command command) {
        StringBuilder tail = new StringBuilder();
        Consumer<String> listener = command.output();
        Commands.Outcome outcome = commands.run(new Commands.Invocation(
                argv,
                command.environment(),
                command.stdin(),
                command.timeout(),
                piece -> heard(tail, listener, piece)));
        synchronized (tail) {
            return new Result(outcome.exitCode(), tail.toString());
        }
    }

    private static void heard(StringBuilder tail, @Nullable Consumer<String> listener, String piece) {
        synchronized (tail) {
            tail.append(piece);
            if (tail.length() > BOUND) {
                tail.delete(0, tail.length() - BOUND);
            }
            if (listener != null) {
                listener.accept(piece);
            }
        }
    }

    @Override
    public Result probe(Target target, int port, @Nullable String httpPath, boolean tls, Duration timeout) {
        if (target.vmid() != null) {
            throw new HostException(HostException.Cause.UNSUPPORTED, "guests are not asked by the host's own shell");
        }
        return ground.tally().read(() -> probe(ground.commands(), "127.0.0.1", port, httpPath, tls, timeout));
    }

    /** Asks an address from the host. */
    public static Result probe(
            HostCommands commands, String address, int port, @Nullable String path, boolean tls, Duration timeout) {
        List<String> argv = asking(address, port, path, tls, timeout);
        Commands.Outcome outcome = commands.run(Commands.Invocation.of(argv).within(timeout.plusSeconds(1)));
        return new Result(outcome.exitCode(), (outcome.stdout() + " " + outcome.stderr()).strip());
    }

    /** The program that asks an address for an answer; it ends with 0 when that came. */
    public static List<String> asking(String address, int port, @Nullable String path, boolean tls, Duration timeout) {
        String seconds = String.valueOf(Math.max(1, timeout.toSeconds()));
        List<String> argv = new ArrayList<>();
        if (path == null) {
            argv.addAll(List.of("bash", "-c", CONNECT, "phoenix", address, String.valueOf(port)));
        } else {
            String host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
            argv.addAll(
                    List.of("curl", "-sS", "-f", "-k", "-o", "/dev/null", "--max-time", seconds, "-w", "%{http_code}"));
            argv.add((tls ? "https://" : "http://") + host + ":" + port + path);
        }
        return argv;
    }
}
