package ai.thinkheads.phoenix.hosts.zfs;

import ai.thinkheads.phoenix.hosts.command.Tally;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pools of a host by {@code zpool}. */
final class CommandZfsPools implements ZfsPools {

    private static final String AUTOTRIM = "autotrim";

    private final Zfs zfs;
    private final Disks disks;
    private final Tally tally;

    CommandZfsPools(Zfs zfs, Disks disks, Tally tally) {
        this.zfs = zfs;
        this.disks = disks;
        this.tally = tally;
    }

    @Override
    public Optional<Observed> read(String name) {
        return tally.read(() -> Optional.ofNullable(zfs.readPools().get(name)));
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
        tally.change(() -> {
            ZfsTool tool = zfs.listing().needed();
            boolean overwrites = checkDisks(
                    vdevs.stream().flatMap(each -> each.devices().stream()).toList(), force);
            List<String> argv = new ArrayList<>(List.of("zpool", "create"));
            if (overwrites) {
                argv.add("-f");
            }
            option(argv, "-o", "ashift", String.valueOf(ashift));
            new TreeMap<>(properties).forEach((property, value) -> {
                if (isKnown(tool, property, value)) {
                    option(argv, "-o", property, value);
                }
            });
            new TreeMap<>(datasetProperties).forEach((property, value) -> option(argv, "-O", property, value));
            option(argv, "-O", MarkProperty.NAME, MarkProperty.write(mark));
            argv.add(name);
            vdevs.forEach(each -> words(argv, each));
            zfs.run(argv);
        });
    }

    private static void option(List<String> argv, String letter, String name, String value) {
        argv.add(letter);
        argv.add(name + "=" + value);
    }

    private static void words(List<String> argv, Vdev vdev) {
        if (!vdev.type().equals("stripe")) {
            argv.add(vdev.type());
        }
        argv.addAll(vdev.devices());
    }

    private static boolean isKnown(ZfsTool tool, String property, String value) {
        if (!property.equals(AUTOTRIM) || tool.autotrim()) {
            return true;
        }
        if (value.equals("off")) {
            return false;
        }
        throw new HostException(
                HostException.Cause.REFUSED,
                "the ZFS of this host, " + tool.version() + ", cannot trim; set spec.autotrim to false");
    }

    /**
     * Looks at the disks just before they are written to.
     *
     * @return whether one of them holds something that will be overwritten
     */
    private boolean checkDisks(List<String> devices, boolean force) {
        Disks.Listing listing = disks.read();
        Map<String, Node.Disk> there = listing.disks(zfs.listing().pools(listing::wholeDisk), List.of());
        boolean overwrites = false;
        for (String device : devices) {
            Node.Disk disk = there.get(device);
            if (disk == null) {
                throw new HostException(
                        HostException.Cause.NOT_FOUND,
                        "the host has no disk " + device + "; see that it is plugged in");
            }
            if (disk.usedBy() != null) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        device + " is in use: " + disk.usedBy() + "; a disk in use is never taken");
            }
            if (disk.signature() != null && !force) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        device + " is not blank, it holds " + disk.signature() + "; wipe it, or consent to that");
            }
            overwrites |= disk.signature() != null;
        }
        return overwrites;
    }

    @Override
    public void importPool(String name) {
        tally.change(() -> {
            zfs.listing().needed();
            Disks.Listing listing = disks.read();
            List<String> argv = new ArrayList<>(List.of("zpool", "import"));
            if (listing.isOnFiles(name)) {
                argv.addAll(List.of("-d", listing.folder()));
            }
            argv.add(name);
            zfs.run(argv);
        });
    }

    @Override
    public void addVdev(String name, Vdev vdev, boolean force) {
        tally.change(() -> {
            boolean overwrites = checkDisks(vdev.devices(), force);
            List<String> argv = new ArrayList<>(List.of("zpool", "add"));
            if (overwrites) {
                argv.add("-f");
            }
            argv.add(name);
            words(argv, vdev);
            zfs.run(argv);
        });
    }

    @Override
    public void setProperty(String name, String property, String value) {
        tally.change(() -> {
            if (isKnown(zfs.listing().needed(), property, value)) {
                zfs.run(List.of("zpool", "set", property + "=" + value, name));
            }
        });
    }

    @Override
    public void replaceDevice(String name, String old, String replacement) {
        tally.change(() -> {
            checkDisks(List.of(replacement), false);
            zfs.run(List.of("zpool", "replace", name, old, replacement));
        });
    }

    @Override
    public void attachDevice(String name, String beside, String device, boolean force) {
        tally.change(() -> {
            List<String> argv = new ArrayList<>(List.of("zpool", "attach"));
            if (checkDisks(List.of(device), force)) {
                argv.add("-f");
            }
            argv.addAll(List.of(name, beside, device));
            zfs.run(argv);
        });
    }

    @Override
    public void removeDevice(String name, String device) {
        tally.change(() -> zfs.run(List.of("zpool", "remove", name, device)));
    }

    @Override
    public void setMark(String name, @Nullable Mark mark) {
        tally.change(() -> CommandZfsDatasets.mark(zfs, name, mark));
    }

    @Override
    public void destroy(String name) {
        tally.change(() -> zfs.untilFree(List.of("zpool", "destroy", name)));
    }
}
