package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.linux.HostShell;
import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Nic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands in containers by {@code lxc-attach}. Of the host's environment nothing comes along but the variables of the command,
 * whose values are in no argument.
 */
final class LxcShell implements GuestShell {

    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final LinuxGround ground;
    private final LxcState state;
    private final HostShell host;

    LxcShell(LinuxGround ground, LxcState state) {
        this.ground = ground;
        this.state = state;
        this.host = new HostShell(ground);
    }

    @Override
    public Result run(Command command) {
        Integer vmid = command.target().vmid();
        if (vmid == null) {
            return host.run(command);
        }
        return command.readOnly()
                ? ground.tally().read(() -> attach(vmid, command))
                : ground.tally().change(() -> attach(vmid, command));
    }

    private Result attach(int vmid, Command command) {
        LxcListing.Entry entry = running(vmid);
        List<String> argv = new ArrayList<>(
                List.of("lxc-attach", "-P", ground.roots().containers(), "-n", entry.folder(), "--clear-env"));
        argv.addAll(List.of("-v", PATH, "-v", "HOME=/root", "-v", "LANG=C.UTF-8"));
        command.environment().keySet().stream().sorted().forEach(name -> argv.addAll(List.of("--keep-var", name)));
        argv.add("--");
        argv.addAll(command.argv());
        return HostShell.execute(ground.commands(), argv, command);
    }

    private LxcListing.Entry running(int vmid) {
        LxcListing.Entry entry = state.find(vmid)
                .orElseThrow(() ->
                        new HostException(HostException.Cause.NOT_FOUND, "container " + vmid + " does not exist"));
        if (entry.running() == null) {
            throw new HostException(HostException.Cause.FAILED, "container " + vmid + " is not running");
        }
        if (entry.running().frozen()) {
            // What is started in a frozen container stands still with it, and whoever waits for its end waits for ever.
            throw new HostException(HostException.Cause.FAILED, "container " + vmid + " is frozen");
        }
        return entry;
    }

    /** Asks from within the container's network, so that neither the host's routes nor its filters have a say. */
    @Override
    public Result probe(Target target, int port, @Nullable String httpPath, boolean tls, Duration timeout) {
        Integer vmid = target.vmid();
        if (vmid == null) {
            return host.probe(target, port, httpPath, tls, timeout);
        }
        return ground.tally().read(() -> {
            LxcListing.Entry entry = running(vmid);
            LxcListing.Running now = java.util.Objects.requireNonNull(entry.running());
            List<String> argv = new ArrayList<>(List.of("nsenter", "-t", String.valueOf(now.pid()), "-n", "--"));
            argv.addAll(HostShell.asking(address(entry), port, httpPath, tls, timeout));
            Commands.Outcome outcome =
                    ground.commands().run(Commands.Invocation.of(argv).within(timeout.plusSeconds(1)));
            return new Result(outcome.exitCode(), (outcome.stdout() + " " + outcome.stderr()).strip());
        });
    }

    private static String address(LxcListing.Entry entry) {
        for (Nic nic : entry.observed().effective().nics()) {
            String address = nic.address();
            if (address != null && address.indexOf('/') > 0) {
                return address.substring(0, address.indexOf('/'));
            }
        }
        List<String> seen = entry.observed().addresses();
        return seen.isEmpty() ? "127.0.0.1" : seen.getFirst();
    }
}
