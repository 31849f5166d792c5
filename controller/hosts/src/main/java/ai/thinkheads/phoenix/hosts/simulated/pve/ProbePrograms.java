package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program.Run;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Programs of the machine that ask its guests over the network: {@code curl}, and bash's {@code /dev/tcp}. */
final class ProbePrograms {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern URL = Pattern.compile("(https?)://\\[?([0-9a-fA-F.:]+?)]?:(\\d{1,5})(/\\S*)?");

    private final SimulatedHost host;
    private final Supplier<HostState> state;

    ProbePrograms(SimulatedHost host, Supplier<HostState> state) {
        this.host = host;
        this.state = state;
    }

    /** {@code bash -c 'exec 3<>"/dev/tcp/$1/$2"' NAME ADDRESS PORT}; every other call is the system's own. */
    int bash(Run run) {
        List<String> args = run.args();
        boolean asks =
                args.size() == 5 && args.getFirst().equals("-c") && args.get(1).contains("/dev/tcp/$1/$2");
        if (!asks || !args.get(4).matches("\\d{1,5}")) {
            return Program.NOT_MINE;
        }
        GuestShell.Target target = target(args.get(3));
        boolean open = target != null
                && host.shell()
                        .probe(target, Integer.parseInt(args.get(4)), null, false, PATIENCE)
                        .ok();
        return open
                ? 0
                : run.fail(
                        1,
                        "bash: connect: Connection refused\nbash: line 1: /dev/tcp/" + args.get(3) + "/" + args.get(4)
                                + ": Connection refused");
    }

    /** A request to a guest's address; every other one is the system's own. */
    int curl(Run run) {
        for (String each : run.args()) {
            Matcher url = URL.matcher(each);
            GuestShell.Target target = url.matches() ? target(url.group(2)) : null;
            if (target != null) {
                String path = url.group(4) == null ? "/" : url.group(4);
                GuestShell.Result result = host.shell()
                        .probe(
                                target,
                                Integer.parseInt(url.group(3)),
                                path,
                                url.group(1).equals("https"),
                                PATIENCE);
                return result.ok()
                        ? 0
                        : run.fail(
                                7,
                                "curl: (7) Failed to connect to " + url.group(2) + " port " + url.group(3)
                                        + ": Connection refused");
            }
        }
        return Program.NOT_MINE;
    }

    private GuestShell.@Nullable Target target(String address) {
        HostState now = state.get();
        for (Guests.Observed<? extends GuestConfig> each : now.containers().values()) {
            if (each.addresses().contains(address)) {
                return GuestShell.Target.guest(GuestKind.CONTAINER, each.vmid());
            }
        }
        for (Guests.Observed<? extends GuestConfig> each : now.virtualMachines().values()) {
            if (each.addresses().contains(address)) {
                return GuestShell.Target.guest(GuestKind.VIRTUAL_MACHINE, each.vmid());
            }
        }
        return null;
    }
}
