package ai.thinkheads.phoenix.hosts.simulated;

import static ai.thinkheads.phoenix.hosts.port.GuestField.*;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.RootDisk;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Containers. */
final class ContainerForm implements GuestForm<ContainerConfig, MountPoint> {

    private static final Set<GuestField> ONLINE =
            Set.of(HOSTNAME, CORES, CPU_LIMIT, MEMORY, SWAP, NICS, ON_BOOT, STARTUP, TAGS, DESCRIPTION, MARK);
    private static final Set<GuestField> FIELDS = Set.of(
            HOSTNAME,
            CORES,
            CPU_LIMIT,
            MEMORY,
            SWAP,
            NICS,
            DNS,
            FEATURES,
            APPARMOR,
            ID_MAPS,
            DEVICES,
            RAW,
            ON_BOOT,
            STARTUP,
            TAGS,
            DESCRIPTION,
            MARK);
    private static final long TEMPLATE_BYTES = 410L << 20;
    private static final Set<String> RAW_REFUSED = Set.of("lxc.rootfs.path", "lxc.rootfs.options", "lxc.rootfs.mount");

    @Override
    public GuestKind kind() {
        return GuestKind.CONTAINER;
    }

    @Override
    public Class<ContainerConfig> type() {
        return ContainerConfig.class;
    }

    @Override
    public String word() {
        return "CT";
    }

    @Override
    public String task() {
        return "vz";
    }

    @Override
    public String noun() {
        return "container";
    }

    @Override
    public Set<GuestField> online() {
        return ONLINE;
    }

    @Override
    public Set<GuestField> fields() {
        return FIELDS;
    }

    @Override
    public Object value(ContainerConfig config, GuestField field) {
        Object value = switch (field) {
            case HOSTNAME -> config.hostname();
            case CORES -> config.cores();
            case CPU_LIMIT -> config.cpuLimit();
            case MEMORY -> config.memory();
            case SWAP -> config.swap();
            case NICS -> config.nics();
            case DNS -> List.of(config.nameservers(), String.valueOf(config.searchDomain()));
            case FEATURES -> config.features();
            case APPARMOR -> config.apparmor();
            case ID_MAPS -> config.idMaps();
            case DEVICES -> config.devices();
            case RAW -> config.raw();
            case ON_BOOT -> config.onBoot();
            case STARTUP -> config.startup();
            case TAGS -> config.tags();
            case DESCRIPTION -> config.description();
            case MARK -> config.mark();
            case CPU_TYPE, CLOUD_INIT, AGENT, PCI -> "";
        };
        return value == null ? "" : value;
    }

    @Override
    public ContainerConfig merge(ContainerConfig onto, ContainerConfig from, Set<GuestField> fields) {
        return new ContainerConfig(
                (fields.contains(HOSTNAME) ? from : onto).hostname(),
                (fields.contains(CORES) ? from : onto).cores(),
                (fields.contains(CPU_LIMIT) ? from : onto).cpuLimit(),
                (fields.contains(MEMORY) ? from : onto).memory(),
                (fields.contains(SWAP) ? from : onto).swap(),
                onto.rootDisk(),
                (fields.contains(NICS) ? from : onto).nics(),
                (fields.contains(DNS) ? from : onto).nameservers(),
                (fields.contains(DNS) ? from : onto).searchDomain(),
                onto.unprivileged(),
                (fields.contains(ID_MAPS) ? from : onto).idMaps(),
                (fields.contains(FEATURES) ? from : onto).features(),
                (fields.contains(APPARMOR) ? from : onto).apparmor(),
                onto.mounts(),
                (fields.contains(DEVICES) ? from : onto).devices(),
                (fields.contains(RAW) ? from : onto).raw(),
                (fields.contains(ON_BOOT) ? from : onto).onBoot(),
                (fields.contains(STARTUP) ? from : onto).startup(),
                (fields.contains(TAGS) ? from : onto).tags(),
                (fields.contains(DESCRIPTION) ? from : onto).description(),
                (fields.contains(MARK) ? from : onto).mark());
    }

    private static ContainerConfig with(ContainerConfig of, RootDisk root, List<MountPoint> mounts) {
        return new ContainerConfig(
                of.hostname(),
                of.cores(),
                of.cpuLimit(),
                of.memory(),
                of.swap(),
                root,
                of.nics(),
                of.nameservers(),
                of.searchDomain(),
                of.unprivileged(),
                of.idMaps(),
                of.features(),
                of.apparmor(),
                mounts,
                of.devices(),
                of.raw(),
                of.onBoot(),
                of.startup(),
                of.tags(),
                of.description(),
                of.mark());
    }

    @Override
    public ContainerConfig normal(ContainerConfig of, List<Nic> nics) {
        return new ContainerConfig(
                of.hostname(),
                of.cores(),
                of.cpuLimit(),
                of.memory(),
                of.swap(),
                of.rootDisk(),
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
                ConfigText.tags(of.tags()),
                ConfigText.description(of.description()),
                of.mark());
    }

    @Override
    public void check(Transaction transaction, int vmid, ContainerConfig config) {
        Requirements.common(transaction, config, "CT " + vmid);
        if (config.memory().bytes() < 16L << 20) {
            throw Transaction.refused("memory: value must have a minimum value of 16");
        }
        Set<String> nodes = Requirements.deviceNodes(transaction);
        config.devices().forEach(device -> {
            if (!nodes.contains(device.path())) {
                throw Transaction.refused("Device " + device.path() + " does not exist");
            }
        });
        config.raw().forEach(line -> {
            String key =
                    line.contains(":") ? line.substring(0, line.indexOf(':')).strip() : line.strip();
            if (RAW_REFUSED.contains(key) || !key.startsWith("lxc.")) {
                throw Transaction.refused("CT " + vmid + " - unsupported lxc option '" + key + "'");
            }
        });
        config.mounts().forEach(mount -> {
            if (!mount.path().startsWith("/")
                    || mount.path().contains("/../")
                    || mount.path().endsWith("/..")) {
                throw Transaction.refused(
                        "mp: mount point path '" + mount.path() + "' must be absolute and without '..'");
            }
        });
    }

    @Override
    public void checkStart(Transaction transaction, int vmid, ContainerConfig config) {
        Requirements.bridges(transaction, config, "CT " + vmid);
        Set<String> nodes = Requirements.deviceNodes(transaction);
        config.devices().forEach(device -> {
            if (!nodes.contains(device.path())) {
                throw failed("CT " + vmid + " cannot start: Device " + device.path() + " does not exist");
            }
        });
        config.mounts().forEach(mount -> {
            if (mount.source() != null && !Requirements.isDirectory(transaction, mount.source())) {
                throw failed("CT " + vmid + " cannot start: directory '" + mount.source() + "' of mount point "
                        + mount.slot() + " does not exist on the host");
            }
        });
        if (config.features().contains("keyctl") && !config.unprivileged()) {
            throw failed("CT " + vmid + " cannot start: keyctl is for unprivileged containers only");
        }
    }

    private static HostException failed(String message) {
        return new HostException(HostException.Cause.FAILED, message);
    }

    @Override
    public List<Slot> slots(ContainerConfig config) {
        List<Slot> all = new ArrayList<>();
        all.add(new Slot("rootfs", config.rootDisk().volume(), null));
        config.mounts()
                .forEach(mount -> all.add(new Slot(String.valueOf(mount.slot()), mount.volume(), mount.source())));
        return all;
    }

    @Override
    public ContainerConfig withSlot(ContainerConfig config, String slot, String volume, ByteSize size) {
        String storage = volume.substring(0, volume.indexOf(':'));
        if (slot.equals("rootfs")) {
            return with(config, new RootDisk(storage, size, volume), config.mounts());
        }
        List<MountPoint> mounts = config.mounts().stream()
                .map(each -> slot.equals(each.slot())
                        ? new MountPoint(slot, each.path(), null, storage, size, volume, each.readOnly(), each.backup())
                        : each)
                .toList();
        return with(config, config.rootDisk(), mounts);
    }

    @Override
    public ContainerConfig attach(
            ContainerConfig config, MountPoint disk, String slot, @Nullable String volume, @Nullable ByteSize size) {
        if (isTaken(config, disk)) {
            throw Transaction.refused(slot + ": there is a mount point at '" + disk.path() + "' already");
        }
        List<MountPoint> mounts = new ArrayList<>(config.mounts());
        mounts.add(new MountPoint(
                slot, disk.path(), disk.source(), disk.storage(), size, volume, disk.readOnly(), disk.backup()));
        return with(config, config.rootDisk(), mounts);
    }

    @Override
    public @Nullable ContainerConfig reattach(ContainerConfig config, MountPoint disk) {
        if (config.mounts().stream().noneMatch(each -> Objects.equals(each.slot(), disk.slot()))) {
            return null;
        }
        List<MountPoint> mounts = config.mounts().stream()
                .map(each -> Objects.equals(each.slot(), disk.slot())
                        ? new MountPoint(
                                each.slot(),
                                disk.path(),
                                each.volume() == null ? disk.source() : null,
                                each.storage(),
                                each.size(),
                                each.volume(),
                                disk.readOnly(),
                                disk.backup())
                        : each)
                .toList();
        return with(config, config.rootDisk(), mounts);
    }

    @Override
    public ContainerConfig detach(ContainerConfig config, String slot) {
        return with(
                config,
                config.rootDisk(),
                config.mounts().stream()
                        .filter(each -> !slot.equals(each.slot()))
                        .toList());
    }

    @Override
    public boolean isTaken(ContainerConfig config, MountPoint disk) {
        return config.mounts().stream().anyMatch(each -> each.path().equals(disk.path()));
    }

    @Override
    public String freeSlot(ContainerConfig config, ContainerConfig effective) {
        for (int i = 0; ; i++) {
            String slot = "mp" + i;
            if (Stream.concat(config.mounts().stream(), effective.mounts().stream())
                    .noneMatch(each -> slot.equals(each.slot()))) {
                return slot;
            }
        }
    }

    @Override
    public Attachment attachment(MountPoint disk) {
        return new Attachment(disk.slot(), disk.storage(), disk.size(), disk.volume(), disk.source());
    }

    @Override
    public boolean detachesOnline() {
        return false;
    }

    @Override
    public ContainerConfig clone(ContainerConfig of, String hostname, Mark mark, Function<Nic, Nic> card) {
        return new ContainerConfig(
                hostname,
                of.cores(),
                of.cpuLimit(),
                of.memory(),
                of.swap(),
                of.rootDisk(),
                of.nics().stream().map(card).toList(),
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
                mark);
    }

    @Override
    public ContainerConfig withMark(ContainerConfig config, @Nullable Mark mark) {
        return new ContainerConfig(
                config.hostname(),
                config.cores(),
                config.cpuLimit(),
                config.memory(),
                config.swap(),
                config.rootDisk(),
                config.nics(),
                config.nameservers(),
                config.searchDomain(),
                config.unprivileged(),
                config.idMaps(),
                config.features(),
                config.apparmor(),
                config.mounts(),
                config.devices(),
                config.raw(),
                config.onBoot(),
                config.startup(),
                config.tags(),
                config.description(),
                mark);
    }

    @Override
    public Set<String> storages(ContainerConfig config) {
        Set<String> all = new java.util.TreeSet<>(Set.of(config.rootDisk().storage()));
        config.mounts().forEach(mount -> {
            if (mount.storage() != null && mount.volume() == null) {
                all.add(mount.storage());
            }
        });
        return all;
    }

    @Override
    public Optional<String> warning(ContainerConfig config) {
        return config.features().contains("nesting")
                ? Optional.empty()
                : Optional.of("Systemd 257 detected. You may need to enable nesting.");
    }

    @Override
    public ContainerConfig created(
            Transaction transaction, int vmid, ContainerConfig config, String from, Supplier<Inside> system) {
        RootDisk root = config.rootDisk();
        if (root.size().bytes() < TEMPLATE_BYTES) {
            throw new HostException(
                    HostException.Cause.NO_SPACE,
                    "CT " + vmid + ": the template does not fit on a root disk of " + root.size());
        }
        String volume =
                Volumes.allocate(transaction, kind(), vmid, root.storage(), root.size(), TEMPLATE_BYTES, system.get());
        ContainerConfig made = with(config, new RootDisk(root.storage(), root.size(), volume), List.of());
        for (MountPoint mount : config.mounts()) {
            String storage = mount.storage();
            String own = mount.volume();
            if (own == null && storage != null) {
                if (mount.size() == null) {
                    throw Transaction.refused("mount point at '" + mount.path() + "' needs a size");
                }
                own = Volumes.allocate(transaction, kind(), vmid, storage, mount.size(), 98304, Inside.EMPTY);
            }
            String slot = mount.slot();
            made = attach(made, mount, slot == null ? freeSlot(made, made) : slot, own, mount.size());
        }
        return made;
    }
}
