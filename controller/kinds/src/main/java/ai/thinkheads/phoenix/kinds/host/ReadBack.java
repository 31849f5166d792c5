package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Host;
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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Targeted reads after a change: each asks the host for one object and lays the answer over the shared snapshot. */
public final class ReadBack {

    private final Host host;
    private final Consumer<UnaryOperator<HostState>> patches;

    ReadBack(Host host, Consumer<UnaryOperator<HostState>> patches) {
        this.host = host;
        this.patches = patches;
    }

    /** Reads the machine itself again: disks, packages, marks. */
    public Node.Observed node() {
        Node.Observed now = host.node().read();
        patches.accept(state -> new HostState(
                now,
                state.pools(),
                state.importable(),
                state.datasets(),
                state.storages(),
                state.bridges(),
                state.gpus(),
                state.templates(),
                state.containers(),
                state.virtualMachines()));
        return now;
    }

    /** Reads a pool again; one that is there is importable no more. */
    public Optional<ZfsPools.Observed> pool(String name) {
        Optional<ZfsPools.Observed> now = host.zfsPools().read(name);
        patches.accept(state -> new HostState(
                state.node(),
                with(state.pools(), name, now),
                now.isPresent()
                        ? state.importable().stream()
                                .filter(each -> !each.equals(name))
                                .toList()
                        : state.importable(),
                state.datasets(),
                state.storages(),
                state.bridges(),
                state.gpus(),
                state.templates(),
                state.containers(),
                state.virtualMachines()));
        return now;
    }

    public Optional<ZfsDatasets.Observed> dataset(String name) {
        Optional<ZfsDatasets.Observed> now = host.zfsDatasets().read(name);
        patches.accept(state -> new HostState(
                state.node(),
                state.pools(),
                state.importable(),
                with(state.datasets(), name, now),
                state.storages(),
                state.bridges(),
                state.gpus(),
                state.templates(),
                state.containers(),
                state.virtualMachines()));
        return now;
    }

    /** Reads the storages again that could not be reached: after a pool or a dataset has come, what lies on it is there too. */
    public void inactiveStorages() {
        List<String> inactive = new ArrayList<>();
        patches.accept(state -> {
            state.storages().values().stream()
                    .filter(each -> !each.active())
                    .forEach(each -> inactive.add(each.definition().id()));
            return state;
        });
        inactive.forEach(this::storage);
    }

    public Optional<Storages.Observed> storage(String id) {
        Optional<Storages.Observed> now = host.storages().read(id);
        patches.accept(state -> new HostState(
                state.node(),
                state.pools(),
                state.importable(),
                state.datasets(),
                with(state.storages(), id, now),
                state.bridges(),
                state.gpus(),
                state.templates(),
                state.containers(),
                state.virtualMachines()));
        return now;
    }

    public Optional<Networks.Observed> bridge(String name) {
        Optional<Networks.Observed> now = host.networks().read(name);
        patches.accept(state -> new HostState(
                state.node(),
                state.pools(),
                state.importable(),
                state.datasets(),
                state.storages(),
                with(state.bridges(), name, now),
                state.gpus(),
                state.templates(),
                state.containers(),
                state.virtualMachines()));
        return now;
    }

    public Gpus.Observed gpus() {
        Gpus.Observed now = host.gpus().read();
        patches.accept(state -> new HostState(
                state.node(),
                state.pools(),
                state.importable(),
                state.datasets(),
                state.storages(),
                state.bridges(),
                now,
                state.templates(),
                state.containers(),
                state.virtualMachines()));
        return now;
    }

    public Optional<Templates.Observed> template(String volumeId) {
        Optional<Templates.Observed> now = host.templates().read(volumeId);
        patches.accept(state -> new HostState(
                state.node(),
                state.pools(),
                state.importable(),
                state.datasets(),
                state.storages(),
                state.bridges(),
                state.gpus(),
                with(state.templates(), volumeId, now),
                state.containers(),
                state.virtualMachines()));
        return now;
    }

    public Optional<Guests.Observed<ContainerConfig>> container(int vmid) {
        Optional<Guests.Observed<ContainerConfig>> now = host.containers().read(vmid);
        patches.accept(state -> new HostState(
                state.node(),
                state.pools(),
                state.importable(),
                state.datasets(),
                state.storages(),
                state.bridges(),
                state.gpus(),
                state.templates(),
                state.containers().with(vmid, now),
                state.virtualMachines()));
        return now;
    }

    public Optional<Guests.Observed<VmConfig>> virtualMachine(int vmid) {
        Optional<Guests.Observed<VmConfig>> now = host.virtualMachines().read(vmid);
        patches.accept(state -> new HostState(
                state.node(),
                state.pools(),
                state.importable(),
                state.datasets(),
                state.storages(),
                state.bridges(),
                state.gpus(),
                state.templates(),
                state.containers(),
                state.virtualMachines().with(vmid, now)));
        return now;
    }

    private static <K, V> Map<K, V> with(Map<K, V> map, K key, Optional<V> value) {
        Map<K, V> changed = new HashMap<>(map);
        value.ifPresentOrElse(now -> changed.put(key, now), () -> changed.remove(key));
        return changed;
    }
}
