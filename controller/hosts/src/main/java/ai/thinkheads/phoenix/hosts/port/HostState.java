package ai.thinkheads.phoenix.hosts.port;

import java.util.List;
import java.util.Map;

/**
 * A whole host at one moment. Maps are keyed by the host's own names and numbers.
 *
 * @param templates archives and images that the storages hold, by volume id
 * @param importable names of pools that lie on the host's disks and are not imported
 */
public record HostState(
        Node.Observed node,
        Map<String, ZfsPools.Observed> pools,
        List<String> importable,
        Map<String, ZfsDatasets.Observed> datasets,
        Map<String, Storages.Observed> storages,
        Map<String, Networks.Observed> bridges,
        Gpus.Observed gpus,
        Map<String, Templates.Observed> templates,
        GuestTable<ContainerConfig> containers,
        GuestTable<VmConfig> virtualMachines) {

    public HostState {
        pools = Map.copyOf(pools);
        importable = List.copyOf(importable);
        datasets = Map.copyOf(datasets);
        storages = Map.copyOf(storages);
        bridges = Map.copyOf(bridges);
        templates = Map.copyOf(templates);
    }
}
