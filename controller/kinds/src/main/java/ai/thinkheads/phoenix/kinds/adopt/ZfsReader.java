package ai.thinkheads.phoenix.kinds.adopt;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.kinds.host.ZfsValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads pools and datasets. The volumes of guests are datasets too, and belong to their guests. */
final class ZfsReader {

    private static final Pattern GUEST_VOLUME = Pattern.compile("(subvol|basevol|vm|base)-\\d+-.+");
    private static final Set<String> OWN_FIELDS = Set.of("quota", "reservation", "mountpoint");
    /** What only the creation of a dataset can decide, or what says nothing about what a person wants. */
    private static final Set<String> PASSED_OVER = Set.of(
            "version", "volsize", "keylocation", "keyformat", "pbkdf2iters", "encryption", "mounted", "utf8only");

    private static final Pattern BYTES = Pattern.compile("\\d{4,}");
    private static final String[] UNITS = {"", "K", "M", "G", "T", "P"};
    private static final Set<String> SIZES =
            Set.of("recordsize", "refquota", "refreservation", "special_small_blocks", "volblocksize");
    private static final int ASHIFT = 12;

    private final @Nullable String hypervisor;
    private final HostState state;
    private final Register register;

    ZfsReader(@Nullable String hypervisor, HostState state, Register register) {
        this.hypervisor = hypervisor;
        this.state = state;
        this.register = register;
    }

    ZfsPoolSpec pool(ZfsPools.Observed pool, String as) {
        List<ZfsPoolSpec.Vdev> vdevs = new ArrayList<>();
        for (ZfsPools.Vdev each : pool.vdevs()) {
            vdevs.add(new ZfsPoolSpec.Vdev(type(each.type()), each.devices()));
        }
        ZfsDatasets.Observed root = state.datasets().get(pool.name());
        boolean trims = pool.properties().getOrDefault("autotrim", "off").equals("on");
        Map<String, String> properties = root == null ? Map.of() : properties(root.local());
        Map<String, String> all = new LinkedHashMap<>(properties);
        String mountpoint = root == null ? null : root.local().get("mountpoint");
        if (mountpoint != null && !mountpoint.equals("/" + pool.name())) {
            all.put("mountpoint", mountpoint);
        }
        return new ZfsPoolSpec(
                hypervisor,
                pool.name().equals(as) ? null : pool.name(),
                vdevs,
                pool.ashift() == ASHIFT || pool.ashift() == 0 ? null : Integer.valueOf(pool.ashift()),
                trims ? null : Boolean.FALSE,
                all,
                null,
                null,
                List.of(),
                null);
    }

    private static ZfsPoolSpec.Vdev.Type type(String word) {
        String plain = word.equals("raidz") ? "raidz1" : word;
        for (ZfsPoolSpec.Vdev.Type each : ZfsPoolSpec.Vdev.Type.values()) {
            if (each.word().equals(plain)) {
                return each;
            }
        }
        throw new InexpressibleException("it has a group of type " + word + ", which no manifest can say");
    }

    /** The file systems that are nobody's disk, sorted, so that one comes after those above it. */
    List<ZfsDatasets.Observed> datasets() {
        Set<String> volumes = volumes();
        List<ZfsDatasets.Observed> datasets = new ArrayList<>();
        new TreeMap<>(state.datasets()).forEach((name, dataset) -> {
            boolean root = name.indexOf('/') < 0;
            boolean system = "/".equals(dataset.mountpoint()) || name.endsWith("/ROOT");
            boolean disk = volumes.stream().anyMatch(each -> name.equals(each) || name.startsWith(each + "/"));
            if (!root && !system && !disk && !dataset.volume()) {
                datasets.add(dataset);
            }
        });
        return datasets;
    }

    /** The full names of datasets that are disks of guests. */
    private Set<String> volumes() {
        Map<String, String> places = new TreeMap<>();
        state.storages().forEach((id, storage) -> {
            String place = storage.definition().options().get("pool");
            if (place != null) {
                places.put(id, place);
            }
        });
        Set<String> ids = new HashSet<>();
        state.containers().values().forEach(guest -> {
            ids.addAll(guest.unused());
            if (guest.config().rootDisk().volume() != null) {
                ids.add(guest.config().rootDisk().volume());
            }
            guest.config().mounts().stream()
                    .map(ContainerConfig.MountPoint::volume)
                    .filter(volume -> volume != null)
                    .forEach(ids::add);
        });
        state.virtualMachines().values().forEach(guest -> {
            ids.addAll(guest.unused());
            guest.config().disks().stream()
                    .map(VmConfig.Disk::volume)
                    .filter(volume -> volume != null)
                    .forEach(ids::add);
        });
        Set<String> names = new HashSet<>();
        for (String id : ids) {
            int colon = id.indexOf(':');
            String place = colon < 0 ? null : places.get(id.substring(0, colon));
            if (place != null) {
                names.add(
                        place + "/" + id.substring(id.lastIndexOf('/') > colon ? id.lastIndexOf('/') + 1 : colon + 1));
            }
        }
        for (String name : state.datasets().keySet()) {
            int slash = name.lastIndexOf('/');
            boolean inStorage = slash > 0 && places.containsValue(name.substring(0, slash));
            if (inStorage && GUEST_VOLUME.matcher(name.substring(slash + 1)).matches()) {
                names.add(name);
            }
        }
        return names;
    }

    ZfsDatasetSpec dataset(ZfsDatasets.Observed dataset, String as) {
        String name = dataset.name();
        String pool = name.substring(0, name.indexOf('/'));
        String path = name.substring(name.indexOf('/') + 1);
        String mountpoint = dataset.local().get("mountpoint");
        boolean mounted = dataset.mountpoint() != null && dataset.mountpoint().startsWith("/");
        String mode = dataset.mode();
        boolean usual = mode == null || mode.equals("755") || mode.equals("0755");
        return new ZfsDatasetSpec(
                hypervisor,
                register.reference(Kinds.ZFS_POOL, pool, "pool " + pool),
                path.equals(as) ? null : path,
                size(dataset.local().get("quota")),
                size(dataset.local().get("reservation")),
                properties(dataset.local()),
                mountpoint == null || mountpoint.equals("/" + name) ? null : mountpoint,
                mounted ? owner(dataset.uid(), dataset.gid()) : null,
                mounted && !usual ? mode : null,
                List.of(),
                null);
    }

    private static ZfsDatasetSpec.@Nullable Owner owner(@Nullable Long uid, @Nullable Long gid) {
        return uid == null || gid == null || (uid == 0 && gid == 0) ? null : new ZfsDatasetSpec.Owner(uid, gid);
    }

    /** The resource of the dataset that is mounted exactly there; null when there is none that would always be. */
    @Nullable
    String datasetAt(String path) {
        for (ZfsDatasets.Observed each : state.datasets().values()) {
            if (!path.equals(each.mountpoint()) || each.volume()) {
                continue;
            }
            String local = each.local().get("mountpoint");
            boolean lasting = path.equals(local) || (local == null && path.equals("/" + each.name()));
            return lasting ? register.known(Kinds.ZFS_DATASET, each.name()) : null;
        }
        return null;
    }

    private static @Nullable ByteSize size(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String bytes = ZfsValues.canonical("quota", text);
        if (!bytes.matches("\\d{1,18}")) {
            throw new InexpressibleException("'" + text + "' is no size that a manifest can say");
        }
        return bytes.equals("0") ? null : new ByteSize(Long.parseLong(bytes));
    }

    /** What was set here, without what has fields of its own and what people and programs note in names with a colon. */
    private static Map<String, String> properties(Map<String, String> local) {
        Map<String, String> properties = new LinkedHashMap<>();
        new TreeMap<>(local).forEach((name, value) -> {
            if (!OWN_FIELDS.contains(name) && !PASSED_OVER.contains(name) && name.indexOf(':') < 0) {
                properties.put(name, SIZES.contains(name) ? brief(value) : value);
            }
        });
        return properties;
    }

    /** {@code 131072} as {@code 128K}. */
    private static String brief(String value) {
        if (!BYTES.matcher(value).matches()) {
            return value;
        }
        long left = Long.parseLong(value);
        int unit = 0;
        while (left % 1024 == 0 && unit < UNITS.length - 1) {
            left /= 1024;
            unit++;
        }
        return left + UNITS[unit];
    }
}
