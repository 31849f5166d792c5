package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.linux.LinuxHost;
import ai.thinkheads.phoenix.hosts.linux.LinuxRoots;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.RootDisk;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Containers by {@code lxc-*}. A container's file is written before anything of it exists, with a lock, and without the lock when
 * all is there: what dies half way is seen as half made.
 */
final class LxcContainers implements Guests<ContainerConfig, MountPoint> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LinuxGround ground;
    private final LxcVolumes volumes;
    private final LxcRoot root;
    private final LxcState state;

    LxcContainers(LinuxGround ground, LxcState state) {
        this.ground = ground;
        this.state = state;
        this.volumes = new LxcVolumes(ground);
        this.root = new LxcRoot(ground);
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
                            paths(places.keySet()),
                            Map.of(),
                            false,
                            false,
                            "create",
                            List.of(),
                            null,
                            List.of(),
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

    private static Map<String, String> paths(Set<LxcVolumes.Place> places) {
        Map<String, String> paths = new TreeMap<>();
        places.forEach(each -> paths.put(each.id(), each.path()));
        return paths;
    }

    private static String storage(MountPoint mount) {
        String storage = mount.storage();
        if (storage == null) {
            throw new HostException(
                    Cause.REFUSED, "the mount at " + mount.path() + " has neither a directory nor a storage");
        }
        return storage;
    }

    private static ByteSize size(MountPoint mount) {
        ByteSize size = mount.size();
        if (size == null) {
            throw new HostException(Cause.REFUSED, "the volume at " + mount.path() + " needs a size");
        }
        return size;
    }

    private static MountPoint slotted(MountPoint of, String slot, @Nullable String volume) {
        return new MountPoint(
                slot, of.path(), of.source(), of.storage(), of.size(), volume, of.readOnly(), of.backup());
    }

    private void own(String path, ContainerConfig config) {
        ground.commands().script("chown \"$2\" \"$1\"", path, LxcRoot.owner(config, 0, 0));
    }

    private List<Nic> withAddresses(List<Nic> nics) {
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

    @Override
    public void clone(
            int source,
            int vmid,
            String hostname,
            Mark mark,
            boolean full,
            @Nullable String storage,
            @Nullable String snapshot) {
        ground.tally().change(() -> {
            requireAbsent(vmid);
            LxcListing.Entry entry = present(source);
            LxcFile from = free(entry);
            ContainerConfig model =
                    snapshot == null ? from.config() : kept(from, snapshot).config();
            String origin = "phoenix-clone-" + vmid;
            Set<String> taken = new HashSet<>();
            Map<String, LxcVolumes.Place> targets = new java.util.LinkedHashMap<>();
            String rootVolume = String.valueOf(model.rootDisk().volume());
            targets.put(rootVolume, target(model.rootDisk().storage(), full ? storage : null, vmid, taken));
            List<MountPoint> mounts = new ArrayList<>();
            Map<String, ByteSize> sizes = new TreeMap<>();
            sizes.put(rootVolume, model.rootDisk().size());
            for (MountPoint each : model.mounts()) {
                String volume = each.volume();
                if (volume == null) {
                    mounts.add(each);
                } else {
                    LxcVolumes.Place place = target(storage(each), full ? storage : null, vmid, taken);
                    targets.put(volume, place);
                    sizes.put(volume, size(each));
                    mounts.add(new MountPoint(
                            each.slot(),
                            each.path(),
                            null,
                            place.id().substring(0, place.id().indexOf(':')),
                            each.size(),
                            place.id(),
                            each.readOnly(),
                            each.backup()));
                }
            }
            LxcVolumes.Place disk = java.util.Objects.requireNonNull(targets.get(rootVolume));
            RootDisk rootDisk = new RootDisk(
                    disk.id().substring(0, disk.id().indexOf(':')),
                    model.rootDisk().size(),
                    disk.id());
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
            ContainerConfig config = LxcFile.edit(
                    LxcFile.grounded(named(model, hostname), rootDisk, withAddresses(cards)),
                    model,
                    Set.of(),
                    mounts,
                    mark);
            LxcFile file = new LxcFile(
                    vmid,
                    freeName(hostname, vmid),
                    config,
                    paths(new HashSet<>(targets.values())),
                    Map.of(),
                    from.busybox(),
                    false,
                    "clone",
                    List.of(),
                    full ? null : source,
                    List.of(),
                    null);
            make(file, () -> {
                targets.forEach((volume, place) -> {
                    ByteSize size = java.util.Objects.requireNonNull(sizes.get(volume));
                    if (full) {
                        volumes.copy(volumes.of(volume), place, size, snapshot, entry.running() != null, origin);
                    } else {
                        volumes.link(volumes.of(volume), place, size, snapshot, origin);
                    }
                });
                return file.finished(from.busybox());
            });
        });
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

    @Override
    public void update(int vmid, ContainerConfig config, Set<GuestField> fields, @Nullable String digest) {
        change(vmid, digest, entry -> {
            LxcFile before = free(entry);
            if (fields.contains(GuestField.ID_MAPS)
                    && !LxcText.maps(before.config()).equals(LxcText.maps(config))) {
                throw new HostException(
                        Cause.UNSUPPORTED,
                        "spec.idMaps: the files of container " + vmid
                                + " belong to the numbers that it was made with; make it anew to change them");
            }
            LxcFile after = before.copy(
                    fields.contains(GuestField.NICS)
                            ? LxcFile.grounded(config, config.rootDisk(), withAddresses(config.nics()))
                            : config,
                    fields);
            LxcFile whole =
                    fields.contains(GuestField.DEVICES) ? after.withNodes(root.makeNodes(vmid, after.config())) : after;
            state.write(whole);
            if (entry.running() != null && fields.stream().anyMatch(LinuxHost.LIMITS::contains)) {
                limit(whole);
            }
        });
    }

    /** Brings the limits of a running container to what its file says. */
    private void limit(LxcFile file) {
        LxcMachine machine = state.machine();
        ContainerConfig config = file.config();
        if (machine.has("cpu")) {
            cgroup(file, machine.cpu(), machine.cpuValue(config));
        }
        if (machine.has("memory")) {
            String memory = String.valueOf(config.memory().bytes());
            if (machine.swap()) {
                // The one must never be below the other: whichever way they go, one of these orders is right.
                tried(file, machine.swapLimit(), machine.swapValue(config));
                cgroup(file, machine.memory(), memory);
                cgroup(file, machine.swapLimit(), machine.swapValue(config));
            } else {
                cgroup(file, machine.memory(), memory);
            }
        }
    }

    private Commands.Outcome tried(LxcFile file, String key, String value) {
        return ground.commands()
                .run(Commands.Invocation.of(
                        "lxc-cgroup", "-P", ground.roots().containers(), "-n", file.name(), key, value));
    }

    private void cgroup(LxcFile file, String key, String value) {
        Commands.Outcome outcome = tried(file, key, value);
        if (!outcome.ok()) {
            throw new HostException(
                    Cause.FAILED,
                    "container " + file.vmid() + ": the kernel does not take " + value + " for " + key
                            + " now (more than that may be in use); it is in force from the next start");
        }
    }

    @Override
    public void attach(int vmid, MountPoint disk, @Nullable String digest) {
        change(vmid, digest, entry -> {
            LxcFile file = free(entry);
            String slot = freeSlot(file);
            String volume = disk.volume();
            LxcFile after = file;
            if (disk.source() == null && volume == null) {
                LxcVolumes.Place place =
                        volumes.free(storage(disk), vmid, file.volumes().keySet());
                // Known before it exists, so that nothing is left over when this ends in between.
                LxcFile noted = file.plus(place.id(), place.path()).withUnused(plus(file.unused(), place.id()));
                state.write(noted);
                volumes.make(place, size(disk));
                own(place.path(), file.config());
                volume = place.id();
                after = noted;
            }
            MountPoint mount = slotted(disk, slot, volume);
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
        change(vmid, digest, entry -> {
            LxcFile file = free(entry);
            String slot = String.valueOf(disk.slot());
            MountPoint before = mounted(file, slot);
            MountPoint after = slotted(disk, slot, before.volume());
            plugged(file.replace(slot, after), entry, before, after);
        });
    }

    @Override
    public void detach(int vmid, String slot, @Nullable String digest) {
        change(vmid, digest, entry -> {
            LxcFile file = free(entry);
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
        change(vmid, null, entry -> {
            LxcFile file = free(entry);
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
        change(vmid, null, entry -> {
            LxcFile file = free(entry);
            ContainerConfig config = file.config();
            boolean disk = slot.equals("rootfs");
            ByteSize now = disk ? config.rootDisk().size() : size(mounted(file, slot));
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
    public void start(int vmid) {
        ground.tally().change(() -> {
            LxcListing.Entry entry = present(vmid);
            if (entry.running() != null) {
                return;
            }
            LxcFile file = free(entry);
            if (file.template()) {
                throw new HostException(Cause.REFUSED, "container " + vmid + " is a template, which is not started");
            }
            String path = String.valueOf(file.rootPath());
            // A dataset that is not mounted leaves an empty folder; nothing good would come of starting in it.
            if (!ground.commands()
                    .run(HostCommands.scripted("[ -n \"$(ls -A \"$1/sbin/init\" \"$1/init\" 2>/dev/null)\" ]", path))
                    .ok()) {
                throw new HostException(
                        Cause.NOT_FOUND,
                        "container " + vmid + ": no root file system at " + path
                                + "; mount its dataset, or import its pool, and it is started");
            }
            LxcAddresses.requireFree(ground, vmid, file.config());
            LxcFile ready = file.withNodes(root.makeNodes(vmid, file.config()));
            // The file that LXC reads is exactly this one: what somebody wrote into it by hand does not start.
            state.write(ready);
            root.allowMaps(ready.config());
            root.writeFiles(path, ready.config());
            launch(ready);
        });
    }

    private void launch(LxcFile file) {
        String log = ground.roots().containers() + "/" + file.name() + "/start.log";
        Commands.Outcome outcome = ground.commands()
                .run(HostCommands.scripted(
                                "rm -f -- \"$3\"; lxc-start -P \"$1\" -n \"$2\" -l ERROR -o \"$3\" 2>/dev/null || {"
                                        + " r=$?; head -n 3 \"$3\" >&2; exit $r; }; lxc-info -P \"$1\" -n \"$2\" -pH",
                                ground.roots().containers(),
                                file.name(),
                                log)
                        .within(PATIENCE.multipliedBy(3)));
        String pid = outcome.stdout().strip();
        if (!outcome.ok() || !pid.matches("\\d+")) {
            throw new HostException(
                    HostCommands.cause(HostCommands.said(outcome)) == Cause.NO_SPACE ? Cause.NO_SPACE : Cause.FAILED,
                    "container " + file.vmid() + " did not start: " + reason(HostCommands.said(outcome)) + "; see "
                            + log);
        }
        state.write(file.withStarted(new LxcFile.Started(Long.parseLong(pid), file.config())));
    }

    /** LXC's log lines begin with names, times and places in its source, which help nobody here; the first ones tell the cause. */
    private static String reason(String said) {
        String text = said.replaceAll("lxc-start \\S+ \\d+\\.\\d+ \\w+\\s+\\S+ - \\S+ - ", "");
        return text.isEmpty() ? "lxc-start gives no reason" : text;
    }

    @Override
    public void shutdown(int vmid, Duration timeout) {
        ground.tally().change(() -> {
            LxcListing.Entry entry = present(vmid);
            if (entry.running() == null) {
                return;
            }
            long seconds = Math.max(1, timeout.toSeconds());
            Commands.Invocation stop = Commands.Invocation.of(
                            "lxc-stop",
                            "-P",
                            ground.roots().containers(),
                            "-n",
                            entry.folder(),
                            "-t",
                            String.valueOf(seconds))
                    .within(timeout.plus(PATIENCE));
            Commands.Outcome outcome = ground.commands().run(stop);
            if (!outcome.ok() && state.find(vmid).map(LxcListing.Entry::running).isPresent()) {
                throw HostCommands.failed(stop, outcome);
            }
            LxcFile file = entry.file();
            if (file != null) {
                state.write(file.withStarted(null));
            }
        });
    }

    @Override
    public void makeTemplate(int vmid) {
        change(vmid, null, entry -> {
            requireStopped(entry, "made a template");
            state.write(free(entry).asTemplate());
        });
    }

    private static void requireStopped(LxcListing.Entry entry, String what) {
        if (entry.running() != null) {
            throw new HostException(
                    Cause.REFUSED,
                    "container " + entry.observed().vmid() + " is running and cannot be " + what + "; stop it first");
        }
    }

    @Override
    public void snapshot(int vmid, String name, String description) {
        change(vmid, null, entry -> {
            LxcFile file = free(entry);
            if (file.snapshots().stream().anyMatch(each -> each.name().equals(name))) {
                throw new HostException(Cause.REFUSED, "container " + vmid + " has a snapshot '" + name + "' already");
            }
            List<LxcVolumes.Place> places = places(file.config());
            places.forEach(LxcVolumes::dataset);
            for (LxcVolumes.Place each : places) {
                // One that is there already is of an attempt that ended before it was noted.
                if (!volumes.hasSnapshot(each, name)) {
                    ground.zfs().snapshot(LxcVolumes.dataset(each), name);
                }
            }
            List<LxcFile.Kept> all = new ArrayList<>(file.snapshots());
            all.add(new LxcFile.Kept(name, description, ground.clock().now(), file.config()));
            state.write(file.withSnapshots(all));
        });
    }

    private List<LxcVolumes.Place> places(ContainerConfig config) {
        List<LxcVolumes.Place> places = new ArrayList<>();
        places.add(volumes.of(String.valueOf(config.rootDisk().volume())));
        for (MountPoint each : config.mounts()) {
            if (each.volume() != null) {
                places.add(volumes.of(each.volume()));
            }
        }
        return places;
    }

    private static LxcFile.Kept kept(LxcFile file, String name) {
        return file.snapshots().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new HostException(
                        Cause.NOT_FOUND, "container " + file.vmid() + " has no snapshot '" + name + "'"));
    }

    @Override
    public void deleteSnapshot(int vmid, String name) {
        change(vmid, null, entry -> {
            LxcFile file = free(entry);
            for (LxcVolumes.Place each : places(kept(file, name).config())) {
                if (volumes.hasSnapshot(each, name)) {
                    ground.zfs().destroySnapshot(LxcVolumes.dataset(each), name);
                }
            }
            state.write(file.withSnapshots(file.snapshots().stream()
                    .filter(each -> !each.name().equals(name))
                    .toList()));
        });
    }

    @Override
    public void rollback(int vmid, String name) {
        change(vmid, null, entry -> {
            requireStopped(entry, "rolled back");
            LxcFile file = free(entry);
            LxcFile.Kept kept = kept(file, name);
            List<LxcVolumes.Place> places = places(kept.config());
            for (LxcVolumes.Place each : places) {
                List<String> all = volumes.snapshots(each);
                if (all.isEmpty() || !all.getLast().equals(name)) {
                    throw new HostException(
                            Cause.REFUSED,
                            "going back to '" + name + "' would destroy the later snapshots of " + each.id() + " ("
                                    + String.join(", ", all.subList(all.indexOf(name) + 1, all.size()))
                                    + "); delete them first");
                }
            }
            places.forEach(each -> ground.zfs().rollback(LxcVolumes.dataset(each), name));
            Mark mark = file.config().mark();
            state.write(file.with(LxcFile.edit(
                    kept.config(), kept.config(), Set.of(), kept.config().mounts(), mark)));
        });
    }

    @Override
    public void release(int vmid) {
        change(vmid, null, entry -> {
            LxcFile file = free(entry);
            state.write(file.with(LxcFile.edit(
                    file.config(), file.config(), Set.of(), file.config().mounts(), null)));
        });
    }

    @Override
    public void destroy(int vmid) {
        ground.tally().change(() -> {
            LxcListing.Entry entry = present(vmid);
            requireStopped(entry, "destroyed");
            LxcFile file = own(entry);
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
            remove(file);
        });
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

    private void change(int vmid, @Nullable String digest, java.util.function.Consumer<LxcListing.Entry> work) {
        ground.tally().change(() -> {
            LxcListing.Entry entry = present(vmid);
            if (digest != null && !digest.equals(entry.observed().digest())) {
                throw new HostException(
                        Cause.CONFLICT,
                        "the configuration of container " + vmid + " was changed by somebody since it was read");
            }
            work.accept(entry);
        });
    }

    private LxcListing.Entry present(int vmid) {
        return state.find(vmid)
                .orElseThrow(() -> new HostException(Cause.NOT_FOUND, "container " + vmid + " does not exist"));
    }

    /** What Phoenix keeps about it; somebody else's container is left alone. */
    private static LxcFile own(LxcListing.Entry entry) {
        LxcFile file = entry.file();
        if (file == null) {
            throw new HostException(
                    Cause.UNSUPPORTED,
                    "container '" + entry.folder()
                            + "' was made by somebody else, and its file is theirs; make one by a"
                            + " manifest and move over what is in it");
        }
        return file;
    }

    private static LxcFile free(LxcListing.Entry entry) {
        LxcFile file = own(entry);
        if (file.lock() != null) {
            throw new HostException(
                    Cause.LOCKED,
                    "container " + file.vmid() + " is only half made (" + file.lock()
                            + "); it is cleaned up and made again");
        }
        return file;
    }
}
