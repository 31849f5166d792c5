package ai.thinkheads.phoenix.kinds.lxccontainer;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.kinds.guest.Attached;
import ai.thinkheads.phoenix.kinds.guest.Attachment;
import ai.thinkheads.phoenix.kinds.guest.GuestFields;
import ai.thinkheads.phoenix.kinds.guest.GuestShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the configurations of containers compare. */
final class ContainerShape implements GuestShape<ContainerConfig, MountPoint> {

    private static final List<GuestField> FIELDS = List.of(
            GuestField.HOSTNAME,
            GuestField.CORES,
            GuestField.CPU_LIMIT,
            GuestField.MEMORY,
            GuestField.SWAP,
            GuestField.NICS,
            GuestField.DNS,
            GuestField.FEATURES,
            GuestField.APPARMOR,
            GuestField.ID_MAPS,
            GuestField.DEVICES,
            GuestField.RAW,
            GuestField.ON_BOOT,
            GuestField.STARTUP,
            GuestField.TAGS,
            GuestField.DESCRIPTION);

    @Override
    public String word() {
        return "container";
    }

    @Override
    public GuestKind kind() {
        return GuestKind.CONTAINER;
    }

    @Override
    public List<GuestField> fields() {
        return FIELDS;
    }

    @Override
    public boolean same(GuestField field, ContainerConfig wish, ContainerConfig seen) {
        return switch (field) {
            case CPU_LIMIT -> Objects.equals(wish.cpuLimit(), seen.cpuLimit());
            case SWAP -> wish.swap().equals(seen.swap());
            case FEATURES -> wish.features().equals(seen.features());
            case APPARMOR -> Objects.equals(wish.apparmor(), seen.apparmor());
            case ID_MAPS -> wish.idMaps().equals(seen.idMaps());
            case DEVICES -> devices(wish).equals(devices(seen));
            case RAW -> wish.raw().equals(seen.raw());
            default -> GuestFields.same(field, wish, seen);
        };
    }

    @Override
    public String describe(GuestField field, ContainerConfig wish, ContainerConfig seen) {
        return switch (field) {
            case CPU_LIMIT -> GuestFields.change("CPU limit", seen.cpuLimit(), wish.cpuLimit());
            case SWAP -> GuestFields.size("swap", seen.swap(), wish.swap());
            case FEATURES ->
                GuestFields.change("features", GuestFields.list(seen.features()), GuestFields.list(wish.features()));
            case APPARMOR ->
                GuestFields.change(
                        "AppArmor profile",
                        Objects.requireNonNullElse(seen.apparmor(), "default"),
                        Objects.requireNonNullElse(wish.apparmor(), "default"));
            case ID_MAPS -> "change the mapping of users and groups";
            case DEVICES -> GuestFields.change("devices", paths(seen), paths(wish));
            case RAW ->
                "change raw configuration to " + (wish.raw().isEmpty() ? "none" : String.join("; ", wish.raw()));
            default -> GuestFields.describe(field, wish, seen);
        };
    }

    @Override
    public ContainerConfig copy(ContainerConfig onto, ContainerConfig wish, Set<GuestField> fields) {
        return new ContainerConfig(
                from(fields, GuestField.HOSTNAME, onto, wish).hostname(),
                from(fields, GuestField.CORES, onto, wish).cores(),
                from(fields, GuestField.CPU_LIMIT, onto, wish).cpuLimit(),
                from(fields, GuestField.MEMORY, onto, wish).memory(),
                from(fields, GuestField.SWAP, onto, wish).swap(),
                onto.rootDisk(),
                fields.contains(GuestField.NICS) ? GuestFields.merge(wish.nics(), onto.nics()) : onto.nics(),
                from(fields, GuestField.DNS, onto, wish).nameservers(),
                from(fields, GuestField.DNS, onto, wish).searchDomain(),
                onto.unprivileged(),
                from(fields, GuestField.ID_MAPS, onto, wish).idMaps(),
                from(fields, GuestField.FEATURES, onto, wish).features(),
                from(fields, GuestField.APPARMOR, onto, wish).apparmor(),
                onto.mounts(),
                from(fields, GuestField.DEVICES, onto, wish).devices(),
                from(fields, GuestField.RAW, onto, wish).raw(),
                from(fields, GuestField.ON_BOOT, onto, wish).onBoot(),
                from(fields, GuestField.STARTUP, onto, wish).startup(),
                from(fields, GuestField.TAGS, onto, wish).tags(),
                from(fields, GuestField.DESCRIPTION, onto, wish).description(),
                from(fields, GuestField.MARK, onto, wish).mark());
    }

    @Override
    public ContainerConfig marked(ContainerConfig c, @Nullable Mark mark) {
        return with(c, c.mounts(), mark);
    }

    @Override
    public List<Attached<MountPoint>> attached(ContainerConfig config) {
        List<Attached<MountPoint>> attached = new ArrayList<>();
        for (MountPoint each : config.mounts()) {
            String content = each.volume() != null ? each.volume() : each.source();
            attached.add(new Attached<>(
                    Objects.requireNonNullElse(each.slot(), ""),
                    Objects.requireNonNullElse(content, ""),
                    each,
                    each.storage(),
                    each.size()));
        }
        return attached;
    }

    @Override
    public ContainerConfig bare(ContainerConfig config, List<Attachment<MountPoint>> wishes) {
        return with(config, List.of(), config.mark());
    }

    @Override
    public ContainerConfig attach(ContainerConfig config, Attachment<MountPoint> wish) {
        List<MountPoint> mounts = new ArrayList<>(config.mounts());
        mounts.add(wish.element());
        return with(config, mounts, config.mark());
    }

    @Override
    public boolean fits(Attachment<MountPoint> wish, Attached<MountPoint> seen) {
        return wish.element().path().equals(seen.element().path()) && wish.isVolume() == (seen.storage() != null);
    }

    @Override
    public boolean sameOptions(Attachment<MountPoint> wish, Attached<MountPoint> seen) {
        MountPoint wanted = wish.element();
        MountPoint has = seen.element();
        return wanted.path().equals(has.path())
                && wanted.readOnly() == has.readOnly()
                && (!wish.isVolume() || wanted.backup() == has.backup())
                && (wish.isVolume()
                        || wish.directory() == null
                        || wish.directory().equals(has.source()));
    }

    @Override
    public MountPoint reattached(Attachment<MountPoint> wish, Attached<MountPoint> seen) {
        MountPoint wanted = wish.element();
        MountPoint has = seen.element();
        return new MountPoint(
                has.slot(),
                wanted.path(),
                wish.isVolume() ? null : wanted.source(),
                has.storage(),
                has.size(),
                has.volume(),
                wanted.readOnly(),
                wanted.backup());
    }

    @Override
    public MountPoint onVolume(Attachment<MountPoint> wish, String volume) {
        MountPoint wanted = wish.element();
        return new MountPoint(
                null, wanted.path(), null, wanted.storage(), wanted.size(), volume, wanted.readOnly(), wanted.backup());
    }

    @Override
    public String describe(Attachment<MountPoint> wish) {
        return wish.isVolume()
                ? "volume " + wish.name() + " (" + wish.size() + " on " + wish.storage() + ") at "
                        + wish.element().path()
                : (wish.directory() == null ? "the directory of " + wish.name() : wish.directory()) + " at "
                        + wish.element().path();
    }

    @Override
    public String mountedAt(Attachment<MountPoint> wish) {
        return wish.element().path();
    }

    @Override
    public String rootStorage(ContainerConfig config) {
        return config.rootDisk().storage();
    }

    @Override
    public ByteSize rootSize(ContainerConfig config) {
        return config.rootDisk().size();
    }

    @Override
    public Boolean unprivileged(ContainerConfig config) {
        return config.unprivileged();
    }

    @Override
    public Effect attachEffect() {
        return Effect.ONLINE;
    }

    @Override
    public Effect detachEffect() {
        return Effect.RESTART;
    }

    private static ContainerConfig from(
            Set<GuestField> fields, GuestField field, ContainerConfig onto, ContainerConfig wish) {
        return fields.contains(field) ? wish : onto;
    }

    private static ContainerConfig with(ContainerConfig c, List<MountPoint> mounts, @Nullable Mark mark) {
        return new ContainerConfig(
                c.hostname(),
                c.cores(),
                c.cpuLimit(),
                c.memory(),
                c.swap(),
                c.rootDisk(),
                c.nics(),
                c.nameservers(),
                c.searchDomain(),
                c.unprivileged(),
                c.idMaps(),
                c.features(),
                c.apparmor(),
                mounts,
                c.devices(),
                c.raw(),
                c.onBoot(),
                c.startup(),
                c.tags(),
                c.description(),
                mark);
    }

    private static Set<String> devices(ContainerConfig config) {
        Set<String> devices = new HashSet<>();
        for (ContainerConfig.DeviceNode each : config.devices()) {
            devices.add(each.path() + " " + ContainerType.mode(each.mode()) + " "
                    + Objects.requireNonNullElse(each.uid(), 0L) + " " + Objects.requireNonNullElse(each.gid(), 0L));
        }
        return devices;
    }

    private static String paths(ContainerConfig config) {
        return GuestFields.list(
                config.devices().stream().map(ContainerConfig.DeviceNode::path).collect(Collectors.toSet()));
    }
}
