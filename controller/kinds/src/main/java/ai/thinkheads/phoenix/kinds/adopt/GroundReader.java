package ai.thinkheads.phoenix.kinds.adopt;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageSpec;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateSpec;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeSpec;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolSpec;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.kinds.adopt.Register.Thing;
import ai.thinkheads.phoenix.kinds.host.StoredFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what guests stand on: pools, datasets, storages, bridges, files and the driver of the cards. */
final class GroundReader {

    /** What the one driver of a host's cards goes by. */
    static final String DRIVER = "driver";

    private static final Pattern BOOTSTRAPPED =
            Pattern.compile("(debian|ubuntu|alpine|busybox)(?:-([a-z0-9][a-z0-9.]*))?-bootstrap\\.tar\\.zst");
    private static final Pattern ARCHIVE =
            Pattern.compile("(-bootstrap)?\\.(tar(\\.[a-z0-9]+)?|tgz|txz|img|qcow2|raw)$");

    private final @Nullable String hypervisor;
    private final HostState state;
    private final Register register;
    private final BiFunction<Kind<?, ?>, String, @Nullable ResourceKey> owners;
    private final ZfsReader zfs;

    GroundReader(
            @Nullable String hypervisor,
            HostState state,
            Register register,
            BiFunction<Kind<?, ?>, String, @Nullable ResourceKey> owners) {
        this.hypervisor = hypervisor;
        this.state = state;
        this.register = register;
        this.owners = owners;
        this.zfs = new ZfsReader(hypervisor, state, register);
    }

    void read() {
        new TreeMap<>(state.pools())
                .forEach((name, pool) -> add(
                        Kinds.ZFS_POOL,
                        thing(name, "ZFS pool " + name, pool.mark()),
                        (as, notes) -> zfs.pool(pool, as)));
        for (String name : new TreeSet<>(state.importable())) {
            register.leaveOut(
                    Kinds.ZFS_POOL,
                    thing(name, "ZFS pool " + name, null),
                    "it is not imported; import it first: zpool import " + name);
        }
        zfs.datasets().forEach(this::dataset);
        new TreeMap<>(state.storages())
                .forEach((id, storage) -> add(
                        Kinds.STORAGE_POOL,
                        thing(id, "storage " + id, null),
                        (as, notes) -> storage(storage.definition(), as)));
        bridges();
        new TreeMap<>(state.templates()).values().forEach(this::file);
        driver();
    }

    private static Thing thing(String id, String words, @Nullable Mark mark) {
        return new Thing(id, words, id, "", mark);
    }

    private <S extends ai.thinkheads.phoenix.api.Spec, F extends ai.thinkheads.phoenix.api.Facts> void add(
            Kind<S, F> kind, Thing thing, Register.Writer<S> writer) {
        ResourceKey owner = owners.apply(kind, thing.id());
        if (owner != null) {
            register.managed(thing, owner);
        } else {
            register.add(kind, thing, writer);
        }
    }

    private void dataset(ZfsDatasets.Observed dataset) {
        String name = dataset.name();
        String pool = name.substring(0, name.indexOf('/'));
        String path = name.substring(name.indexOf('/') + 1);
        add(
                Kinds.ZFS_DATASET,
                new Thing(name, "dataset " + name, path, pool, dataset.mark()),
                (as, notes) -> zfs.dataset(dataset, as));
    }

    private StoragePoolSpec storage(Storages.Definition definition, String as) {
        Map<String, String> options = definition.options();
        StoragePoolSpec.Type type = switch (definition.type()) {
            case "zfspool" -> StoragePoolSpec.Type.ZFSPOOL;
            case "dir" -> StoragePoolSpec.Type.DIR;
            case "nfs" -> StoragePoolSpec.Type.NFS;
            case "lvmthin" -> StoragePoolSpec.Type.LVMTHIN;
            default ->
                throw new InexpressibleException("it is of type " + definition.type()
                        + ", and Phoenix knows zfspool, dir, nfs and lvmthin only");
        };
        String place = options.get("pool");
        String path = options.get("path");
        String dataset = path == null ? null : zfs.datasetAt(path);
        boolean pool = place != null && place.indexOf('/') < 0;
        StoragePoolSpec.Target target = new StoragePoolSpec.Target(
                pool && place != null ? register.reference(Kinds.ZFS_POOL, place, "pool " + place) : null,
                place != null && !pool
                        ? register.reference(Kinds.ZFS_DATASET, place, "dataset " + place)
                        : type == StoragePoolSpec.Type.DIR ? dataset : null,
                type == StoragePoolSpec.Type.DIR && dataset == null ? path : null,
                options.get("server"),
                options.get("export"),
                type == StoragePoolSpec.Type.NFS ? options.get("options") : null,
                options.get("vgname"),
                options.get("thinpool"));
        String sparse = options.getOrDefault("sparse", "0");
        boolean thick = type == StoragePoolSpec.Type.ZFSPOOL
                && (sparse.equals("0") || sparse.equals("off") || sparse.equals("false"));
        return new StoragePoolSpec(
                hypervisor,
                definition.id().equals(as) ? null : definition.id(),
                type,
                target,
                content(definition),
                thick ? Boolean.FALSE : null,
                List.of(),
                null);
    }

    private static List<StoragePoolSpec.Content> content(Storages.Definition definition) {
        List<StoragePoolSpec.Content> content = new ArrayList<>();
        Set<String> words = new TreeSet<>(definition.content());
        for (StoragePoolSpec.Content each : StoragePoolSpec.Content.values()) {
            if (words.remove(each.word())) {
                content.add(each);
            }
        }
        if (!words.isEmpty() || content.isEmpty()) {
            throw new InexpressibleException(
                    content.isEmpty() && words.isEmpty()
                            ? "nothing may be kept in it; give it some content"
                            : "it keeps " + String.join(", ", words) + ", which no manifest can say");
        }
        return content;
    }

    /** A bridge that others' translated packets leave by comes first. */
    private void bridges() {
        Map<String, Networks.Observed> left = new TreeMap<>(state.bridges());
        while (!left.isEmpty()) {
            List<Networks.Observed> next = new ArrayList<>(left.values().stream()
                    .filter(each -> each.config().nat() == null
                            || !left.containsKey(each.config().nat()))
                    .toList());
            if (next.isEmpty()) {
                next.addAll(left.values());
            }
            for (Networks.Observed each : next) {
                Networks.BridgeConfig config = each.config();
                left.remove(config.name());
                add(
                        Kinds.NETWORK_BRIDGE,
                        thing(config.name(), "bridge " + config.name(), config.mark()),
                        (as, notes) -> bridge(config, as));
            }
        }
    }

    private NetworkBridgeSpec bridge(Networks.BridgeConfig config, String as) {
        String nat = config.nat();
        String outlet = nat == null ? null : register.known(Kinds.NETWORK_BRIDGE, nat);
        return new NetworkBridgeSpec(
                hypervisor,
                config.name().equals(as) ? null : config.name(),
                config.ports(),
                config.address() == null ? null : Cidr.parse(config.address()),
                config.gateway() == null ? null : IpAddress.parse(config.gateway()),
                config.vlanAware() ? Boolean.TRUE : null,
                config.mtu(),
                nat == null
                        ? null
                        : new NetworkBridgeSpec.Nat(outlet, outlet != null || nat.equals("auto") ? null : nat),
                List.of(),
                null);
    }

    private void file(Templates.Observed file) {
        String name = file.volumeId().substring(file.volumeId().lastIndexOf('/') + 1);
        String plain = ARCHIVE.matcher(name).replaceFirst("");
        Thing thing = new Thing(
                file.volumeId(),
                (file.type() == Templates.Type.ROOTFS ? "template " : "image ") + file.volumeId(),
                plain,
                file.storage(),
                null);
        if (file.type() == Templates.Type.ROOTFS) {
            add(Kinds.LXC_TEMPLATE, thing, (as, notes) -> template(file, name));
        } else {
            add(Kinds.CLOUD_IMAGE, thing, (as, notes) -> image(file));
        }
    }

    private String keeper(Templates.Observed file) {
        return register.reference(Kinds.STORAGE_POOL, file.storage(), "storage " + file.storage());
    }

    private LxcTemplateSpec template(Templates.Observed file, String name) {
        Matcher built = BOOTSTRAPPED.matcher(name);
        LxcTemplateSpec.Source source = built.matches()
                ? new LxcTemplateSpec.Source(
                        null, null, null, new LxcTemplateSpec.Bootstrap(built.group(1), built.group(2)))
                : new LxcTemplateSpec.Source(null, null, file.path(), null);
        StoredFile same = StoredFile.of(file.storage(), file.type(), file.path(), null);
        if (!built.matches() && !same.name().equals(name)) {
            throw new InexpressibleException(
                    "the name of its file has characters that Phoenix gives no file; rename it");
        }
        return new LxcTemplateSpec(hypervisor, source, keeper(file), List.of(), null);
    }

    private CloudImageSpec image(Templates.Observed file) {
        String sha256 = file.sha256();
        if (sha256 == null) {
            throw new InexpressibleException("the host knows neither where it came from nor its checksum;"
                    + " write a CloudImage with its url and sha256 by hand");
        }
        return new CloudImageSpec(hypervisor, "file://" + file.path(), sha256, keeper(file), List.of(), null);
    }

    private void driver() {
        Gpus.Observed gpus = state.gpus();
        String version = gpus.installedVersion();
        if (version == null) {
            return;
        }
        Thing thing = new Thing(DRIVER, "graphics driver " + version, "nvidia", "", null);
        add(
                Kinds.GPU_DRIVER,
                thing,
                (as, notes) -> new GpuDriverSpec(
                        hypervisor,
                        GpuDriverSpec.Vendor.NVIDIA,
                        version,
                        null,
                        gpus.open() ? null : GpuDriverSpec.KernelModule.PROPRIETARY,
                        gpus.vfio() ? GpuDriverSpec.Mode.VFIO : null,
                        gpus.persistence() || gpus.loadedVersion() == null ? null : Boolean.FALSE,
                        List.of(),
                        null));
    }
}
