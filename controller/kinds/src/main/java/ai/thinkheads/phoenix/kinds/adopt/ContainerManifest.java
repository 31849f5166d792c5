package ai.thinkheads.phoenix.kinds.adopt;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.CloneFrom;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a container into its manifest. */
final class ContainerManifest implements HostManifests.GuestManifest<ContainerConfig, LxcContainerSpec> {

    private static final ByteSize MEMORY = ByteSize.ofMi(512);
    private static final String MODE = "0660";
    private static final String SHARED = "0666";
    /** Variables of the environment whose names say that their values are nobody's business. */
    private static final Pattern SECRET =
            Pattern.compile("(?i)lxc\\.environment.*(pass|secret|token|credential|private|api_?key).*=.*");

    private final @Nullable String hypervisor;
    private final HostState state;
    private final Register register;
    private final GuestParts parts;

    ContainerManifest(@Nullable String hypervisor, HostState state, Register register) {
        this.hypervisor = hypervisor;
        this.state = state;
        this.register = register;
        this.parts = new GuestParts(register);
    }

    @Override
    public String words(Guests.Observed<ContainerConfig> guest) {
        return "container " + guest.config().hostname() + " (" + guest.vmid() + ")";
    }

    @Override
    public LxcContainerSpec write(Guests.Observed<ContainerConfig> guest, String name, List<String> notes) {
        ContainerConfig c = guest.config();
        refuseSecrets(c.raw());
        GuestParts.note(guest, notes);
        CloneFrom from = cloneFrom(guest);
        String template = from == null ? GuestParts.origin(c, "template") : null;
        Cards cards = cards(c);
        return new LxcContainerSpec(
                hypervisor,
                guest.vmid(),
                null,
                c.hostname().equals(name) ? null : c.hostname(),
                template != null && register.exists(Kinds.LXC_TEMPLATE, template) ? template : null,
                from,
                guest.template() ? Boolean.TRUE : null,
                c.cores() == 1 ? null : Integer.valueOf(c.cores()),
                c.cpuLimit(),
                c.memory().equals(MEMORY) ? null : c.memory(),
                c.swap().bytes() == 0 ? null : c.swap(),
                rootDisk(c.rootDisk(), notes),
                parts.network(c.nics()),
                GuestParts.dns(c),
                c.unprivileged() ? null : Boolean.FALSE,
                idMaps(c),
                features(c.features()),
                apparmor(c.apparmor()),
                cards.gpu(),
                mounts(c),
                devices(cards.others()),
                c.raw(),
                GuestParts.startup(c),
                GuestParts.runPolicy(guest),
                List.of(),
                null,
                List.of(),
                GuestParts.tags(c),
                GuestParts.description(c),
                List.of(),
                null);
    }

    private static void refuseSecrets(List<String> raw) {
        for (String line : raw) {
            if (SECRET.matcher(line).matches()) {
                throw new InexpressibleException(
                        "its raw line " + line.substring(0, line.indexOf('='))
                                + "=… looks like a secret, which no manifest may hold; pass it by a Feature with a Secret instead");
            }
        }
    }

    /** Null for a root file system that lies in no storage, such as one that lxc-create made. */
    private LxcContainerSpec.@Nullable RootDisk rootDisk(ContainerConfig.RootDisk disk, List<String> notes) {
        if (disk.storage().isEmpty()) {
            notes.add("its root file system (" + disk.volume() + ") lies in no storage and stays where it is");
            return null;
        }
        return new LxcContainerSpec.RootDisk(storage(disk.storage()), disk.size());
    }

    private String storage(String id) {
        return register.reference(Kinds.STORAGE_POOL, id, "storage " + id);
    }

    private @Nullable CloneFrom cloneFrom(Guests.Observed<ContainerConfig> guest) {
        Integer source = guest.clonedFrom();
        String linked = source == null ? null : register.known(Kinds.LXC_CONTAINER, String.valueOf(source));
        String marked = GuestParts.origin(guest.config(), "clone");
        if (marked != null && !marked.equals(linked)) {
            return register.exists(Kinds.LXC_CONTAINER, marked) ? new CloneFrom(marked, null, null) : null;
        }
        boolean fromTemplate = GuestParts.origin(guest.config(), "template") != null;
        return linked == null || fromTemplate ? null : new CloneFrom(linked, CloneFrom.Mode.LINKED, null);
    }

    private static List<LxcContainerSpec.IdMap> idMaps(ContainerConfig c) {
        return c.idMaps().stream()
                .map(each -> new LxcContainerSpec.IdMap(
                        each.type().equals("u") ? LxcContainerSpec.IdMap.Type.UID : LxcContainerSpec.IdMap.Type.GID,
                        each.containerId(),
                        each.hostId(),
                        each.size()))
                .toList();
    }

    private static LxcContainerSpec.@Nullable Features features(Set<String> words) {
        if (words.isEmpty()) {
            return null;
        }
        Set<String> left = new HashSet<>(words);
        boolean nesting = left.remove("nesting");
        boolean keyctl = left.remove("keyctl");
        boolean fuse = left.remove("fuse");
        boolean mknod = left.remove("mknod");
        List<String> mount = new ArrayList<>();
        for (String word : words) {
            if (word.startsWith("mount=")) {
                left.remove(word);
                mount.addAll(List.of(word.substring("mount=".length()).split(";", -1)));
            }
        }
        if (!left.isEmpty()) {
            throw new InexpressibleException(
                    "it has the feature " + String.join(", ", left) + ", which no manifest can say");
        }
        return new LxcContainerSpec.Features(on(nesting), on(keyctl), on(fuse), on(mknod), mount);
    }

    private static @Nullable Boolean on(boolean value) {
        return value ? Boolean.TRUE : null;
    }

    private static @Nullable String apparmor(@Nullable String profile) {
        return "unconfined".equals(profile) ? "Unconfined" : profile;
    }

    private List<LxcContainerSpec.Mount> mounts(ContainerConfig c) {
        Map<String, String> marked = GuestParts.namesBySlot(c.mark());
        Set<String> taken = new LinkedHashSet<>(marked.values());
        List<LxcContainerSpec.Mount> mounts = new ArrayList<>();
        for (ContainerConfig.MountPoint each : c.mounts()) {
            String name = each.slot() == null ? null : marked.get(each.slot());
            if (name == null) {
                name = ResourceNames.unique(each.path().substring(each.path().lastIndexOf('/') + 1), "mount", taken);
                taken.add(name);
            }
            String source = each.source();
            String dataset = source == null ? null : directory(source);
            String place = each.storage();
            if (place != null && each.size() == null) {
                throw new InexpressibleException(
                        "the host does not say how large the volume at " + each.path() + " is");
            }
            mounts.add(new LxcContainerSpec.Mount(
                    name,
                    each.path(),
                    dataset == null ? source : null,
                    dataset,
                    place == null ? null : storage(place),
                    place == null ? null : each.size(),
                    each.readOnly() ? Boolean.TRUE : null,
                    place != null && !each.backup() ? Boolean.FALSE : null,
                    null));
        }
        return mounts;
    }

    /** The resource of the dataset that has that directory; null when none has. */
    private @Nullable String directory(String path) {
        return state.datasets().values().stream()
                .filter(each -> path.equals(each.mountpoint()) && !each.volume())
                .map(each -> register.known(Kinds.ZFS_DATASET, each.name()))
                .filter(name -> name != null)
                .findFirst()
                .orElse(null);
    }

    private record Cards(LxcContainerSpec.@Nullable Gpu gpu, List<ContainerConfig.DeviceNode> others) {}

    /** Devices that are those of graphics cards, and all that a driver has beside them, are a share in the cards. */
    private Cards cards(ContainerConfig c) {
        Gpus.Observed gpus = state.gpus();
        String driver = register.known(Kinds.GPU_DRIVER, GroundReader.DRIVER);
        Set<String> shared = new HashSet<>();
        for (ContainerConfig.DeviceNode each : c.devices()) {
            boolean plain = (each.uid() == null || each.uid() == 0) && (each.gid() == null || each.gid() == 0);
            if (plain && (SHARED.equals(each.mode()) || "666".equals(each.mode()))) {
                shared.add(each.path());
            }
        }
        List<Gpus.Device> owned = gpus.devices().stream()
                .filter(card -> card.node() != null && shared.contains(card.node()))
                .toList();
        boolean whole = driver != null
                && gpus.loadedVersion() != null
                && !gpus.vfio()
                && !owned.isEmpty()
                && shared.containsAll(gpus.deviceNodes());
        if (!whole || driver == null) {
            return new Cards(null, c.devices());
        }
        List<String> uuids = owned.size() == gpus.devices().size()
                ? List.of()
                : owned.stream().map(Gpus.Device::uuid).toList();
        Set<String> covered = new HashSet<>(gpus.deviceNodes());
        owned.forEach(card -> covered.add(String.valueOf(card.node())));
        return new Cards(
                new LxcContainerSpec.Gpu(driver, uuids),
                c.devices().stream()
                        .filter(each -> !covered.contains(each.path()))
                        .toList());
    }

    private static List<LxcContainerSpec.Device> devices(List<ContainerConfig.DeviceNode> nodes) {
        return nodes.stream()
                .map(each -> new LxcContainerSpec.Device(
                        each.path(),
                        MODE.equals(each.mode()) || "660".equals(each.mode()) ? null : each.mode(),
                        each.uid() == null || each.uid() == 0 ? null : each.uid(),
                        each.gid() == null || each.gid() == 0 ? null : each.gid()))
                .toList();
    }
}
