package ai.thinkheads.phoenix.api;

import ai.thinkheads.phoenix.api.Kind.Column;
import ai.thinkheads.phoenix.api.Kind.Scope;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageFacts;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageSpec;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureFacts;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureSpec;
import ai.thinkheads.phoenix.api.v1alpha1.GitRepositoryFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GitRepositorySpec;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverSpec;
import ai.thinkheads.phoenix.api.v1alpha1.GuestClassFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestClassSpec;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateFacts;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateSpec;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeFacts;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeSpec;
import ai.thinkheads.phoenix.api.v1alpha1.SecretFacts;
import ai.thinkheads.phoenix.api.v1alpha1.SecretSpec;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolFacts;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolSpec;
import ai.thinkheads.phoenix.api.v1alpha1.VirtualMachineSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The catalogue: the one list of every kind. */
public final class Kinds {

    public static final String GROUP = Annotations.GROUP;
    public static final String VERSION = "v1alpha1";
    /** What {@code apiVersion} has to say in a manifest. */
    public static final String API_VERSION = GROUP + "/" + VERSION;

    public static final Kind<HypervisorSpec, HypervisorFacts> HYPERVISOR = new Kind<>(
            "Hypervisor",
            "hypervisors",
            List.of("hv"),
            Scope.HOST,
            HypervisorSpec.class,
            HypervisorFacts.class,
            List.of(
                    column("DRIVER", ".spec.driver"),
                    column("VERSION", ".status.version"),
                    column("CPUS", ".status.cpus"),
                    column("MEMORY", ".status.memory"),
                    wide("KERNEL", ".status.kernel")),
            "A machine that runs guests, and how to reach it.");
    public static final Kind<NetworkBridgeSpec, NetworkBridgeFacts> NETWORK_BRIDGE = new Kind<>(
            "NetworkBridge",
            "networkbridges",
            List.of("br", "bridge", "bridges"),
            Scope.HOST,
            NetworkBridgeSpec.class,
            NetworkBridgeFacts.class,
            List.of(column("ADDRESS", ".status.address"), column("PORTS", ".status.ports")),
            "A bridge of the host that guests are attached to.");
    public static final Kind<ZfsPoolSpec, ZfsPoolFacts> ZFS_POOL = new Kind<>(
            "ZfsPool",
            "zfspools",
            List.of("zpool", "zpools"),
            Scope.HOST,
            ZfsPoolSpec.class,
            ZfsPoolFacts.class,
            List.of(
                    column("HEALTH", ".status.health"),
                    column("SIZE", ".status.size"),
                    column("ALLOCATED", ".status.allocated"),
                    wide("SCAN", ".status.scan")),
            "A ZFS pool.");
    public static final Kind<ZfsDatasetSpec, ZfsDatasetFacts> ZFS_DATASET = new Kind<>(
            "ZfsDataset",
            "zfsdatasets",
            List.of("zds", "dataset", "datasets"),
            Scope.HOST,
            ZfsDatasetSpec.class,
            ZfsDatasetFacts.class,
            List.of(
                    column("DATASET", ".status.dataset"),
                    column("USED", ".status.used"),
                    column("AVAILABLE", ".status.available"),
                    wide("MOUNTPOINT", ".status.mountpoint")),
            "A file system within a ZFS pool.");
    public static final Kind<StoragePoolSpec, StoragePoolFacts> STORAGE_POOL = new Kind<>(
            "StoragePool",
            "storagepools",
            List.of("sp", "storage", "storages"),
            Scope.HOST,
            StoragePoolSpec.class,
            StoragePoolFacts.class,
            List.of(
                    column("TYPE", ".spec.type"),
                    column("CONTENT", ".spec.content"),
                    column("AVAILABLE", ".status.available")),
            "A place that guests' disks, templates and images are kept in.");
    public static final Kind<GpuDriverSpec, GpuDriverFacts> GPU_DRIVER = new Kind<>(
            "GpuDriver",
            "gpudrivers",
            List.of("gpu", "gpus"),
            Scope.HOST,
            GpuDriverSpec.class,
            GpuDriverFacts.class,
            List.of(
                    column("VERSION", ".spec.version"),
                    column("INSTALLED", ".status.hostVersion"),
                    column("DEVICES", ".status.devices[*].model")),
            "The driver of the host's graphics cards.");
    public static final Kind<LxcTemplateSpec, LxcTemplateFacts> LXC_TEMPLATE = new Kind<>(
            "LxcTemplate",
            "lxctemplates",
            List.of("ct-template", "ct-templates"),
            Scope.HOST,
            LxcTemplateSpec.class,
            LxcTemplateFacts.class,
            List.of(column("VOLUME", ".status.volumeId"), column("SIZE", ".status.size")),
            "A root file system that containers are created from.");
    public static final Kind<CloudImageSpec, CloudImageFacts> CLOUD_IMAGE = new Kind<>(
            "CloudImage",
            "cloudimages",
            List.of("img", "image", "images"),
            Scope.HOST,
            CloudImageSpec.class,
            CloudImageFacts.class,
            List.of(column("VOLUME", ".status.volumeId"), column("SIZE", ".status.size")),
            "A disk image with cloud-init that virtual machines are created from.");
    public static final Kind<LxcContainerSpec, GuestFacts> LXC_CONTAINER = new Kind<>(
            "LxcContainer",
            "lxccontainers",
            List.of("ct", "container", "containers"),
            Scope.GUEST,
            LxcContainerSpec.class,
            GuestFacts.class,
            guestColumns(),
            "An LXC container.");
    public static final Kind<VirtualMachineSpec, GuestFacts> VIRTUAL_MACHINE = new Kind<>(
            "VirtualMachine",
            "virtualmachines",
            List.of("vm", "vms"),
            Scope.GUEST,
            VirtualMachineSpec.class,
            GuestFacts.class,
            guestColumns(),
            "A virtual machine.");
    public static final Kind<GuestClassSpec, GuestClassFacts> GUEST_CLASS = new Kind<>(
            "GuestClass",
            "guestclasses",
            List.of("gc"),
            Scope.CONTROLLER,
            GuestClassSpec.class,
            GuestClassFacts.class,
            List.of(wide("USERS", ".status.users")),
            "Defaults for the guests that name it.");
    public static final Kind<FeatureSpec, FeatureFacts> FEATURE = new Kind<>(
            "Feature",
            "features",
            List.of("feat"),
            Scope.CONTROLLER,
            FeatureSpec.class,
            FeatureFacts.class,
            List.of(
                    column("SCOPE", ".spec.scope"),
                    column("VERSION", ".spec.version"),
                    wide("INSTALLED ON", ".status.installations[*].target")),
            "Software that can be put into a host or a guest.");
    public static final Kind<SecretSpec, SecretFacts> SECRET = new Kind<>(
            "Secret",
            "secrets",
            List.of(),
            Scope.CONTROLLER,
            SecretSpec.class,
            SecretFacts.class,
            List.of(column("KEYS", ".status.keys")),
            "Values that nobody should see.");
    public static final Kind<GitRepositorySpec, GitRepositoryFacts> GIT_REPOSITORY = new Kind<>(
            "GitRepository",
            "gitrepositories",
            List.of("git"),
            Scope.CONTROLLER,
            GitRepositorySpec.class,
            GitRepositoryFacts.class,
            List.of(
                    column("URL", ".spec.url"),
                    column("REVISION", ".status.revision"),
                    wide("LAST SYNC", ".status.lastSync")),
            "A Git repository whose manifests are applied as they change.");

    /** Every kind, in the order in which {@code get all} shows them. */
    public static final List<Kind<?, ?>> ALL = List.of(
            HYPERVISOR,
            NETWORK_BRIDGE,
            ZFS_POOL,
            ZFS_DATASET,
            STORAGE_POOL,
            GPU_DRIVER,
            LXC_TEMPLATE,
            CLOUD_IMAGE,
            LXC_CONTAINER,
            VIRTUAL_MACHINE,
            GUEST_CLASS,
            FEATURE,
            SECRET,
            GIT_REPOSITORY);

    private Kinds() {}

    /** The kind whose name, in any capitals, plural or short name this is. */
    public static Optional<Kind<?, ?>> find(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return ALL.stream()
                .filter(kind -> kind.singular().equals(lower)
                        || kind.plural().equals(lower)
                        || kind.shortNames().contains(lower))
                .findFirst();
    }

    /** The kind of exactly that name. */
    public static Optional<Kind<?, ?>> named(String name) {
        return ALL.stream().filter(kind -> kind.name().equals(name)).findFirst();
    }

    private static List<Column> guestColumns() {
        return List.of(
                column("VMID", ".status.vmid"),
                column("STATE", ".status.state"),
                column("ADDRESS", ".status.addresses"),
                wide("CORES", ".status.cores"),
                wide("MEMORY", ".status.memory"),
                wide("FEATURES", ".status.features[*].name"));
    }

    private static Column column(String title, String path) {
        return new Column(title, path, false);
    }

    private static Column wide(String title, String path) {
        return new Column(title, path, true);
    }
}
