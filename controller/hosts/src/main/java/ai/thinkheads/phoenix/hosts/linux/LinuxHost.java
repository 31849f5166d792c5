package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.port.Capabilities;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
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
import ai.thinkheads.phoenix.hosts.zfs.Disks;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One plain Linux machine. */
public final class LinuxHost implements Host {

    /** What cgroups enforce. */
    public static final Set<GuestField> LIMITS =
            Set.of(GuestField.CORES, GuestField.CPU_LIMIT, GuestField.MEMORY, GuestField.SWAP);

    /** What cgroups, or the file of a container alone, change while it runs. */
    public static final Set<GuestField> ONLINE = Set.of(
            GuestField.CORES,
            GuestField.CPU_LIMIT,
            GuestField.MEMORY,
            GuestField.SWAP,
            GuestField.ON_BOOT,
            GuestField.STARTUP,
            GuestField.TAGS,
            GuestField.DESCRIPTION,
            GuestField.MARK);

    private final LinuxGround ground;
    private final Disks disks;
    private final LinuxNode node;
    private final LinuxNetworks networks;
    private final LinuxGpus gpus;
    private final LinuxGuests guests;
    private final Guests<VmConfig, VmConfig.Disk> machines = new NoVirtualMachines();

    LinuxHost(LinuxGround ground, Disks disks, LinuxGuests guests) {
        this.ground = ground;
        this.disks = disks;
        this.guests = guests;
        this.gpus = new LinuxGpus(ground);
        this.node = new LinuxNode(ground, disks);
        this.networks = new LinuxNetworks(ground);
    }

    @Override
    public HostState read() {
        return ground.tally().read(() -> {
            HostFacts facts = node.facts();
            Gpus.Observed cards = LinuxGpus.observe(facts);
            Disks.Listing listing = disks.read();
            Map<String, ZfsPools.Observed> pools = ground.zfs().readPools(listing);
            List<String> importable = ground.zfs().readImportable(listing, pools.keySet());
            Map<String, ZfsDatasets.Observed> datasets = ground.zfs().readDatasets();
            Map<String, Storages.Definition> definitions = LinuxStorages.parse(facts.get("storages"));
            LinuxGuests.Survey survey = new LinuxGuests.Survey(definitions, datasets);
            return new HostState(
                    LinuxNode.observe(facts, listing.disks(pools, importable), cards),
                    pools,
                    importable,
                    datasets,
                    ground.storages().observe(definitions, datasets),
                    networks.observe(),
                    cards,
                    guests.readTemplates(survey),
                    GuestTable.copyOf(guests.readContainers(survey)),
                    GuestTable.copyOf(Map.of()));
        });
    }

    /** How many programs were run on the host since it was opened. */
    public long commands() {
        return ground.commands().count();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                guests.runsContainers(), false, true, false, Set.of("zfspool"), false, false, ONLINE, Set.of());
    }

    @Override
    public Node node() {
        return node;
    }

    @Override
    public ZfsPools zfsPools() {
        return ground.zfs().pools();
    }

    @Override
    public ZfsDatasets zfsDatasets() {
        return ground.zfs().datasets();
    }

    @Override
    public Storages storages() {
        return ground.storages();
    }

    @Override
    public Networks networks() {
        return networks;
    }

    @Override
    public Gpus gpus() {
        return gpus;
    }

    @Override
    public Templates templates() {
        return guests.templates();
    }

    @Override
    public Guests<ContainerConfig, ContainerConfig.MountPoint> containers() {
        return guests.containers();
    }

    @Override
    public Guests<VmConfig, VmConfig.Disk> virtualMachines() {
        return machines;
    }

    @Override
    public GuestShell shell() {
        return guests.shell();
    }

    @Override
    public Counters counters() {
        return ground.tally().counters();
    }

    @Override
    public void close() {
        guests.close();
        ground.commands().close();
    }
}
