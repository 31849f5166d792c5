package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Opens simulated hosts, each in a directory of its own below one root, apart from the controller's store. Within one process a
 * machine belongs to the driver that opened it last: the one before is cut off as by kill -9, which is what a crash and a restart
 * of the controller look like.
 */
public final class SimulatedHostDriver implements HostDriver {

    private static final ConcurrentHashMap<Path, Machine> OPEN = new ConcurrentHashMap<>();

    private final @Nullable Path root;
    private final Map<String, MemoryJournal> memories = new HashMap<>();
    private final HostClock clock;
    private final RandomGenerator random;
    private final Map<String, Opened> machines = new HashMap<>();

    private static final class Opened {
        private final Machine machine;
        private final Faults faults;
        private final SimulatedHost aside;
        private int users;

        Opened(Machine machine) {
            this.machine = machine;
            this.faults = new Faults(machine);
            this.aside = new SimulatedHost(machine, new Faults(machine), Latencies.NONE, () -> {});
        }
    }

    /**
     * @param root each machine's files are in {@code root/<name>}
     * @param random where hardware addresses come from
     */
    public SimulatedHostDriver(Path root, HostClock clock, RandomGenerator random) {
        this.root = root;
        this.clock = clock;
        this.random = random;
    }

    private SimulatedHostDriver(HostClock clock, RandomGenerator random) {
        this.root = null;
        this.clock = clock;
        this.random = random;
    }

    /** Machines that are kept by the driver itself instead of on a disk. */
    public static SimulatedHostDriver inMemory(HostClock clock, RandomGenerator random) {
        return new SimulatedHostDriver(clock, random);
    }

    /** The same machines as they are now, from here on apart from these. Only for those that are kept in memory. */
    public synchronized SimulatedHostDriver fork(HostClock otherClock, RandomGenerator otherRandom) {
        if (root != null) {
            throw new IllegalStateException("machines that are kept on a disk cannot be doubled");
        }
        SimulatedHostDriver fork = new SimulatedHostDriver(otherClock, otherRandom);
        memories.forEach((name, memory) -> fork.memories.put(name, memory.copy()));
        return fork;
    }

    /** An open machine for somebody who looks on: without faults and latencies, and not counted. */
    public synchronized SimulatedHost aside(String name) {
        return opened(name).aside;
    }

    /** What is to go wrong on an open machine. */
    public synchronized Faults faults(String name) {
        return opened(name).faults;
    }

    /** Whether a machine of that name is open. */
    public synchronized boolean isOpen(String name) {
        return machines.containsKey(name);
    }

    private Opened opened(String name) {
        Opened opened = machines.get(name);
        if (opened == null) {
            throw new IllegalStateException("no simulated machine " + name + " is open");
        }
        return opened;
    }

    @Override
    public HypervisorSpec.Driver driver() {
        return HypervisorSpec.Driver.SIMULATED;
    }

    @Override
    public synchronized SimulatedHost open(String name, HypervisorSpec spec, Map<String, String> credentials) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9.-]*")) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "cannot open a simulated host named '" + name + "': use letters, digits and '-'");
        }
        Simulated simulated = spec.simulated();
        Opened opened = machines.get(name);
        if (opened == null || opened.machine.isHalted()) {
            opened = new Opened(machine(name));
            machines.put(name, opened);
        }
        takeOver(opened, name, simulated);
        opened.users++;
        Opened shared = opened;
        boolean[] closed = {false};
        Latencies latencies =
                simulated == null || simulated.latency() == null ? Latencies.NONE : Latencies.of(simulated.latency());
        return new SimulatedHost(opened.machine, opened.faults, latencies, () -> {
            if (!closed[0]) {
                closed[0] = true;
                release(name, shared);
            }
        });
    }

    private static void takeOver(Opened opened, String name, @Nullable Simulated simulated) {
        opened.machine.change("open", transaction -> {
            Hardware.takeOver(transaction, name, simulated);
            return Boolean.TRUE;
        });
        opened.faults.manifest(simulated == null ? List.of() : simulated.faults());
    }

    private Machine machine(String name) {
        return root == null
                ? new Machine(memories.computeIfAbsent(name, any -> new MemoryJournal()), clock, random)
                : machine(root.resolve(name).toAbsolutePath().normalize());
    }

    private Machine machine(Path directory) {
        Machine before = OPEN.get(directory);
        if (before != null) {
            before.halt();
        }
        Journal journal = FileJournal.open(directory);
        Machine fresh;
        try {
            fresh = new Machine(journal, clock, random);
        } catch (HostException e) {
            journal.abandon();
            throw e;
        }
        OPEN.put(directory, fresh);
        return fresh;
    }

    private synchronized void release(String name, Opened opened) {
        opened.users--;
        if (opened.users == 0) {
            opened.machine.close();
            machines.remove(name, opened);
            OPEN.values().remove(opened.machine);
        }
    }

    /** Cuts every machine off as kill -9 of the whole process would; opening one again goes on from what was done. */
    public synchronized void halt() {
        machines.values().forEach(opened -> {
            opened.machine.halt();
            OPEN.values().remove(opened.machine);
        });
        machines.clear();
    }
}
