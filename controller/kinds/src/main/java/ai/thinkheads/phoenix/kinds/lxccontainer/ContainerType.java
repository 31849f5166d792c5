package ai.thinkheads.phoenix.kinds.lxccontainer;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.GuestClasses;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateFacts;
import ai.thinkheads.phoenix.api.v1alpha1.RunPolicy;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.DeviceNode;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.IdMap;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.kinds.guest.Attachment;
import ai.thinkheads.phoenix.kinds.guest.FeatureWish;
import ai.thinkheads.phoenix.kinds.guest.GuestShape;
import ai.thinkheads.phoenix.kinds.guest.GuestSources;
import ai.thinkheads.phoenix.kinds.guest.GuestType;
import ai.thinkheads.phoenix.kinds.guest.GuestWish;
import ai.thinkheads.phoenix.kinds.guest.Origin;
import ai.thinkheads.phoenix.kinds.host.HostNames;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.ReadBack;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the manifest of a container means in the words of its host. */
final class ContainerType implements GuestType<LxcContainerSpec, ContainerConfig, MountPoint> {

    private static final ByteSize MEMORY = ByteSize.ofMi(512);
    private static final ByteSize ROOT = ByteSize.ofGi(8);
    /** Where the host's numbers for an unprivileged container begin. */
    private static final long FIRST_MAPPED = 100_000;

    private final ContainerShape shape = new ContainerShape();
    private final GuestSources<LxcContainerSpec, ContainerConfig, MountPoint> sources;

    ContainerType(Vault vault) {
        this.sources = new GuestSources<>(this, vault);
    }

    @Override
    public Kind<LxcContainerSpec, GuestFacts> kind() {
        return Kinds.LXC_CONTAINER;
    }

    @Override
    public GuestShape<ContainerConfig, MountPoint> shape() {
        return shape;
    }

    @Override
    public GuestTable<ContainerConfig> all(HostState state) {
        return state.containers();
    }

    @Override
    public Guests<ContainerConfig, MountPoint> guests(Host host) {
        return host.containers();
    }

    @Override
    public Optional<Guests.Observed<ContainerConfig>> readBack(ReadBack readBack, int vmid) {
        return readBack.container(vmid);
    }

    @Override
    public LxcContainerSpec effective(Resource<LxcContainerSpec, GuestFacts> resource, Resources resources) {
        String guestClass = resource.spec().guestClass();
        LxcContainerSpec defaults = guestClass == null
                ? null
                : resources
                        .get(Kinds.GUEST_CLASS, guestClass)
                        .map(each -> each.spec().container())
                        .orElse(null);
        return defaults == null ? resource.spec() : GuestClasses.effective(resource.spec(), defaults);
    }

    @Override
    public GuestWish<ContainerConfig, MountPoint> wish(
            Resource<LxcContainerSpec, GuestFacts> resource,
            LxcContainerSpec spec,
            Resources resources,
            HostView view) {
        HostState state = view.state();
        Origin<ContainerConfig> origin = origin(spec, resources, state);
        Devices devices = devices(resource, spec, resources, state);
        List<FeatureWish> features = sources.features(resource, spec, origin, resources, state);
        LxcContainerSpec.RootDisk root = spec.rootDisk();
        return new GuestWish<>(
                resource.key(),
                view.name(),
                resource.spec().vmid(),
                config(resource.name(), spec, devices.nodes(), origin, resources),
                managed(spec, devices),
                attachments(spec, resources, state),
                root == null ? null : HostNames.storage(root.storage(), resources),
                root == null ? null : root.size(),
                spec.unprivileged(),
                origin,
                spec.servesAsTemplate(),
                spec.servesAsTemplate() || spec.runPolicy() == null ? RunPolicy.RUNNING : spec.runPolicy(),
                spec.snapshots(),
                features,
                sources.formerFeatures(resource, features, resources, state),
                GuestSources.patience(spec.startup()),
                GuestSources.instant(resource, Annotations.RESTARTED_AT),
                GuestSources.instant(resource, Annotations.RECONCILE_AT),
                GuestSources.consents(resource));
    }

    private @Nullable Origin<ContainerConfig> origin(LxcContainerSpec spec, Resources resources, HostState state) {
        if (spec.cloneFrom() != null) {
            return sources.guest(spec.cloneFrom(), resources, state);
        }
        String template = spec.template();
        if (template == null) {
            return null;
        }
        String volume = resources
                .get(Kinds.LXC_TEMPLATE, template)
                .map(each -> each.facts())
                .map(LxcTemplateFacts::volumeId)
                .orElse(null);
        return sources.volume("spec.template", template, volume, state);
    }

    private ContainerConfig config(
            String name,
            LxcContainerSpec spec,
            List<DeviceNode> devices,
            @Nullable Origin<ContainerConfig> origin,
            Resources resources) {
        LxcContainerSpec.RootDisk root = spec.rootDisk();
        if (root == null && origin instanceof Origin.FromVolume) {
            throw new ReconcileException(
                    "InvalidSpec",
                    "LxcContainer/" + name
                            + ": spec.rootDisk: a container made from a template needs a root disk; name its storage here or in the class",
                    false,
                    null);
        }
        return new ContainerConfig(
                spec.hostname() == null ? name : spec.hostname(),
                spec.cores() == null ? 1 : spec.cores(),
                spec.cpuLimit(),
                spec.memory() == null ? MEMORY : spec.memory(),
                spec.swap() == null ? new ByteSize(0) : spec.swap(),
                new ContainerConfig.RootDisk(
                        root == null ? "" : HostNames.storage(root.storage(), resources),
                        root == null || root.size() == null ? ROOT : root.size(),
                        null),
                GuestSources.nics(spec.network(), resources),
                spec.dns() == null
                        ? List.of()
                        : spec.dns().servers().stream().map(IpAddress::toString).toList(),
                spec.dns() == null ? null : spec.dns().searchDomain(),
                !Boolean.FALSE.equals(spec.unprivileged()),
                idMaps(spec),
                features(spec.features()),
                apparmor(spec.apparmor()),
                List.of(),
                devices,
                spec.rawConfig().stream().map(ContainerType::raw).toList(),
                spec.startup() != null && Boolean.TRUE.equals(spec.startup().onBoot()),
                GuestSources.startup(spec.startup()),
                new HashSet<>(spec.tags()),
                spec.description() == null ? "" : spec.description(),
                null);
    }

    /** Cards, numbers and notes are compared only where the manifest has something to say about them. */
    private static Set<GuestField> managed(LxcContainerSpec spec, Devices devices) {
        Set<GuestField> managed = EnumSet.allOf(GuestField.class);
        managed.remove(GuestField.MARK);
        if (spec.network() == null) {
            managed.remove(GuestField.NICS);
        }
        if (spec.idMaps().isEmpty()) {
            managed.remove(GuestField.ID_MAPS);
        }
        if (spec.description() == null) {
            managed.remove(GuestField.DESCRIPTION);
        }
        if (!devices.known()) {
            managed.remove(GuestField.DEVICES);
        }
        return managed;
    }

    private static List<IdMap> idMaps(LxcContainerSpec spec) {
        return spec.idMaps().stream()
                .map(each -> new IdMap(
                        each.type() == LxcContainerSpec.IdMap.Type.UID ? "u" : "g",
                        each.containerId(),
                        each.hostId(),
                        each.size()))
                .toList();
    }

    private static Set<String> features(LxcContainerSpec.@Nullable Features features) {
        Set<String> words = new TreeSet<>();
        if (features != null) {
            add(words, "nesting", features.nesting());
            add(words, "keyctl", features.keyctl());
            add(words, "fuse", features.fuse());
            add(words, "mknod", features.mknod());
            if (!features.mount().isEmpty()) {
                words.add("mount=" + String.join(";", new TreeSet<>(features.mount())));
            }
        }
        return words;
    }

    private static void add(Set<String> words, String word, @Nullable Boolean wanted) {
        if (Boolean.TRUE.equals(wanted)) {
            words.add(word);
        }
    }

    private static @Nullable String apparmor(@Nullable String profile) {
        return profile == null || profile.equals("Default")
                ? null
                : profile.equals("Unconfined") ? "unconfined" : profile;
    }

    private static String raw(String line) {
        int end = 0;
        while (end < line.length() && ":= \t".indexOf(line.charAt(end)) < 0) {
            end++;
        }
        return line.substring(0, end) + ": "
                + line.substring(end).replaceFirst("^\\s*[:=]\\s*", "").strip();
    }

    /** A mode as four octal digits. */
    static String mode(@Nullable String mode) {
        return mode == null ? "0660" : mode.length() == 3 ? "0" + mode : mode;
    }

    private Devices devices(
            Resource<LxcContainerSpec, GuestFacts> resource,
            LxcContainerSpec spec,
            Resources resources,
            HostState state) {
        List<DeviceNode> nodes = new ArrayList<>();
        boolean known = true;
        LxcContainerSpec.Gpu gpu = spec.gpu();
        if (gpu != null) {
            boolean ready = resources
                    .get(Kinds.GPU_DRIVER, gpu.driver())
                    .map(driver -> driver.facts() != null && driver.facts().hostVersion() != null)
                    .orElse(false);
            known = ready && state.gpus().loadedVersion() != null;
            if (known) {
                cards(resource, gpu, state.gpus(), nodes);
            }
        }
        for (LxcContainerSpec.Device each : spec.devices()) {
            nodes.add(new DeviceNode(each.path(), mode(each.mode()), each.uid(), each.gid()));
        }
        return new Devices(nodes, known);
    }

    private static void cards(
            Resource<LxcContainerSpec, GuestFacts> resource,
            LxcContainerSpec.Gpu gpu,
            Gpus.Observed gpus,
            List<DeviceNode> nodes) {
        List<Gpus.Device> chosen = new ArrayList<>();
        if (gpu.devices().isEmpty()) {
            chosen.addAll(gpus.devices());
        }
        for (int i = 0; i < gpu.devices().size(); i++) {
            String wanted = gpu.devices().get(i);
            int place = i;
            chosen.add(gpus.devices().stream()
                    .filter(card -> card.uuid().equals(wanted)
                            || String.valueOf(card.index()).equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> new ReconcileException(
                            "GpuMissing",
                            resource.key() + ": spec.gpu.devices[" + place + "]: the host has no graphics card "
                                    + wanted + ", only " + describe(gpus),
                            true,
                            null)));
        }
        for (Gpus.Device card : chosen) {
            String node = card.node();
            if (node == null) {
                throw new ReconcileException(
                        "GpuNotShared",
                        resource.key() + ": spec.gpu: card " + card.index()
                                + " is bound to vfio-pci and cannot be shared;" + " set mode: Container in GpuDriver/"
                                + gpu.driver(),
                        true,
                        null);
            }
            nodes.add(new DeviceNode(node, "0666", null, null));
        }
        gpus.deviceNodes().forEach(node -> nodes.add(new DeviceNode(node, "0666", null, null)));
    }

    private static String describe(Gpus.Observed gpus) {
        return gpus.devices().isEmpty()
                ? "none"
                : String.join(
                        ", ",
                        gpus.devices().stream()
                                .map(card -> card.index() + " (" + card.uuid() + ")")
                                .toList());
    }

    private static List<Attachment<MountPoint>> attachments(
            LxcContainerSpec spec, Resources resources, HostState state) {
        List<Attachment<MountPoint>> attachments = new ArrayList<>();
        for (int i = 0; i < spec.mounts().size(); i++) {
            LxcContainerSpec.Mount each = spec.mounts().get(i);
            String storage = each.storage() == null ? null : HostNames.storage(each.storage(), resources);
            String directory = directory(each, resources, state);
            attachments.add(new Attachment<>(
                    each.name(),
                    "spec.mounts[" + i + "]",
                    new MountPoint(
                            null,
                            each.path(),
                            directory,
                            storage,
                            each.size(),
                            null,
                            Boolean.TRUE.equals(each.readOnly()),
                            each.isVolume() && !Boolean.FALSE.equals(each.backup())),
                    directory,
                    storage,
                    each.size(),
                    each.isVolume() ? inside(each.owner()) : owner(each.owner(), spec)));
        }
        return attachments;
    }

    private static @Nullable String directory(LxcContainerSpec.Mount mount, Resources resources, HostState state) {
        if (mount.dataset() == null) {
            return mount.source();
        }
        var there = state.datasets().get(HostNames.dataset(mount.dataset(), resources));
        String mountpoint = there != null ? there.mountpoint() : HostNames.mountpoint(mount.dataset(), resources);
        return mountpoint == null || !mountpoint.startsWith("/") ? null : mountpoint;
    }

    /** A volume is the container's own, in its own numbers. */
    private static Attachment.@Nullable Owner inside(ZfsDatasetSpec.@Nullable Owner owner) {
        return owner == null ? null : new Attachment.Owner(owner.uid(), owner.gid());
    }

    /** A number in the container as a number of the host. */
    private static Attachment.@Nullable Owner owner(ZfsDatasetSpec.@Nullable Owner owner, LxcContainerSpec spec) {
        return owner == null
                ? null
                : new Attachment.Owner(
                        mapped(owner.uid(), LxcContainerSpec.IdMap.Type.UID, spec),
                        mapped(owner.gid(), LxcContainerSpec.IdMap.Type.GID, spec));
    }

    private static long mapped(long id, LxcContainerSpec.IdMap.Type type, LxcContainerSpec spec) {
        if (Boolean.FALSE.equals(spec.unprivileged())) {
            return id;
        }
        List<LxcContainerSpec.IdMap> maps =
                spec.idMaps().stream().filter(map -> map.type() == type).toList();
        for (LxcContainerSpec.IdMap map : maps) {
            if (id >= map.containerId() && id < map.containerId() + map.size()) {
                return map.hostId() + (id - map.containerId());
            }
        }
        if (!maps.isEmpty()) {
            throw new ReconcileException(
                    "InvalidSpec",
                    "spec.mounts: owner " + id + " is not within spec.idMaps; map it or choose another owner",
                    false,
                    null);
        }
        return FIRST_MAPPED + id;
    }

    /**
     * @param known whether the graphics cards could be looked up
     */
    private record Devices(List<DeviceNode> nodes, boolean known) {
        Devices {
            nodes = List.copyOf(nodes);
        }
    }
}
