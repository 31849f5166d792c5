package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.linux.LinuxRoots;
import ai.thinkheads.phoenix.hosts.linux.LinuxStorages;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of containers: a dataset each in a {@code zfspool}, a folder each in other storages. A volume's id is
 * {@code storage:subvol-VMID-disk-N}, as Proxmox writes it.
 */
final class LxcVolumes {

    private static final Duration COPY = Duration.ofHours(4);

    private final LinuxGround ground;

    LxcVolumes(LinuxGround ground) {
        this.ground = ground;
    }

    /**
     * Where a volume is.
     *
     * @param id such as {@code tank:subvol-101-disk-0}
     * @param path its folder on the host
     * @param dataset null for a mere folder
     */
    record Place(String id, String path, @Nullable String dataset) {}

    /** A place for a new volume, which nothing is at yet. */
    Place free(String storage, int vmid, Set<String> taken) {
        Storages.Definition definition = ground.storages().usable(storage, "rootdir");
        String dataset = LinuxStorages.dataset(definition).orElse(null);
        Map<String, ZfsDatasets.Observed> datasets =
                dataset == null ? Map.of() : ground.zfs().readDatasets();
        for (int i = 0; ; i++) {
            String name = "subvol-" + vmid + "-disk-" + i;
            Place place = place(definition, name, datasets);
            boolean there = place.dataset() != null
                    ? datasets.containsKey(place.dataset())
                    : ground.commands()
                            .run(HostCommands.scripted("[ -e \"$1\" ]", place.path()))
                            .ok();
            if (!taken.contains(place.id()) && !there) {
                return place;
            }
        }
    }

    /** The place of a volume that is there. */
    Place of(String id) {
        int colon = id.indexOf(':');
        Storages.Definition definition = ground.storages().definitions().get(id.substring(0, Math.max(0, colon)));
        if (definition == null) {
            throw new HostException(
                    HostException.Cause.NOT_FOUND,
                    "volume " + id + " lies in a storage that the host does not know any more; define it again");
        }
        boolean zfs = LinuxStorages.dataset(definition).isPresent();
        return place(definition, id.substring(colon + 1), zfs ? ground.zfs().readDatasets() : Map.of());
    }

    private Place place(Storages.Definition definition, String name, Map<String, ZfsDatasets.Observed> datasets) {
        String id = definition.id() + ":" + name;
        Optional<String> parent = LinuxStorages.dataset(definition);
        if (parent.isPresent()) {
            ZfsDatasets.Observed there = datasets.get(parent.get());
            String mounted = there == null ? null : there.mountpoint();
            if (mounted == null || !mounted.startsWith("/") || mounted.equals("/")) {
                throw new HostException(
                        HostException.Cause.NOT_FOUND,
                        "storage '" + definition.id() + "': dataset " + parent.get()
                                + " is not mounted on the host; import its pool, or mount it");
            }
            return new Place(id, LinuxRoots.confined(mounted, name), parent.get() + "/" + name);
        }
        String folder = ground.storages().folder(definition).orElseThrow();
        return new Place(id, LinuxRoots.confined(folder + "/private", name), null);
    }

    /** Makes an empty volume. */
    void make(Place place, ByteSize size) {
        if (place.dataset() != null) {
            ground.zfs().create(place.dataset(), Map.of("refquota", String.valueOf(size.bytes())));
        } else {
            ground.commands().script("mkdir -p -- \"${1%/*}\" && mkdir -m 0755 -- \"$1\"", place.path());
        }
    }

    /** Lets a volume have more. A folder has what its file system has. */
    void grow(Place place, ByteSize size) {
        if (place.dataset() != null) {
            ground.zfs().set(place.dataset(), Map.of("refquota", String.valueOf(size.bytes())));
        }
    }

    /** Makes a volume that shares the blocks of another. */
    void link(Place source, Place target, ByteSize size, @Nullable String snapshot, String origin) {
        if (source.dataset() == null || target.dataset() == null) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    source.id()
                            + " is a folder, whose blocks cannot be shared; make a full clone, or keep the template in a"
                            + " zfspool");
        }
        String name = snapshot == null ? origin : snapshot;
        if (snapshot == null && !hasSnapshot(source, origin)) {
            ground.zfs().snapshot(source.dataset(), origin);
        }
        ground.zfs()
                .clone(
                        source.dataset() + "@" + name,
                        target.dataset(),
                        Map.of("refquota", String.valueOf(size.bytes())));
    }

    /** Copies a volume as it is now, or as it was. What runs in a dataset goes on meanwhile. */
    void copy(Place source, Place target, ByteSize size, @Nullable String snapshot, boolean running, String origin) {
        if (source.dataset() == null && snapshot != null) {
            throw new HostException(HostException.Cause.REFUSED, source.id() + " is a folder, which has no snapshots");
        }
        if (source.dataset() == null && running) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    source.id() + " is a folder that a running container writes to; stop it, or keep it in a zfspool");
        }
        make(target, size);
        if (source.dataset() == null || (snapshot == null && !running)) {
            copyFiles(source.path(), target.path());
            return;
        }
        Place frozen = new Place(source.id(), source.path() + "-" + origin, source.dataset() + "-" + origin);
        link(source, frozen, size, snapshot, origin);
        try {
            copyFiles(frozen.path(), target.path());
        } finally {
            destroy(frozen);
            if (snapshot == null) {
                ground.zfs().destroySnapshot(String.valueOf(source.dataset()), origin);
            }
        }
    }

    private void copyFiles(String from, String to) {
        ground.commands()
                .answer(HostCommands.scripted("cp -a --reflink=auto -- \"$1/.\" \"$2/\"", from, to)
                        .within(COPY));
    }

    /** Whether a volume has a snapshot of that name. */
    boolean hasSnapshot(Place place, String name) {
        return snapshots(place).contains(name);
    }

    /** The oldest first. */
    java.util.List<String> snapshots(Place place) {
        ZfsDatasets.Observed there =
                place.dataset() == null ? null : ground.zfs().readDatasets().get(place.dataset());
        return there == null ? java.util.List.of() : there.snapshots();
    }

    /** The dataset of a volume, which a snapshot needs. */
    static String dataset(Place place) {
        if (place.dataset() == null) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "volume " + place.id() + " is a folder, of which there are no snapshots; keep it in a zfspool");
        }
        return place.dataset();
    }

    /** Destroys a volume with its data; one that is gone already is no trouble. */
    void destroy(Place place) {
        String leaf = place.path().substring(place.path().lastIndexOf('/') + 1);
        if (!leaf.matches("subvol-\\d+-disk-\\d+(-[a-z0-9-]+)?")) {
            throw new HostException(
                    HostException.Cause.REFUSED, place.path() + " is not a volume of Phoenix's, and stays");
        }
        if (place.dataset() != null) {
            if (ground.zfs().readDatasets().containsKey(place.dataset())) {
                ground.zfs().destroy(place.dataset());
            }
        } else {
            ground.commands()
                    .answer(HostCommands.scripted(
                                    "[ ! -e \"$1\" ] || [ -L \"$1\" ] || rm -rf --one-file-system -- \"$1\"",
                                    place.path())
                            .within(COPY));
        }
    }
}
