package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Somebody who works on the machine behind Phoenix's back. Nothing of it is counted, delayed, or suffers faults. */
public final class Person {

    private static final String PERSON = "person";

    private final Machine machine;

    Person(Machine machine) {
        this.machine = machine;
    }

    private void act(Consumer<Transaction> body) {
        machine.change(PERSON, transaction -> {
            body.accept(transaction);
            return Boolean.TRUE;
        });
    }

    private static Row.Guest guest(Transaction transaction, int vmid) {
        return transaction.guest(vmid).orElseThrow(() -> Transaction.missing("there is no guest " + vmid));
    }

    /** Starts a guest. */
    public void start(int vmid) {
        act(transaction -> {
            if (guest(transaction, vmid).kind() == GuestKind.CONTAINER) {
                SimulatedGuests.start(transaction, vmid, GuestForms.CONTAINER);
            } else {
                SimulatedGuests.start(transaction, vmid, GuestForms.MACHINE);
            }
        });
    }

    /** Stops a guest. */
    public void stop(int vmid) {
        act(transaction -> SimulatedGuests.stop(transaction, vmid, guest(transaction, vmid)));
    }

    /** Freezes a running guest, or lets it go on. */
    public void freeze(int vmid, boolean held) {
        act(transaction -> {
            Row.Guest guest = guest(transaction, vmid);
            transaction.guest(vmid, guest.withFrozen(held && guest.running()));
        });
    }

    /** Stops a guest if it runs, and destroys it whatever protects it. */
    public void destroy(int vmid) {
        act(transaction -> {
            SimulatedGuests.stop(transaction, vmid, guest(transaction, vmid));
            SimulatedGuests.destroy(transaction, vmid, guest(transaction, vmid).withProtection(false), "guest");
        });
    }

    /** Edits a guest's configuration file; what is written is in force at once. */
    public void edit(int vmid, UnaryOperator<GuestConfig> change) {
        act(transaction -> {
            Row.Guest row = guest(transaction, vmid);
            GuestConfig next = change.apply(row.config());
            transaction.guest(vmid, row.withConfigs(next, next));
        });
    }

    /** Sets or clears a guest's {@code lock} property. */
    public void lock(int vmid, @Nullable String lock) {
        act(transaction -> transaction.guest(vmid, guest(transaction, vmid).withLock(lock)));
    }

    /** Switches a guest's protection. */
    public void protect(int vmid, boolean on) {
        act(transaction -> transaction.guest(vmid, guest(transaction, vmid).withProtection(on)));
    }

    /** Gives a guest another number. */
    public void renumber(int from, int to) {
        act(transaction -> {
            Row.Guest row = guest(transaction, from);
            transaction.remove(Table.GUEST, String.valueOf(from));
            transaction.guest(to, row);
            GuestForms.volumes(row)
                    .forEach(id -> transaction
                            .volume(id)
                            .ifPresent(volume -> transaction.put(
                                    Table.VOLUME,
                                    id,
                                    new Row.Volume(
                                            volume.storage(),
                                            to,
                                            volume.size(),
                                            volume.bytes(),
                                            volume.dataset(),
                                            volume.origin(),
                                            volume.base(),
                                            volume.snapshots(),
                                            volume.contents()))));
        });
    }

    /** Holds a guest's configuration lock file, as a long backup does, until {@link #unlockFile}. */
    public void lockFile(int vmid) {
        machine.locks().take(List.of(Locks.guest(vmid)));
    }

    /** Lets go of a guest's configuration lock file. */
    public void unlockFile(int vmid) {
        machine.locks().release(List.of(Locks.guest(vmid)));
    }

    /** Holds a storage's lock file until {@link #unlockStorage}. */
    public void lockStorage(String storage) {
        machine.locks().take(List.of(Locks.storage(storage)));
    }

    /** Lets go of a storage's lock file. */
    public void unlockStorage(String storage) {
        machine.locks().release(List.of(Locks.storage(storage)));
    }

    /** Changes what is inside a running or stopped guest. */
    public void inside(int vmid, UnaryOperator<Inside> change) {
        act(transaction -> Contents.change(transaction, vmid, change));
    }

    /** What is inside a guest, on the volume that it boots from. */
    public Inside look(int vmid) {
        return machine.look(transaction -> Contents.system(transaction, guest(transaction, vmid)));
    }

    /** Stops a service in a guest, as a crash does. */
    public void crashService(int vmid, String service) {
        inside(
                vmid,
                inside -> new Inside(
                        inside.distribution(),
                        inside.files(),
                        inside.packages(),
                        inside.enabled(),
                        inside.active().stream()
                                .filter(each -> !each.equals(service))
                                .collect(java.util.stream.Collectors.toSet()),
                        inside.containers()));
    }

    /** Puts a file on the host. */
    public void putFile(String path, String text) {
        act(transaction -> {
            Inside host = transaction.contents(transaction.node().inside());
            Map<String, Inside.Node> files = new HashMap<>(host.files());
            files.put(path, new Inside.Node("f", text, 0644, 0, 0));
            SimulatedNode.keep(
                    transaction,
                    new Inside(
                            host.distribution(),
                            files,
                            host.packages(),
                            host.enabled(),
                            host.active(),
                            host.containers()));
        });
    }

    /** Sets properties of a dataset. */
    public void setDataset(String name, Map<String, String> properties) {
        act(transaction -> SimulatedZfsDatasets.set(transaction, name, properties));
    }

    /** Destroys a dataset. */
    public void destroyDataset(String name) {
        act(transaction -> SimulatedZfsDatasets.drop(transaction, name));
    }

    /** Exports a pool; it can be imported again. */
    public void exportPool(String name) {
        act(transaction -> transaction
                .pool(name)
                .ifPresent(row -> transaction.put(
                        Table.POOL,
                        name,
                        new Row.Pool(row.vdevs(), row.ashift(), row.properties(), false, row.failed(), row.scan()))));
    }

    /** Breaks a pool's device, {@code FAULTED} for example, or mends it with {@code ONLINE}. */
    public void breakDevice(String pool, String device, String health) {
        act(transaction -> transaction.pool(pool).ifPresent(row -> {
            Map<String, String> failed = new HashMap<>(row.failed());
            if (health.equals("ONLINE")) {
                failed.remove(device);
            } else {
                failed.put(device, health);
            }
            transaction.put(
                    Table.POOL,
                    pool,
                    new Row.Pool(
                            row.vdevs(),
                            row.ashift(),
                            row.properties(),
                            row.imported(),
                            Map.copyOf(failed),
                            row.scan()));
        }));
    }

    /** Puts a file system's signature on a disk, or takes it off. */
    public void sign(String disk, @Nullable String signature) {
        act(transaction -> transaction
                .disk(disk)
                .ifPresent(row -> transaction.put(
                        Table.DISK, disk, new Row.Disk(row.size(), row.present(), signature, row.mountedAt()))));
    }

    /** Pulls a disk out, or puts it back with all that lies on it. */
    public void plug(String disk, boolean in) {
        act(transaction -> transaction
                .disk(disk)
                .ifPresent(row -> transaction.put(
                        Table.DISK, disk, new Row.Disk(row.size(), in, row.signature(), row.mountedAt()))));
    }

    /** Removes a storage's definition. */
    public void removeStorage(String id) {
        act(transaction -> transaction.remove(Table.STORAGE, id));
    }

    /** Deletes a template's file. */
    public void deleteFile(String volumeId) {
        act(transaction -> {
            transaction.remove(Table.FILE, volumeId);
            transaction.gone("file", volumeId);
        });
    }

    /** Decides what a URL gives: a file of that checksum, whatever is expected. It is forgotten with the process. */
    public void publish(String url, String sha256) {
        machine.published().put(url, sha256);
    }

    /** Puts another version of Proxmox VE on the machine, {@code 8.4.2} for example. */
    public void install(String version) {
        act(transaction -> transaction.node(
                SimulatedNode.Edit.of(transaction.node()).version(version).done()));
    }

    /** Stages a change of the network without applying it, in somebody's name. */
    public void stage(Networks.BridgeConfig config, String by) {
        act(transaction -> SimulatedNetworks.stage(transaction, config.name(), config, by));
    }

    /** Changes a bridge that is in force. */
    public void setBridge(Networks.BridgeConfig config) {
        act(transaction -> transaction.put(Table.BRIDGE, config.name(), new Row.Bridge(config)));
    }

    /** Puts other bridges in the place of those that are in force. */
    public void replaceBridges(List<Networks.BridgeConfig> bridges) {
        act(transaction -> {
            List<String> gone = new ArrayList<>();
            transaction.bridges((name, row) -> gone.add(name));
            bridges.forEach(each -> {
                transaction.put(Table.BRIDGE, each.name(), new Row.Bridge(each));
                gone.remove(each.name());
            });
            gone.forEach(name -> transaction.remove(Table.BRIDGE, name));
        });
    }

    /**
     * Makes a dataset; those above it have to be there.
     *
     * @param volsize bytes of a volume; null for a file system
     */
    public void createDataset(String name, @Nullable Long volsize, Map<String, String> properties) {
        act(transaction -> {
            Row.Dataset plain = Row.Dataset.fileSystem(Map.of(), null);
            SimulatedZfsDatasets.make(transaction, name, volsize == null ? plain : plain.withVolsize(volsize));
            SimulatedZfsDatasets.set(transaction, name, properties);
        });
    }

    /** Cuts the power and switches the machine on again. */
    public void powerCycle() {
        act(transaction -> {
            Boot.down(transaction);
            Boot.up(transaction, machine);
        });
    }
}
