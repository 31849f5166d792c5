package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the whole host's state; the last one is given again while nothing has changed. Used only with the machine's lock held. */
final class HostReader {

    private final GuestView<ContainerConfig> containers;
    private final GuestView<VmConfig> machines;
    private @Nullable HostState last;
    private long lastVersion = -1;

    HostReader(GuestView<ContainerConfig> containers, GuestView<VmConfig> machines) {
        this.containers = containers;
        this.machines = machines;
    }

    HostState read(Transaction transaction) {
        HostState before = last;
        boolean busy = transaction.machine().locks().anyBusy();
        if (before != null && !busy && lastVersion == transaction.machine().version()) {
            return before;
        }
        HostState fresh = make(transaction);
        last = fresh;
        lastVersion = busy ? -1 : transaction.machine().version();
        return fresh;
    }

    private HostState make(Transaction transaction) {
        Map<String, ZfsPools.Observed> pools = new HashMap<>();
        List<String> importable = new ArrayList<>();
        transaction.pools((name, row) -> {
            if (row.imported()) {
                pools.put(name, SimulatedZfsPools.observe(transaction, name, row));
            } else if (!SimulatedZfsPools.state(transaction, row).equals("SUSPENDED")) {
                importable.add(name);
            }
        });
        Map<String, Networks.Observed> bridges = new HashMap<>();
        Map<String, Integer> cards = SimulatedNetworks.guests(transaction);
        transaction.bridges((name, row) ->
                bridges.put(name, SimulatedNetworks.observe(transaction, row, cards.getOrDefault(name, 0))));
        Map<String, Templates.Observed> templates = new HashMap<>();
        transaction.files((id, row) -> templates.put(id, SimulatedTemplates.observe(id, row)));
        return new HostState(
                SimulatedNode.observe(transaction),
                pools,
                importable,
                datasets(transaction),
                storages(transaction),
                bridges,
                SimulatedGpus.observe(transaction.gpu()),
                templates,
                GuestTable.copyOf(containers.all(transaction)),
                GuestTable.copyOf(machines.all(transaction)));
    }

    private static Map<String, ZfsDatasets.Observed> datasets(Transaction transaction) {
        Map<String, ZfsDatasets.Observed> all = new HashMap<>();
        Map<String, Map<String, String>> effective = new HashMap<>();
        // Tables are sorted, so that a dataset comes after those above it.
        transaction.datasets((name, row) -> {
            if (transaction.pool(Space.pool(name)).isEmpty()) {
                return;
            }
            String parent = Space.parent(name);
            Map<String, String> above = parent == null ? Map.of() : effective.getOrDefault(parent, Map.of());
            Map<String, String> own = ZfsProperties.effective(name, above, row.local());
            if (transaction.space().children(name) > 0) {
                effective.put(name, own);
            }
            all.put(name, SimulatedZfsDatasets.observe(transaction, name, row, own));
        });
        return all;
    }

    private static Map<String, Storages.Observed> storages(Transaction transaction) {
        Map<String, Integer> volumes = new HashMap<>();
        transaction.volumes((id, row) -> volumes.merge(row.storage(), 1, Integer::sum));
        transaction.files((id, row) -> volumes.merge(row.storage(), 1, Integer::sum));
        Map<String, Storages.Observed> all = new HashMap<>();
        transaction.storages(
                (id, row) -> all.put(id, SimulatedStorages.observe(transaction, id, row, volumes.getOrDefault(id, 0))));
        return all;
    }
}
