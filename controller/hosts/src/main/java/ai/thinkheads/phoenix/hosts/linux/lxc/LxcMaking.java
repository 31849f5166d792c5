package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.linux.LinuxRoots;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.RootDisk;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes containers, clones them and takes them away again. A container's file is written before anything of it exists, with a
 * lock, and without the lock when all is there: what dies half way is seen as half made.
 */
final class LxcMaking {

    private static final Duration REMOVING = Duration.ofHours(1);

    private final LinuxGround ground;
    private final LxcState state;
    private final LxcVolumes volumes;
    private final LxcRoot root;

    LxcMaking(LinuxGround ground, LxcState state, LxcVolumes volumes, LxcRoot root) {
        this.ground = ground;
        this.state = state;
        this.volumes = volumes;
        this.root = root;
    }

    void create(int vmid, ContainerConfig config, String from) {
        ground.tally().change(() -> {
            requireAbsent(vmid);
            String archive = new LxcTemplates(ground).path(from);
            Set<String> taken = new HashSet<>();
            LxcVolumes.Place disk = volumes.free(config.rootDisk().storage(), vmid, taken);
            taken.add(disk.id());
            Map<LxcVolumes.Place, ByteSize> places = new java.util.LinkedHashMap<>();
            places.put(disk, config.rootDisk().size());
            List<MountPoint> mounts = new ArrayList<>();
            for (MountPoint each : config.mounts()) {
                String volume = each.volume();
                if (each.source() == null && volume == null) {
                    LxcVolumes.Place place = volumes.free(storage(each), vmid, taken);
                    taken.add(place.id());
                    places.put(place, size(each));
                    volume = place.id();
                }
                mounts.add(slotted(each, "mp" + mounts.size(), volume));
            }
            ContainerConfig whole = LxcFile.grounded(
                    config,
                    new RootDisk(config.rootDisk().storage(), config.rootDisk().size(), disk.id()),
                    withAddresses(config.nics()));
            LxcFile file = new LxcFile(
                            vmid,
                            freeName(config.hostname(), vmid),
                            whole,
                            paths(List.copyOf(places.keySet())),
                            Map.of(),
                            false,
                            false,
                            "create",
                            List.of(),
                            null,
                            List.of(),
                            null,
                            null)
                    .withMounts(mounts);
            make(file, () -> {
                places.forEach(volumes::make);
                for (LxcVolumes.Place place : places.keySet()) {
                    if (!place.equals(disk)) {
                        own(place.path(), whole);
                    }
                }
                return file.finished(root.unpack(archive, disk.path(), whole));
            });
        });
    }

    /** Writes the locked file, makes the rest, and takes back what was made when that fails. */
    private void make(LxcFile file, java.util.function.Supplier<LxcFile> work) {
        LxcFile noted = file.withNodes(root.makeNodes(file.vmid(), file.config()));
        state.write(noted);
        try {
            LxcFile done = work.get();
            state.write(done.withNodes(noted.nodes()));
        } catch (HostException e) {
            if (e.why() != Cause.UNREACHABLE) {
                try {
                    remove(noted);
                } catch (HostException left) {
                    e.addSuppressed(left);
                }
            }
            throw e;
        }
    }

    private static Map<String, String> paths(List<LxcVolumes.Place> places) {
        Map<String, String> paths = new TreeMap<>();
        places.forEach(each -> paths.put(each.id(), each.path()));
        return paths;
    }

    static String storage(MountPoint mount) {
        String storage = mount.storage();
        if (storage == null) {
            throw new HostException(
                    Cause.REFUSED, "the mount at " + mount.path() + " has neither a directory nor a storage");
        }
        return storage;
    }

    static ByteSize size(MountPoint mount) {
        ByteSize size = mount.size();
        if (size == null) {
            throw new HostException(Cause.REFUSED, "the volume at " + mount.path() + " needs a size");
        }
        return size;
    }

    static MountPoint slotted(MountPoint of, String slot, @Nullable String volume) {
        return new MountPoint(
                slot, of.path(), of.source(), of.storage(), of.size(), volume, of.readOnly(), of.backup());
    }

    void own(String path, ContainerConfig config) {
        ground.commands().script("chown \"$2\" \"$1\"", path, LxcRoot.owner(config, 0, 0));
    }

    /** The same cards, each with a hardware address. */
    List<Nic> withAddresses(List<Nic> nics) {
        List<Nic> all = new ArrayList<>();
        for (Nic each : nics) {
            all.add(new Nic(
                    each.name(),
                    each.bridge(),
                    each.address(),
                    each.gateway(),
                    each.mac() == null ? newAddress() : each.mac().toUpperCase(Locale.ROOT),
                    each.vlan(),
                    each.mtu(),
                    each.firewall()));
        }
        return all;
    }

    /** A hardware address of the locally administered ones, by the host's chance. */
    private String newAddress() {
        String uuid = ground.commands()
                .script("cat /proc/sys/kernel/random/uuid")
                .strip()
                .replace("-", "")
                .toUpperCase(Locale.ROOT);
        StringBuilder mac = new StringBuilder("02");
        for (int i = 0; i < 10; i += 2) {
            mac.append(':').append(uuid, i, i + 2);
        }
        return mac.toString();
    }

    /** The host name, which people look for in lxc-ls; with the number where another has it or left its rest there. */
    private String freeName(String hostname, int vmid) {
        LinuxRoots.confined(ground.roots().containers(), hostname);
        boolean there = ground.commands()
                .run(HostCommands.scripted("[ -e \"$1\" ]", ground.roots().containers() + "/" + hostname))
                .ok();
        return there ? hostname + "-" + vmid : hostname;
    }

    private void requireAbsent(int vmid) {
        state.find(vmid).ifPresent(there -> {
            throw new HostException(Cause.REFUSED, "container " + vmid + " exists already");
        });
    }

    void clone(
            int source,
            int vmid,
            String hostname,
            Mark mark,
            boolean full,
            @Nullable String storage,
            @Nullable String snapshot) {
        ground.tally().change(() -> {
            requireAbsent(vmid);
            LxcListing.Entry entry = state.present(source);
            LxcFile from = LxcState.made(entry, "cloned");
            ContainerConfig model = snapshot == null
                    ? from.config()
                    : LxcSnapshots.kept(from, snapshot).config();
            List<Copy> copies = copies(model, full ? storage : null, vmid);
            LxcFile file = new LxcFile(
                    vmid,
                    freeName(hostname, vmid),
                    cloned(model, hostname, mark, copies),
                    paths(copies.stream().map(Copy::target).toList()),
                    Map.of(),
                    from.busybox(),
                    false,
                    "clone",
                    List.of(),
                    full ? null : source,
                    List.of(),
                    null,
                    null);
            String origin = "phoenix-clone-" + vmid;
            make(file, () -> {
                for (Copy each : copies) {
                    LxcVolumes.Place original = volumes.of(each.volume());
                    if (full) {
                        volumes.copy(original, each.target(), each.size(), snapshot, entry.running() != null, origin);
                    } else {
                        volumes.link(original, each.target(), each.size(), snapshot, origin);
                    }
                }
                return file.finished(from.busybox());
            });
        });
    }

    /** A volume of the source and where the clone's own goes. */
    private record Copy(String volume, LxcVolumes.Place target, ByteSize size) {}

    /** One for the root disk, then one for each volume that is mounted. */
    private List<Copy> copies(ContainerConfig model, @Nullable String storage, int vmid) {
        Set<String> taken = new HashSet<>();
        List<Copy> copies = new ArrayList<>();
        RootDisk disk = model.rootDisk();
        copies.add(new Copy(String.valueOf(disk.volume()), target(disk.storage(), storage, vmid, taken), disk.size()));
        for (MountPoint each : model.mounts()) {
            if (each.volume() != null) {
                copies.add(new Copy(each.volume(), target(storage(each), storage, vmid, taken), size(each)));
            }
        }
        return copies;
    }

    private ContainerConfig cloned(ContainerConfig model, String hostname, Mark mark, List<Copy> copies) {
        Map<String, String> targets = new TreeMap<>();
        copies.forEach(each -> targets.put(each.volume(), each.target().id()));
        List<MountPoint> mounts = new ArrayList<>();
        for (MountPoint each : model.mounts()) {
            String volume = each.volume() == null ? null : targets.get(each.volume());
            mounts.add(new MountPoint(
                    each.slot(),
                    each.path(),
                    each.source(),
                    volume == null ? each.storage() : storage(volume),
                    each.size(),
                    volume,
                    each.readOnly(),
                    each.backup()));
        }
        List<Nic> cards = model.nics().stream()
                .map(each -> new Nic(
                        each.name(),
                        each.bridge(),
                        each.address(),
                        each.gateway(),
                        null,
                        each.vlan(),
                        each.mtu(),
                        each.firewall()))
                .toList();
        String disk = copies.getFirst().target().id();
        RootDisk root = new RootDisk(storage(disk), model.rootDisk().size(), disk);
        return LxcFile.edit(
                LxcFile.grounded(named(model, hostname), root, withAddresses(cards)), model, Set.of(), mounts, mark);
    }

    private static String storage(String volume) {
        return volume.substring(0, volume.indexOf(':'));
    }

    private LxcVolumes.Place target(String storage, @Nullable String other, int vmid, Set<String> taken) {
        LxcVolumes.Place place = volumes.free(other == null ? storage : other, vmid, taken);
        taken.add(place.id());
        return place;
    }

    private static ContainerConfig named(ContainerConfig of, String hostname) {
        return new ContainerConfig(
                hostname,
                of.cores(),
                of.cpuLimit(),
                of.memory(),
                of.swap(),
                of.rootDisk(),
                of.nics(),
                of.nameservers(),
                of.searchDomain(),
                of.unprivileged(),
                of.idMaps(),
                of.features(),
                of.apparmor(),
                of.mounts(),
                of.devices(),
                of.raw(),
                of.onBoot(),
                of.startup(),
                of.tags(),
                of.description(),
                of.mark());
    }

    void destroy(int vmid) {
        ground.tally().change(() -> {
            LxcListing.Entry entry = state.present(vmid);
            LxcState.requireStopped(entry, "destroyed");
            LxcFile file = LxcState.own(entry);
            List<Integer> clones = state.all().values().stream()
                    .filter(each -> each.file() != null
                            && Integer.valueOf(vmid).equals(each.observed().clonedFrom()))
                    .map(each -> each.observed().vmid())
                    .sorted()
                    .toList();
            if (!clones.isEmpty()) {
                throw new HostException(
                        Cause.REFUSED,
                        "container " + vmid + " shares its blocks with " + clones + "; destroy those first");
            }
            if (file.adopted() != null) {
                removeAdopted(file);
            } else {
                remove(file);
            }
        });
    }

    /** What LXC made it takes away again, as far as that lies in the container's own folder. */
    private void removeAdopted(LxcFile file) {
        String folder = LinuxRoots.confined(ground.roots().containers(), file.name());
        if (!(folder + "/rootfs").equals(file.rootPath())) {
            throw new HostException(
                    Cause.REFUSED,
                    "container " + file.vmid() + " was adopted, and its root file system does not lie in " + folder
                            + "/rootfs; set deletionPolicy: Retain, and remove it by lxc-destroy -n " + file.name()
                            + " when nothing else needs it");
        }
        for (String each : file.volumes().keySet()) {
            volumes.destroy(volumes.of(each));
        }
        ground.commands()
                .answer(HostCommands.scripted(
                                "[ ! -L \"$3/rootfs\" ] || { echo \"$3/rootfs is a link and stays\" >&2; exit 1; };"
                                        + " rm -f -- \"$3/start.log\"; lxc-destroy -P \"$1\" -n \"$2\"",
                                ground.roots().containers(),
                                file.name(),
                                folder)
                        .within(REMOVING));
    }

    private void remove(LxcFile file) {
        for (String each : file.volumes().keySet()) {
            volumes.destroy(volumes.of(each));
        }
        Integer source = file.clonedFrom();
        if (source != null) {
            forgetOrigin(source, "phoenix-clone-" + file.vmid());
        }
        root.removeNodes(file.vmid());
        state.remove(file);
    }

    /** The snapshot that a clone grew from is of no use without it. */
    private void forgetOrigin(int source, String origin) {
        LxcFile from = state.find(source).map(LxcListing.Entry::file).orElse(null);
        if (from != null) {
            for (String each : from.volumes().keySet()) {
                LxcVolumes.Place place = volumes.of(each);
                if (volumes.hasSnapshot(place, origin)) {
                    ground.zfs().destroySnapshot(LxcVolumes.dataset(place), origin);
                }
            }
        }
    }
}
