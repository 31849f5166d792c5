package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pools on the machine's disks. */
final class SimulatedZfsPools implements ZfsPools {

    private static final Map<String, Integer> MINIMUM = Map.of(
            "stripe", 1, "mirror", 2, "raidz", 2, "raidz1", 2, "raidz2", 3, "raidz3", 4, "spare", 1, "log", 1, "cache",
            1);
    private static final Set<String> WITHOUT_DATA = Set.of("spare", "log", "cache");
    private static final Map<String, String> DEFAULTS =
            Map.of("autotrim", "off", "autoexpand", "off", "autoreplace", "off", "failmode", "wait", "comment", "-");

    private final Operations operations;

    SimulatedZfsPools(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Optional<Observed> read(String name) {
        return operations.read(
                "read-one", transaction -> transaction.pool(name).map(row -> observe(transaction, name, row)));
    }

    static Observed observe(Transaction transaction, String name, Row.Pool row) {
        Map<String, String> health = new TreeMap<>();
        for (Vdev vdev : row.vdevs()) {
            for (String device : vdev.devices()) {
                health.put(device, health(transaction, row, vdev, device));
            }
        }
        Map<String, String> properties = new HashMap<>(DEFAULTS);
        properties.putAll(row.properties());
        properties.put("ashift", String.valueOf(row.ashift()));
        String state = state(transaction, row);
        return new Observed(
                name,
                row.vdevs(),
                state,
                new ByteSize(transaction.space().raw(name)),
                new ByteSize(transaction.space().used(name)),
                row.ashift(),
                properties,
                health,
                row.scan(),
                state.equals("ONLINE") || state.equals("DEGRADED")
                        ? "No known data errors"
                        : "pool I/O is currently suspended",
                transaction.dataset(name).map(Row.Dataset::mark).orElse(null));
    }

    private static String health(Transaction transaction, Row.Pool row, Vdev vdev, String device) {
        boolean present = transaction.disk(device).map(Row.Disk::present).orElse(false);
        String failed = row.failed().get(device);
        String well = vdev.type().equals("spare") ? "AVAIL" : "ONLINE";
        return !present ? "UNAVAIL" : failed != null ? failed : well;
    }

    /** {@code ONLINE}, {@code DEGRADED} or, when data cannot be read, {@code SUSPENDED}. */
    static String state(Transaction transaction, Row.Pool row) {
        boolean degraded = false;
        for (Vdev vdev : row.vdevs()) {
            long broken = vdev.devices().stream()
                    .filter(device -> !Set.of("ONLINE", "AVAIL").contains(health(transaction, row, vdev, device)))
                    .count();
            if (broken == 0 || WITHOUT_DATA.contains(vdev.type())) {
                continue;
            }
            degraded = true;
            int tolerated = switch (vdev.type()) {
                case "mirror" -> vdev.devices().size() - 1;
                case "raidz", "raidz1" -> 1;
                case "raidz2" -> 2;
                case "raidz3" -> 3;
                default -> 0;
            };
            if (broken > tolerated) {
                return "SUSPENDED";
            }
        }
        return degraded ? "DEGRADED" : "ONLINE";
    }

    @Override
    public void create(
            String name,
            List<Vdev> vdevs,
            int ashift,
            Map<String, String> properties,
            Map<String, String> datasetProperties,
            Mark mark,
            boolean force) {
        operations.run(Operations.Request.of("create-pool", "zfscreate", name), transaction -> {
            if (transaction.pool(name).isPresent()) {
                throw Transaction.refused("pool '" + name + "' already exists on node '"
                        + transaction.node().hostname() + "'");
            }
            if (!name.matches("[A-Za-z][A-Za-z0-9_.:-]*") || name.matches("(mirror|raidz|draid|spare|log).*")) {
                throw Transaction.refused("cannot create '" + name + "': name is reserved or invalid");
            }
            if (ashift < 9 || ashift > 16) {
                throw Transaction.refused("cannot create '" + name + "': ashift must be from 9 to 16");
            }
            if (vdevs.stream().allMatch(vdev -> WITHOUT_DATA.contains(vdev.type()))) {
                throw Transaction.refused("cannot create '" + name + "': no devices for data were given");
            }
            List<Vdev> fresh = vdevs.stream().map(SimulatedZfsPools::plain).toList();
            for (Vdev vdev : fresh) {
                takeDevices(transaction, vdev, force);
            }
            // A pool whose disks were all taken over is gone for good.
            transaction.anyPool(name).ifPresent(old -> removeDatasets(transaction, name));
            transaction.put(
                    Table.POOL,
                    name,
                    new Row.Pool(fresh, ashift, Map.copyOf(properties), true, Map.of(), "none requested"));
            transaction.born("pool", name);
            transaction.put(Table.DATASET, name, Row.Dataset.fileSystem(Map.of(), mark));
            transaction.born("dataset", name);
            SimulatedZfsDatasets.set(transaction, name, datasetProperties);
        });
    }

    private static Vdev plain(Vdev vdev) {
        return vdev.type().equals("raidz") ? new Vdev("raidz1", vdev.devices()) : vdev;
    }

    private static void takeDevices(Transaction transaction, Vdev vdev, boolean force) {
        Integer minimum = MINIMUM.get(vdev.type());
        if (minimum == null) {
            throw Transaction.refused("invalid vdev specification: there is no '" + vdev.type() + "'");
        }
        if (vdev.devices().size() < minimum) {
            throw Transaction.refused(vdev.type() + " needs at least " + minimum + " disks");
        }
        if (Set.copyOf(vdev.devices()).size() != vdev.devices().size()) {
            throw Transaction.refused("invalid vdev specification: a device is named twice");
        }
        vdev.devices().forEach(device -> takeDevice(transaction, device, force));
    }

    private static void takeDevice(Transaction transaction, String device, boolean force) {
        Row.Disk disk = transaction
                .disk(device)
                .filter(Row.Disk::present)
                .orElseThrow(() -> Transaction.missing("'" + device + "' is not a valid local disk; no such device"));
        String use = usedBy(transaction, device, disk);
        if (use != null) {
            throw Transaction.refused("device '" + device + "' is already in use by " + use);
        }
        String signature = signature(transaction, device, disk);
        if (signature != null && !force) {
            throw Transaction.refused(
                    "device '" + device + "' contains " + signature + "; wipe it, or give consent to overwrite it");
        }
        List<String> lost = new ArrayList<>();
        transaction.pools((name, pool) -> {
            if (!pool.imported()
                    && pool.vdevs().stream().anyMatch(vdev -> vdev.devices().contains(device))) {
                lost.add(name);
            }
        });
        lost.forEach(name -> {
            removeDatasets(transaction, name);
            transaction.remove(Table.POOL, name);
            transaction.gone("pool", name);
        });
        transaction.put(Table.DISK, device, new Row.Disk(disk.size(), true, null, disk.mountedAt()));
    }

    /** What uses a disk now; null when nothing does. */
    static @Nullable String usedBy(Transaction transaction, String device, Row.Disk disk) {
        if (disk.mountedAt() != null) {
            return "mounted at " + disk.mountedAt();
        }
        String pool = poolOn(transaction, device, true);
        return pool == null ? null : "pool " + pool;
    }

    /** What lies on a disk; null when it is blank. */
    static @Nullable String signature(Transaction transaction, String device, Row.Disk disk) {
        String exported = poolOn(transaction, device, false);
        return exported != null
                ? "exported pool " + exported
                : poolOn(transaction, device, true) != null ? "zfs_member" : disk.signature();
    }

    private static @Nullable String poolOn(Transaction transaction, String device, boolean imported) {
        List<String> found = new ArrayList<>();
        transaction.pools((name, pool) -> {
            if (pool.imported() == imported
                    && pool.vdevs().stream().anyMatch(vdev -> vdev.devices().contains(device))) {
                found.add(name);
            }
        });
        return found.isEmpty() ? null : found.getFirst();
    }

    private static void removeDatasets(Transaction transaction, String pool) {
        List<String> names = new ArrayList<>(transaction.below(pool).keySet());
        names.add(pool);
        List<String> volumes = new ArrayList<>();
        transaction.volumes((id, volume) -> {
            if (volume.dataset() != null && Space.pool(volume.dataset()).equals(pool)) {
                volumes.add(id);
            }
        });
        volumes.forEach(id -> {
            transaction.remove(Table.VOLUME, id);
            transaction.gone("volume", id);
        });
        for (String name : names.reversed()) {
            if (transaction.machine().row(Table.DATASET, name) instanceof Row.Dataset row) {
                row.snapshots().forEach(snapshot -> transaction.gone("snapshot", name + "@" + snapshot));
                transaction.remove(Table.DATASET, name);
                transaction.gone("dataset", name);
            }
        }
    }

    @Override
    public void importPool(String name) {
        operations.run(Operations.Request.of("import-pool", "zfsimport", name), transaction -> {
            Row.Pool row = transaction
                    .anyPool(name)
                    .orElseThrow(() -> Transaction.missing("cannot import '" + name + "': no such pool available"));
            if (row.imported()) {
                throw Transaction.refused("cannot import '" + name + "': a pool with that name already exists");
            }
            if (state(transaction, row).equals("SUSPENDED")) {
                throw Transaction.refused("cannot import '" + name + "': one or more devices is currently unavailable");
            }
            transaction.put(
                    Table.POOL,
                    name,
                    new Row.Pool(row.vdevs(), row.ashift(), row.properties(), true, row.failed(), row.scan()));
        });
    }

    @Override
    public void addVdev(String name, Vdev vdev, boolean force) {
        operations.run(Operations.Request.of("add-vdev", "zfsadd", name), transaction -> {
            Row.Pool row = existing(transaction, name);
            Vdev fresh = plain(vdev);
            takeDevices(transaction, fresh, force);
            List<Vdev> vdevs = new ArrayList<>(row.vdevs());
            String first = vdevs.getFirst().type();
            if (!WITHOUT_DATA.contains(fresh.type()) && !fresh.type().equals(first) && !force) {
                throw Transaction.refused("invalid vdev specification: mismatched replication level: pool uses " + first
                        + " and new vdev is " + fresh.type());
            }
            vdevs.add(fresh);
            transaction.put(Table.POOL, name, row.with(List.copyOf(vdevs)));
        });
    }

    @Override
    public void setProperty(String name, String property, String value) {
        operations.run(Operations.Request.of("set-pool", "zfsset", name), transaction -> {
            Row.Pool row = existing(transaction, name);
            if (!DEFAULTS.containsKey(property)) {
                throw Transaction.refused(
                        "cannot set property for '" + name + "': invalid or read-only property '" + property + "'");
            }
            Map<String, String> properties = new HashMap<>(row.properties());
            properties.put(property, value);
            transaction.put(
                    Table.POOL,
                    name,
                    new Row.Pool(row.vdevs(), row.ashift(), Map.copyOf(properties), true, row.failed(), row.scan()));
        });
    }

    @Override
    public void replaceDevice(String name, String old, String replacement) {
        operations.run(Operations.Request.of("replace-device", "zfsreplace", name), transaction -> {
            Row.Pool row = existing(transaction, name);
            Vdev in = holding(row, name, old);
            long smallest =
                    transaction.disk(old).map(disk -> disk.size().bytes()).orElse(0L);
            takeDevice(transaction, replacement, false);
            if (transaction.disk(replacement).map(disk -> disk.size().bytes()).orElse(0L) < smallest) {
                throw Transaction.refused("cannot replace " + old + " with " + replacement + ": device is too small");
            }
            List<String> devices = new ArrayList<>(in.devices());
            devices.set(devices.indexOf(old), replacement);
            List<Vdev> vdevs = new ArrayList<>(row.vdevs());
            vdevs.set(vdevs.indexOf(in), new Vdev(in.type(), devices));
            Map<String, String> failed = new HashMap<>(row.failed());
            failed.remove(old);
            transaction.put(
                    Table.POOL,
                    name,
                    new Row.Pool(
                            List.copyOf(vdevs),
                            row.ashift(),
                            row.properties(),
                            true,
                            Map.copyOf(failed),
                            "resilvered 0B in 00:00:01 with 0 errors on " + transaction.now()));
        });
    }

    @Override
    public void attachDevice(String name, String beside, String device, boolean force) {
        operations.run(Operations.Request.of("attach-device", "zfsattach", name), transaction -> {
            Row.Pool row = existing(transaction, name);
            Vdev in = holding(row, name, beside);
            if (!in.type().equals("mirror") && !in.type().equals("stripe")) {
                throw Transaction.refused("cannot attach " + device + " to " + beside
                        + ": can only attach to mirrors and top-level disks");
            }
            long smallest =
                    transaction.disk(beside).map(disk -> disk.size().bytes()).orElse(0L);
            takeDevice(transaction, device, force);
            if (transaction.disk(device).map(disk -> disk.size().bytes()).orElse(0L) < smallest) {
                throw Transaction.refused("cannot attach " + device + " to " + beside + ": device is too small");
            }
            List<Vdev> vdevs = new ArrayList<>(row.vdevs());
            int at = vdevs.indexOf(in);
            List<String> together = new ArrayList<>(List.of(beside, device));
            if (in.type().equals("mirror")) {
                together = new ArrayList<>(in.devices());
                together.add(device);
            } else {
                // A stripe of several disks is as many groups of one; only that disk becomes a mirror.
                List<String> others = new ArrayList<>(in.devices());
                others.remove(beside);
                others.forEach(other -> vdevs.add(new Vdev("stripe", List.of(other))));
            }
            vdevs.set(at, new Vdev("mirror", together));
            transaction.put(
                    Table.POOL,
                    name,
                    new Row.Pool(
                            List.copyOf(vdevs),
                            row.ashift(),
                            row.properties(),
                            true,
                            row.failed(),
                            "resilvered 0B in 00:00:01 with 0 errors on " + transaction.now()));
        });
    }

    @Override
    public void removeDevice(String name, String device) {
        operations.run(Operations.Request.of("remove-device", "zfsremove", name), transaction -> {
            Row.Pool row = existing(transaction, name);
            Vdev in = holding(row, name, device);
            if (!WITHOUT_DATA.contains(in.type())) {
                throw Transaction.refused(
                        "cannot remove " + device + ": only spares, logs and caches can be taken out");
            }
            List<String> devices = new ArrayList<>(in.devices());
            devices.remove(device);
            List<Vdev> vdevs = new ArrayList<>(row.vdevs());
            if (devices.isEmpty()) {
                vdevs.remove(in);
            } else {
                vdevs.set(vdevs.indexOf(in), new Vdev(in.type(), devices));
            }
            transaction.put(Table.POOL, name, row.with(List.copyOf(vdevs)));
        });
    }

    private static Vdev holding(Row.Pool row, String name, String device) {
        return row.vdevs().stream()
                .filter(vdev -> vdev.devices().contains(device))
                .findFirst()
                .orElseThrow(() -> Transaction.missing("no such device '" + device + "' in pool '" + name + "'"));
    }

    @Override
    public void setMark(String name, @Nullable Mark mark) {
        operations.run(Operations.Request.of("mark-pool", "zfsset", name), transaction -> {
            existing(transaction, name);
            transaction.dataset(name).ifPresent(row -> transaction.put(Table.DATASET, name, row.withMark(mark)));
        });
    }

    @Override
    public void destroy(String name) {
        operations.run(Operations.Request.of("destroy-pool", "zfsremove", name), transaction -> {
            existing(transaction, name);
            transaction.guests((vmid, guest) -> {
                boolean uses = GuestForms.volumes(guest).stream()
                        .flatMap(id -> transaction.volume(id).stream())
                        .anyMatch(volume -> volume.dataset() != null
                                && Space.pool(volume.dataset()).equals(name));
                if (guest.running() && uses) {
                    throw Transaction.refused("cannot destroy '" + name + "': pool is busy; guest " + vmid
                            + " runs from it, stop it first");
                }
            });
            removeDatasets(transaction, name);
            transaction.remove(Table.POOL, name);
            transaction.gone("pool", name);
        });
    }

    private static Row.Pool existing(Transaction transaction, String name) {
        return transaction
                .pool(name)
                .orElseThrow(() -> Transaction.missing("cannot open '" + name + "': no such pool"));
    }
}
