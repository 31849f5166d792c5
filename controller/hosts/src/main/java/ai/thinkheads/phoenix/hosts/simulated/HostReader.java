package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the whole host's state; the last one is given again while nothing has changed, and of the last one those parts whose tables
 * have not. Used only with the machine's lock held.
 */
final class HostReader {

    private final GuestView<ContainerConfig> containers;
    private final GuestView<VmConfig> machines;
    private final Part<Node.Observed> node =
            new Part<>(SimulatedNode::observe, Table.NODE, Table.GPU, Table.DISK, Table.POOL, Table.CONTENTS);
    private final Part<Pools> pools = new Part<>(HostReader::pools, Table.POOL, Table.DISK, Table.DATASET);
    private final Part<Map<String, ZfsDatasets.Observed>> datasets =
            new Part<>(this::datasets, Table.DATASET, Table.POOL, Table.DISK);
    private final Part<Map<String, Storages.Observed>> storages = new Part<>(
            HostReader::storages, Table.STORAGE, Table.VOLUME, Table.FILE, Table.DATASET, Table.POOL, Table.DISK);
    private final Part<Map<String, Networks.Observed>> bridges =
            new Part<>(HostReader::bridges, Table.BRIDGE, Table.RELOAD, Table.NODE, Table.GUEST);
    private final Part<Gpus.Observed> gpus =
            new Part<>(transaction -> SimulatedGpus.observe(transaction.gpu()), Table.GPU);
    private final Part<Map<String, Templates.Observed>> templates = new Part<>(HostReader::templates, Table.FILE);
    private final Part<GuestTable<ContainerConfig>> quietContainers;
    private final Part<GuestTable<VmConfig>> quietMachines;
    private final Map<String, SeenDataset> seenDatasets = new HashMap<>();
    private @Nullable HostState last;
    private long lastVersion = -1;

    /** A part of the state, and the tables that it is made of and of nothing else. */
    private static final class Part<T> {
        private final Function<Transaction, T> make;
        private final Table[] tables;
        private @Nullable T last;
        private long changes;

        Part(Function<Transaction, T> make, Table... tables) {
            this.make = make;
            this.tables = tables;
        }

        T of(Transaction transaction) {
            long now = transaction.machine().changes(tables);
            T known = last;
            if (known == null || now != changes) {
                known = make.apply(transaction);
                last = known;
                changes = now;
            }
            return known;
        }
    }

    private record Pools(Map<String, ZfsPools.Observed> imported, List<String> importable) {}

    /**
     * What was made of a dataset.
     *
     * @param above the properties in force above it
     * @param own those in force on it
     */
    private record SeenDataset(
            Row.Dataset row, Map<String, String> above, Map<String, String> own, ZfsDatasets.Observed observed) {

        boolean isAsLarge(Space space, String name) {
            return observed.used().bytes() == space.used(name)
                    && observed.available().bytes() == space.available(name)
                    && observed.children() == space.children(name);
        }
    }

    HostReader(GuestView<ContainerConfig> containers, GuestView<VmConfig> machines) {
        this.containers = containers;
        this.machines = machines;
        this.quietContainers = new Part<>(look -> GuestTable.copyOf(containers.all(look)), Table.GUEST);
        this.quietMachines = new Part<>(look -> GuestTable.copyOf(machines.all(look)), Table.GUEST);
    }

    HostState read(Transaction transaction) {
        HostState before = last;
        boolean busy = transaction.machine().locks().anyBusy();
        if (before != null && !busy && lastVersion == transaction.machine().version()) {
            return before;
        }
        HostState fresh = make(transaction, busy);
        last = fresh;
        lastVersion = busy ? -1 : transaction.machine().version();
        return fresh;
    }

    private HostState make(Transaction transaction, boolean busy) {
        Pools known = pools.of(transaction);
        return new HostState(
                node.of(transaction),
                known.imported(),
                known.importable(),
                datasets.of(transaction),
                storages.of(transaction),
                bridges.of(transaction),
                gpus.of(transaction),
                templates.of(transaction),
                // What holds a guest for the moment is in no table.
                busy ? GuestTable.copyOf(containers.all(transaction)) : quietContainers.of(transaction),
                busy ? GuestTable.copyOf(machines.all(transaction)) : quietMachines.of(transaction));
    }

    private static Pools pools(Transaction transaction) {
        Map<String, ZfsPools.Observed> imported = new HashMap<>();
        List<String> importable = new ArrayList<>();
        transaction.pools((name, row) -> {
            if (row.imported()) {
                imported.put(name, SimulatedZfsPools.observe(transaction, name, row));
            } else if (!SimulatedZfsPools.state(transaction, row).equals("SUSPENDED")) {
                importable.add(name);
            }
        });
        return new Pools(Map.copyOf(imported), List.copyOf(importable));
    }

    private static Map<String, Networks.Observed> bridges(Transaction transaction) {
        Map<String, Networks.Observed> bridges = new HashMap<>();
        Map<String, Integer> cards = SimulatedNetworks.guests(transaction);
        transaction.bridges((name, row) ->
                bridges.put(name, SimulatedNetworks.observe(transaction, row, cards.getOrDefault(name, 0))));
        return Map.copyOf(bridges);
    }

    private static Map<String, Templates.Observed> templates(Transaction transaction) {
        Map<String, Templates.Observed> templates = new HashMap<>();
        transaction.files((id, row) -> templates.put(id, SimulatedTemplates.observe(id, row)));
        return Map.copyOf(templates);
    }

    private Map<String, ZfsDatasets.Observed> datasets(Transaction transaction) {
        Space space = transaction.space();
        Map<String, ZfsDatasets.Observed> all = new HashMap<>();
        Map<String, Map<String, String>> effective = new HashMap<>();
        // Tables are sorted, so that a dataset comes after those above it.
        transaction.datasets((name, row) -> {
            if (transaction.pool(Space.pool(name)).isEmpty()) {
                return;
            }
            String parent = Space.parent(name);
            Map<String, String> above = parent == null ? Map.of() : effective.getOrDefault(parent, Map.of());
            SeenDataset before = seenDatasets.get(name);
            SeenDataset same = before != null && before.row() == row && before.above() == above ? before : null;
            Map<String, String> own = same == null ? ZfsProperties.effective(name, above, row.local()) : same.own();
            if (space.children(name) > 0) {
                effective.put(name, own);
            }
            if (same != null && same.isAsLarge(space, name)) {
                all.put(name, same.observed());
                return;
            }
            ZfsDatasets.Observed fresh = SimulatedZfsDatasets.observe(transaction, name, row, own);
            seenDatasets.put(name, new SeenDataset(row, above, own, fresh));
            all.put(name, fresh);
        });
        seenDatasets.keySet().retainAll(all.keySet());
        return Map.copyOf(all);
    }

    private static Map<String, Storages.Observed> storages(Transaction transaction) {
        Map<String, Integer> volumes = new HashMap<>();
        transaction.volumes((id, row) -> volumes.merge(row.storage(), 1, Integer::sum));
        transaction.files((id, row) -> volumes.merge(row.storage(), 1, Integer::sum));
        Map<String, Storages.Observed> all = new HashMap<>();
        transaction.storages(
                (id, row) -> all.put(id, SimulatedStorages.observe(transaction, id, row, volumes.getOrDefault(id, 0))));
        return Map.copyOf(all);
    }
}
