package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What Phoenix keeps about one container of its own; all lines for LXC follow from it.
 *
 * @param name of the container's folder, which LXC calls it by
 * @param config with volumes, slots and hardware addresses filled in
 * @param volumes the folder on the host of each volume, attached or not, by volume id
 * @param nodes what is given in the place of each device of the host, by path
 * @param busybox whether its init is that of busybox, which listens to other signals
 * @param lock {@code create} or {@code clone} while it is being made; null when it is free
 * @param unused volumes that belong to it and are not attached
 * @param clonedFrom the number of the container whose blocks it shares; null when it shares none
 * @param started the process and the configuration that it was started with last; null when it never was
 * @param adopted the file that somebody else made it with; null for a container of Phoenix's making
 */
record LxcFile(
        int vmid,
        String name,
        ContainerConfig config,
        Map<String, String> volumes,
        Map<String, Node> nodes,
        boolean busybox,
        boolean template,
        @Nullable String lock,
        List<String> unused,
        @Nullable Integer clonedFrom,
        List<Kept> snapshots,
        @Nullable Started started,
        @Nullable Adopted adopted) {

    LxcFile {
        volumes = java.util.Collections.unmodifiableMap(new TreeMap<>(volumes));
        nodes = java.util.Collections.unmodifiableMap(new TreeMap<>(nodes));
        unused = List.copyOf(unused);
        snapshots = List.copyOf(snapshots);
    }

    /** A snapshot of all volumes, with the configuration as it was. */
    record Kept(String name, String description, Instant takenAt, ContainerConfig config) {}

    /**
     * A device node of the container's own.
     *
     * @param number type and number, such as {@code c 195:0}
     * @param source its path on the host
     */
    record Node(String number, String source) {}

    /**
     * A container of somebody else's making, whose file stays as it is but for what a manifest changes of it.
     *
     * @param text of its file when it was taken over
     * @param changed the fields whose lines are Phoenix's since
     */
    record Adopted(String text, Set<GuestField> changed) {
        Adopted {
            changed = Set.copyOf(changed);
        }
    }

    /** What runs. */
    record Started(long pid, ContainerConfig config) {}

    /** The folder of the root file system on the host; null before it exists, and where only LXC knows it. */
    @Nullable
    String rootPath() {
        if (adopted != null) {
            return LxcForeign.rootFolder(adopted.text());
        }
        String volume = config.rootDisk().volume();
        return volume == null ? null : volumes.get(volume);
    }

    /** The folder on the host that is mounted there; null when it is not known. */
    @Nullable
    String source(MountPoint mount) {
        return mount.volume() == null ? mount.source() : volumes.get(mount.volume());
    }

    /** What a changed copy is made of: all that may change, each under its name. */
    private static final class Copy {
        private final LxcFile of;
        private String name;
        private ContainerConfig config;
        private Map<String, String> volumes;
        private Map<String, Node> nodes;
        private boolean busybox;
        private boolean template;
        private @Nullable String lock;
        private List<String> unused;
        private List<Kept> snapshots;
        private @Nullable Started started;
        private @Nullable Adopted adopted;

        Copy(LxcFile of) {
            this.of = of;
            name = of.name;
            config = of.config;
            volumes = of.volumes;
            nodes = of.nodes;
            busybox = of.busybox;
            template = of.template;
            lock = of.lock;
            unused = of.unused;
            snapshots = of.snapshots;
            started = of.started;
            adopted = of.adopted;
        }

        LxcFile file() {
            return new LxcFile(
                    of.vmid,
                    name,
                    config,
                    volumes,
                    nodes,
                    busybox,
                    template,
                    lock,
                    unused,
                    of.clonedFrom,
                    snapshots,
                    started,
                    adopted);
        }
    }

    private LxcFile change(Consumer<Copy> edit) {
        Copy copy = new Copy(this);
        edit.accept(copy);
        return copy.file();
    }

    LxcFile with(ContainerConfig other) {
        return change(copy -> copy.config = other);
    }

    LxcFile withVolumes(Map<String, String> others) {
        return change(copy -> copy.volumes = others);
    }

    LxcFile withNodes(Map<String, Node> others) {
        return change(copy -> copy.nodes = others);
    }

    LxcFile withUnused(List<String> others) {
        return change(copy -> copy.unused = others);
    }

    LxcFile withSnapshots(List<Kept> others) {
        return change(copy -> copy.snapshots = others);
    }

    LxcFile withStarted(@Nullable Started other) {
        return change(copy -> copy.started = other);
    }

    LxcFile withName(String other) {
        return change(copy -> copy.name = other);
    }

    /** The same, with more fields whose lines are Phoenix's; of no concern to a container of its own making. */
    LxcFile changing(Set<GuestField> fields) {
        Adopted before = adopted;
        if (before == null) {
            return this;
        }
        Set<GuestField> all = new java.util.HashSet<>(before.changed());
        all.addAll(fields);
        return change(copy -> copy.adopted = new Adopted(before.text(), all));
    }

    LxcFile asTemplate() {
        return change(copy -> {
            copy.template = true;
            copy.started = null;
        });
    }

    /** The same, made to its end. */
    LxcFile finished(boolean withBusybox) {
        return change(copy -> {
            copy.busybox = withBusybox;
            copy.lock = null;
        });
    }

    /** With another volume, whose folder is known. */
    LxcFile plus(String volume, String path) {
        Map<String, String> more = new TreeMap<>(volumes);
        more.put(volume, path);
        return withVolumes(more);
    }

    LxcFile withMounts(List<MountPoint> mounts) {
        return with(edit(config, config, Set.of(), mounts, config.mark()));
    }

    /** That slot holds another mount point now, or nothing. */
    LxcFile replace(String slot, @Nullable MountPoint other) {
        List<MountPoint> mounts = new ArrayList<>();
        for (MountPoint each : config.mounts()) {
            if (!slot.equals(each.slot())) {
                mounts.add(each);
            } else if (other != null) {
                mounts.add(other);
            }
        }
        return withMounts(mounts);
    }

    /** Those fields of another configuration in place of this one's. */
    LxcFile copy(ContainerConfig from, Set<GuestField> fields) {
        Mark mark = fields.contains(GuestField.MARK) ? from.mark() : config.mark();
        return with(edit(config, from, fields, config.mounts(), mark));
    }

    /** A configuration with those fields, the mounts and the mark of another. */
    static ContainerConfig edit(
            ContainerConfig onto,
            ContainerConfig from,
            Set<GuestField> fields,
            List<MountPoint> mounts,
            @Nullable Mark mark) {
        boolean dns = fields.contains(GuestField.DNS);
        return new ContainerConfig(
                (fields.contains(GuestField.HOSTNAME) ? from : onto).hostname(),
                (fields.contains(GuestField.CORES) ? from : onto).cores(),
                (fields.contains(GuestField.CPU_LIMIT) ? from : onto).cpuLimit(),
                (fields.contains(GuestField.MEMORY) ? from : onto).memory(),
                (fields.contains(GuestField.SWAP) ? from : onto).swap(),
                onto.rootDisk(),
                (fields.contains(GuestField.NICS) ? from : onto).nics(),
                (dns ? from : onto).nameservers(),
                (dns ? from : onto).searchDomain(),
                onto.unprivileged(),
                (fields.contains(GuestField.ID_MAPS) ? from : onto).idMaps(),
                (fields.contains(GuestField.FEATURES) ? from : onto).features(),
                (fields.contains(GuestField.APPARMOR) ? from : onto).apparmor(),
                mounts,
                (fields.contains(GuestField.DEVICES) ? from : onto).devices(),
                (fields.contains(GuestField.RAW) ? from : onto).raw(),
                (fields.contains(GuestField.ON_BOOT) ? from : onto).onBoot(),
                (fields.contains(GuestField.STARTUP) ? from : onto).startup(),
                (fields.contains(GuestField.TAGS) ? from : onto).tags(),
                (fields.contains(GuestField.DESCRIPTION) ? from : onto).description(),
                mark);
    }

    /** The same with another root disk and other cards. */
    static ContainerConfig grounded(
            ContainerConfig of, ContainerConfig.RootDisk root, List<ai.thinkheads.phoenix.hosts.port.Nic> nics) {
        return new ContainerConfig(
                of.hostname(),
                of.cores(),
                of.cpuLimit(),
                of.memory(),
                of.swap(),
                root,
                nics,
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
}
