package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.linux.LinuxHost;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.RootDisk;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Containers by {@code lxc-*}: what is done with one that is there; {@link LxcMaking} makes them. */
final class LxcContainers implements Guests<ContainerConfig, MountPoint> {

    private final LinuxGround ground;
    private final LxcState state;
    private final LxcVolumes volumes;
    private final LxcRoot root;
    private final LxcMaking making;
    private final LxcPower power;
    private final LxcSnapshots snapshots;

    LxcContainers(LinuxGround ground, LxcState state) {
        this.ground = ground;
        this.state = state;
        this.volumes = new LxcVolumes(ground);
        this.root = new LxcRoot(ground);
        this.making = new LxcMaking(ground, state, volumes, root);
        this.power = new LxcPower(ground, state, root, volumes);
        this.snapshots = new LxcSnapshots(ground, state, volumes);
    }

    @Override
    public GuestKind kind() {
        return GuestKind.CONTAINER;
    }

    @Override
    public Optional<Observed<ContainerConfig>> read(int vmid) {
        return ground.tally().read(() -> state.find(vmid).map(LxcListing.Entry::observed));
    }

    @Override
    public List<String> unenforced(ContainerConfig config) {
        return state.machine().unenforced(config);
    }

    @Override
    public void create(int vmid, ContainerConfig config, String from) {
        making.create(vmid, config, from);
    }

    @Override
    public void clone(
            int source,
            int vmid,
            String hostname,
            Mark mark,
            boolean full,
            @Nullable String storage,
            @Nullable String snapshot) {
        making.clone(source, vmid, hostname, mark, full, storage, snapshot);
    }

    @Override
    public void update(int vmid, ContainerConfig config, Set<GuestField> fields, @Nullable String digest) {
        state.change(vmid, digest, entry -> {
            Mark mark = config.mark();
            if (entry.file() == null && mark != null && fields.equals(Set.of(GuestField.MARK))) {
                adopt(entry, mark);
                return;
            }
            LxcFile before = LxcState.free(entry);
            if (before.adopted() != null) {
                LxcForeign.requireChangeable(vmid, fields);
            }
            if (fields.contains(GuestField.ID_MAPS)
                    && !LxcText.maps(before.config()).equals(LxcText.maps(config))) {
                throw new HostException(
                        Cause.UNSUPPORTED,
                        "spec.idMaps: the files of container " + vmid
                                + " belong to the numbers that it was made with; make it anew to change them");
            }
            LxcFile after = before.copy(
                            fields.contains(GuestField.NICS)
                                    ? LxcFile.grounded(config, config.rootDisk(), making.withAddresses(config.nics()))
                                    : config,
                            fields)
                    .changing(fields);
            LxcFile whole =
                    fields.contains(GuestField.DEVICES) ? after.withNodes(root.makeNodes(vmid, after.config())) : after;
            state.write(whole);
            if (entry.running() != null && fields.stream().anyMatch(LinuxHost.LIMITS::contains)) {
                power.limit(whole, fields);
            }
        });
    }

    /** Takes over somebody else's container: its file gets a comment, and nothing else of it changes. */
    private void adopt(LxcListing.Entry entry, Mark mark) {
        int vmid = entry.observed().vmid();
        String obstacle = entry.observed().obstacle();
        if (entry.observed().lock() != null || obstacle != null) {
            throw new HostException(
                    Cause.REFUSED,
                    "container '" + entry.folder() + "' (" + vmid + ") cannot be adopted: "
                            + (obstacle != null ? obstacle : "what made it has not come to its end"));
        }
        ContainerConfig config = entry.observed().config();
        state.write(new LxcFile(
                vmid,
                entry.folder(),
                LxcFile.edit(config, config, Set.of(), config.mounts(), mark),
                Map.of(),
                Map.of(),
                false,
                false,
                null,
                List.of(),
                null,
                List.of(),
                null,
                new LxcFile.Adopted(entry.text(), Set.of())));
    }

    @Override
    public void attach(int vmid, MountPoint disk, @Nullable String digest) {
        state.change(vmid, digest, entry -> {
            LxcFile file = LxcState.free(entry);
            String slot = freeSlot(file);
            String volume = disk.volume();
            LxcFile after = file;
            if (disk.source() == null && volume == null) {
                LxcVolumes.Place place = volumes.free(
                        LxcMaking.storage(disk), vmid, file.volumes().keySet());
                // Known before it exists, so that nothing is left over when this ends in between.
                LxcFile noted = file.plus(place.id(), place.path()).withUnused(plus(file.unused(), place.id()));
                state.write(noted);
                volumes.make(place, LxcMaking.size(disk));
                making.own(place.path(), file.config());
                volume = place.id();
                after = noted;
            }
            MountPoint mount = LxcMaking.slotted(disk, slot, volume);
            List<MountPoint> mounts = new ArrayList<>(after.config().mounts());
            mounts.add(mount);
            String attached = volume;
            LxcFile whole = after.withMounts(mounts)
                    .withUnused(after.unused().stream()
                            .filter(each -> !each.equals(attached))
                            .toList());
            plugged(whole, entry, null, mount);
        });
    }

    private static List<String> plus(List<String> of, String one) {
        List<String> more = new ArrayList<>(of);
        more.add(one);
        return more;
    }

    private static String freeSlot(LxcFile file) {
        for (int i = 0; ; i++) {
            String slot = "mp" + i;
            if (file.config().mounts().stream().noneMatch(each -> slot.equals(each.slot()))) {
                return slot;
            }
        }
    }

    /** Writes the file and does to a running container what it says of one mount. */
    private void plugged(LxcFile file, LxcListing.Entry entry, @Nullable MountPoint out, @Nullable MountPoint in) {
        LxcListing.Running running = entry.running();
        if (running != null && out != null) {
            root.unplug(running.pid(), out);
        }
        LxcFile.Started started = file.started();
        state.write(
                running == null || started == null
                        ? file
                        : file.withStarted(new LxcFile.Started(
                                started.pid(),
                                LxcFile.edit(
                                        started.config(),
                                        started.config(),
                                        Set.of(),
                                        file.config().mounts(),
                                        started.config().mark()))));
        String source = in == null ? null : file.source(in);
        if (running != null && in != null && source != null) {
            root.plug(running.pid(), source, in);
        }
    }

    @Override
    public void reattach(int vmid, MountPoint disk, @Nullable String digest) {
        state.change(vmid, digest, entry -> {
            LxcFile file = LxcState.free(entry);
            String slot = String.valueOf(disk.slot());
            MountPoint before = mounted(file, slot);
            MountPoint after = LxcMaking.slotted(disk, slot, before.volume());
            plugged(file.replace(slot, after), entry, before, after);
        });
    }

    @Override
    public void detach(int vmid, String slot, @Nullable String digest) {
        state.change(vmid, digest, entry -> {
            LxcFile file = LxcState.free(entry);
            MountPoint before = mounted(file, slot);
            String volume = before.volume();
            LxcFile after = file.replace(slot, null);
            plugged(volume == null ? after : after.withUnused(plus(after.unused(), volume)), entry, before, null);
        });
    }

    private static MountPoint mounted(LxcFile file, String slot) {
        return file.config().mounts().stream()
                .filter(each -> slot.equals(each.slot()))
                .findFirst()
                .orElseThrow(() -> new HostException(
                        Cause.NOT_FOUND, "container " + file.vmid() + " has nothing in slot " + slot));
    }

    @Override
    public void destroyUnused(int vmid, String volume) {
        state.change(vmid, null, entry -> {
            LxcFile file = LxcState.free(entry);
            if (!file.unused().contains(volume)) {
                throw new HostException(Cause.NOT_FOUND, "container " + vmid + " has no unused volume " + volume);
            }
            volumes.destroy(volumes.of(volume));
            Map<String, String> rest = new TreeMap<>(file.volumes());
            rest.remove(volume);
            state.write(file.withVolumes(rest)
                    .withUnused(file.unused().stream()
                            .filter(each -> !each.equals(volume))
                            .toList()));
        });
    }

    @Override
    public void grow(int vmid, String slot, ByteSize size) {
        state.change(vmid, null, entry -> {
            LxcFile file = LxcState.free(entry);
            ContainerConfig config = file.config();
            boolean disk = slot.equals("rootfs");
            if (disk) {
                LxcState.made(entry, "grown");
            }
            ByteSize now = disk ? config.rootDisk().size() : LxcMaking.size(mounted(file, slot));
            if (size.compareTo(now) < 0) {
                throw new HostException(
                        Cause.REFUSED,
                        slot + " of container " + vmid + " has " + now + "; a volume never shrinks (" + size + ")");
            }
            String volume =
                    disk ? config.rootDisk().volume() : mounted(file, slot).volume();
            if (volume == null) {
                throw new HostException(Cause.REFUSED, slot + " of container " + vmid + " is a directory of the host");
            }
            volumes.grow(volumes.of(volume), size);
            if (disk) {
                state.write(file.with(LxcFile.grounded(
                        config, new RootDisk(config.rootDisk().storage(), size, volume), config.nics())));
            } else {
                MountPoint has = mounted(file, slot);
                state.write(file.replace(
                        slot,
                        new MountPoint(
                                slot,
                                has.path(),
                                has.source(),
                                has.storage(),
                                size,
                                volume,
                                has.readOnly(),
                                has.backup())));
            }
        });
    }

    @Override
    public void move(int vmid, String slot, String storage) {
        throw new HostException(
                HostException.Cause.REFUSED, "driver linux moves no volumes: " + slot + " of container " + vmid);
    }

    @Override
    public void start(int vmid) {
        power.start(vmid);
    }

    @Override
    public void shutdown(int vmid, Duration timeout) {
        power.shutdown(vmid, timeout);
    }

    @Override
    public void freeze(int vmid) {
        power.freeze(vmid);
    }

    @Override
    public void thaw(int vmid) {
        power.thaw(vmid);
    }

    @Override
    public void makeTemplate(int vmid) {
        state.change(vmid, null, entry -> {
            LxcState.requireStopped(entry, "made a template");
            state.write(LxcState.made(entry, "made a template").asTemplate());
        });
    }

    @Override
    public void snapshot(int vmid, String name, String description) {
        snapshots.take(vmid, name, description);
    }

    @Override
    public void deleteSnapshot(int vmid, String name) {
        snapshots.delete(vmid, name);
    }

    @Override
    public void rollback(int vmid, String name) {
        snapshots.rollback(vmid, name);
    }

    @Override
    public void release(int vmid) {
        state.change(vmid, null, entry -> {
            LxcFile file = LxcState.free(entry);
            if (file.adopted() != null) {
                state.release(file);
                return;
            }
            state.write(file.with(LxcFile.edit(
                    file.config(), file.config(), Set.of(), file.config().mounts(), null)));
        });
    }

    @Override
    public void destroy(int vmid) {
        making.destroy(vmid);
    }
}
