package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Nic;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether somebody has an address already that a container is about to take: the host itself, or whoever answers on the bridge. Two
 * with one address take each other's packets, and nothing in either would say so.
 */
final class LxcAddresses {

    /**
     * {@code $1}, {@code $2}: bridge and address, for each card. Says the first address that is taken and ends with 3. A neighbour on a
     * bridge answers within a millisecond; where the host has no address on that bridge, nobody can be asked and none is said.
     */
    private static final String ASK = String.join(
            "\n",
            "while [ $# -gt 1 ]; do",
            "  if ip -o addr show to \"$2\" 2>/dev/null | grep -q .; then echo \"$2 is an address of the host itself\"; exit 3; fi",
            "  if command -v ping >/dev/null && ping -n -q -c 1 -W 0.1 -I \"$1\" \"$2\" >/dev/null 2>&1; then",
            "    echo \"somebody on bridge $1 has the address $2\"; exit 3; fi",
            "  shift 2; done");

    private LxcAddresses() {}

    /** Refuses a configuration whose addresses are taken. Its container must not be running. */
    static void requireFree(LinuxGround ground, int vmid, ContainerConfig config) {
        List<String> pairs = pairs(config);
        if (pairs.isEmpty()) {
            return;
        }
        Commands.Outcome outcome = ground.commands().run(HostCommands.scripted(ASK, pairs.toArray(String[]::new)));
        if (outcome.exitCode() == 3) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "container " + vmid + " is not started: " + outcome.stdout().strip()
                            + " already; give one of the two another address");
        }
    }

    /** Bridge and address, without the prefix length, of each card with a static address. */
    static List<String> pairs(ContainerConfig config) {
        List<String> pairs = new ArrayList<>();
        for (Nic nic : config.nics()) {
            String address = nic.address();
            if (address != null && address.indexOf('/') > 0) {
                pairs.add(nic.bridge());
                pairs.add(address.substring(0, address.indexOf('/')));
            }
        }
        return pairs;
    }
}
