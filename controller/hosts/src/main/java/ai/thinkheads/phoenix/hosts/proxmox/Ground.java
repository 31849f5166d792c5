package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.command.Tally;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import java.util.ArrayList;
import java.util.List;

/**
 * What all parts of one host share.
 *
 * @param node the node's name in the cluster
 */
record Ground(ProxmoxApi api, String node, HostShell shell, Tasks tasks, HostClock clock, Tally tally) {

    /** A path below the node. */
    String path(String... parts) {
        List<String> all = new ArrayList<>(List.of("nodes", node));
        all.addAll(List.of(parts));
        return ProxmoxApi.path(all.toArray(String[]::new));
    }
}
