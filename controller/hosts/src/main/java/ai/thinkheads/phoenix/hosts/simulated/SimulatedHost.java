package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.Capabilities;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
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
import java.util.List;
import java.util.Set;

/**
 * A model of a Proxmox VE machine. Beside what every host offers, it lets tests and demonstrations play the person who works on
 * the machine behind Phoenix's back, ask for faults, and see the machine's own ledger of all that was made and lost.
 */
public final class SimulatedHost implements Host {

    private static final Capabilities CAPABILITIES = new Capabilities(
            true,
            true,
            true,
            true,
            Set.of("zfspool", "lvmthin"),
            true,
            true,
            GuestForms.CONTAINER.online(),
            GuestForms.MACHINE.online());

    private final Machine machine;
    private final Operations operations;
    private final Faults faults;
    private final HostReader reader;
    private final GuestView<ContainerConfig> containerView = new GuestView<>(GuestForms.CONTAINER);
    private final GuestView<VmConfig> machineView = new GuestView<>(GuestForms.MACHINE);
    private final Runnable onClose;

    SimulatedHost(Machine machine, Faults faults, Latencies latencies, Runnable onClose) {
        this.machine = machine;
        this.faults = faults;
        this.operations = new Operations(machine, faults, latencies);
        this.reader = new HostReader(containerView, machineView);
        this.onClose = onClose;
    }

    @Override
    public HostState read() {
        return operations.read("read", reader::read);
    }

    /** The same, with nothing of what was made before. */
    HostState readAnew() {
        HostReader fresh = new HostReader(new GuestView<>(GuestForms.CONTAINER), new GuestView<>(GuestForms.MACHINE));
        return operations.read("read", fresh::read);
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Node node() {
        return new SimulatedNode(operations);
    }

    @Override
    public ZfsPools zfsPools() {
        return new SimulatedZfsPools(operations);
    }

    @Override
    public ZfsDatasets zfsDatasets() {
        return new SimulatedZfsDatasets(operations);
    }

    @Override
    public Storages storages() {
        return new SimulatedStorages(operations);
    }

    @Override
    public Networks networks() {
        return new SimulatedNetworks(operations);
    }

    @Override
    public Gpus gpus() {
        return new SimulatedGpus(operations);
    }

    @Override
    public Templates templates() {
        return new SimulatedTemplates(operations);
    }

    @Override
    public Guests<ContainerConfig, ContainerConfig.MountPoint> containers() {
        return new SimulatedGuests<>(operations, GuestForms.CONTAINER, containerView);
    }

    @Override
    public Guests<VmConfig, VmConfig.Disk> virtualMachines() {
        return new SimulatedGuests<>(operations, GuestForms.MACHINE, machineView);
    }

    @Override
    public GuestShell shell() {
        return new SimulatedShell(operations);
    }

    @Override
    public Counters counters() {
        return operations.counters();
    }

    /** A person who works on the machine behind Phoenix's back. */
    public Person person() {
        return new Person(machine);
    }

    /** What is kept on the machine that the model has no terms for. */
    public Extras extras() {
        return new Extras(machine);
    }

    /** The machine's command line, at which root works. */
    public SimulatedConsole console() {
        return new SimulatedConsole(machine, new SimulatedShell(operations), reader);
    }

    /** What is to go wrong. */
    public Faults faults() {
        return faults;
    }

    /** The machine's latest tasks. */
    public Tasks tasks() {
        return machine.tasks();
    }

    /** How long operations take. */
    public Latencies latencies() {
        return operations.latencies();
    }

    /** Everything that was ever made and removed, the oldest first. */
    public List<LedgerEntry> ledger() {
        return machine.ledger();
    }

    @Override
    public void close() {
        operations.close();
        onClose.run();
    }
}
