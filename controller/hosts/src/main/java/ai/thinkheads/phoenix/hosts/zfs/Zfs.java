package ai.thinkheads.phoenix.hosts.zfs;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.command.Tally;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The ZFS of one host: what its tool can do, its pools and datasets, and the operations that drivers build guests with. */
public final class Zfs {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HostCommands commands;
    private final HostClock clock;
    private final Disks disks;
    private final ZfsListing listing;
    private final CommandZfsPools pools;
    private final CommandZfsDatasets datasets;

    /**
     * @param disks the host's disks, which no pool is made of without a look at them
     */
    public Zfs(HostCommands commands, HostClock clock, Tally tally, Disks disks) {
        this.commands = commands;
        this.clock = clock;
        this.disks = disks;
        this.listing = new ZfsListing(commands);
        this.pools = new CommandZfsPools(this, disks, tally);
        this.datasets = new CommandZfsDatasets(this, tally);
    }

    /** Whether the host has ZFS and it answers. */
    public boolean isPresent() {
        return listing.tool() != null;
    }

    /** What the tool is; null when there is none. */
    public @Nullable ZfsTool tool() {
        return listing.tool();
    }

    public ZfsPools pools() {
        return pools;
    }

    public ZfsDatasets datasets() {
        return datasets;
    }

    /** All imported pools, in a fixed number of commands; none where there is no ZFS. */
    public Map<String, ZfsPools.Observed> readPools() {
        return isPresent() ? listing.pools(disks.read()::wholeDisk) : Map.of();
    }

    /** The same for somebody who knows the disks already. */
    public Map<String, ZfsPools.Observed> readPools(Disks.Listing known) {
        return listing.pools(known::wholeDisk);
    }

    /** Names of pools that lie on the disks and are not imported. Asks the tool only when a label speaks of one. */
    public List<String> readImportable(Disks.Listing known, Set<String> imported) {
        boolean onFiles = !known.strangers(imported, true).isEmpty();
        boolean onDisks = !known.strangers(imported, false).isEmpty();
        return onFiles || onDisks
                ? listing.importable(onFiles ? Set.of(known.folder()) : Set.of(), onDisks)
                : List.of();
    }

    /** All datasets with their snapshots, in a fixed number of commands; none where there is no ZFS. */
    public Map<String, ZfsDatasets.Observed> readDatasets() {
        return listing.datasets();
    }

    /** Creates a file system without a mark, for a guest; those above it have to be there. */
    public void create(String dataset, Map<String, String> properties) {
        run(withOptions(List.of("zfs", "create"), properties, dataset));
    }

    /** Makes a clone of a snapshot, {@code dataset@name}. */
    public void clone(String snapshot, String target, Map<String, String> properties) {
        List<String> argv = new ArrayList<>(List.of("zfs", "clone"));
        options(argv, properties);
        argv.add(snapshot);
        argv.add(target);
        run(argv);
    }

    public void snapshot(String dataset, String name) {
        run(List.of("zfs", "snapshot", dataset + "@" + name));
    }

    /** Puts a dataset back to its snapshot, also over later snapshots, which are lost. */
    public void rollback(String dataset, String name) {
        untilFree(List.of("zfs", "rollback", "-r", dataset + "@" + name));
    }

    public void destroySnapshot(String dataset, String name) {
        untilFree(List.of("zfs", "destroy", dataset + "@" + name));
    }

    /** Destroys a dataset and its snapshots; refused while datasets lie below it or clones depend on it. */
    public void destroy(String dataset) {
        // With snapshots "destroy" alone refuses, and -r would take the datasets below with it.
        for (String snapshot : listing.snapshots(dataset)) {
            destroySnapshot(dataset, snapshot);
        }
        untilFree(List.of("zfs", "destroy", dataset));
    }

    /** Mounts a file system at its mountpoint; one that is mounted already is as wished. */
    public void mount(String dataset) {
        List<String> argv = List.of("zfs", "mount", dataset);
        Outcome outcome = commands.run(Invocation.of(argv).within(PATIENCE));
        if (!outcome.ok() && !outcome.stderr().contains("already mounted")) {
            throw ZfsFailure.of(argv, outcome, PATIENCE);
        }
    }

    public void set(String dataset, Map<String, String> properties) {
        // zfs-fuse takes one property a command; a later one that is refused leaves earlier ones set, and the next pass
        // goes on.
        new TreeMap<>(properties).forEach((name, value) -> run(List.of("zfs", "set", name + "=" + value, dataset)));
    }

    public void inherit(String dataset, Set<String> properties) {
        properties.stream().sorted().forEach(name -> run(List.of("zfs", "inherit", name, dataset)));
    }

    /** Runs the tool; its failure is an exception in its own words. */
    String run(List<String> argv) {
        return ZfsFailure.check(commands, argv, PATIENCE);
    }

    /** The same, for a while again when something holds the dataset: the tool says so for a moment after writes. */
    void untilFree(List<String> argv) {
        ZfsFailure.checkUntilFree(commands, clock, argv, PATIENCE);
    }

    ZfsListing listing() {
        return listing;
    }

    HostCommands commands() {
        return commands;
    }

    static List<String> withOptions(List<String> start, Map<String, String> properties, String dataset) {
        List<String> argv = new ArrayList<>(start);
        options(argv, properties);
        argv.add(dataset);
        return argv;
    }

    private static void options(List<String> argv, Map<String, String> properties) {
        new TreeMap<>(properties).forEach((name, value) -> {
            argv.add("-o");
            argv.add(name + "=" + value);
        });
    }
}
