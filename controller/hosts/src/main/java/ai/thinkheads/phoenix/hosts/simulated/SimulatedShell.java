package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs commands in the machine's guests. */
final class SimulatedShell implements GuestShell {

    private final Operations operations;

    SimulatedShell(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Result run(Command command) {
        operations.countRead();
        throw new HostException(HostException.Cause.UNSUPPORTED, "no shell");
    }

    @Override
    public Result probe(Target target, int port, @Nullable String httpPath, boolean tls, Duration timeout) {
        operations.countRead();
        return new Result(1, "");
    }
}
