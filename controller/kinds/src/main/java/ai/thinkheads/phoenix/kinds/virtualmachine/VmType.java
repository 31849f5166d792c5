package ai.thinkheads.phoenix.kinds.virtualmachine;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.GuestClasses;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestDns;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.RunPolicy;
import ai.thinkheads.phoenix.api.v1alpha1.SecretRef;
import ai.thinkheads.phoenix.api.v1alpha1.VirtualMachineSpec;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig.Disk;
import ai.thinkheads.phoenix.kinds.guest.Attachment;
import ai.thinkheads.phoenix.kinds.guest.Digests;
import ai.thinkheads.phoenix.kinds.guest.FeatureWish;
import ai.thinkheads.phoenix.kinds.guest.GuestShape;
import ai.thinkheads.phoenix.kinds.guest.GuestSources;
import ai.thinkheads.phoenix.kinds.guest.GuestType;
import ai.thinkheads.phoenix.kinds.guest.GuestWish;
import ai.thinkheads.phoenix.kinds.guest.Origin;
import ai.thinkheads.phoenix.kinds.guest.SecretValues;
import ai.thinkheads.phoenix.kinds.host.HostNames;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.ReadBack;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.jspecify.annotations.Nullable;

/** What the manifest of a virtual machine means in the words of its host. */
final class VmType implements GuestType<VirtualMachineSpec, VmConfig, Disk> {

    private static final ByteSize MEMORY = ByteSize.ofGi(2);
    private static final String CPU = "x86-64-v2-AES";

    private final VmShape shape = new VmShape();
    private final Vault vault;
    private final GuestSources<VirtualMachineSpec, VmConfig, Disk> sources;

    VmType(Vault vault) {
        this.vault = vault;
        this.sources = new GuestSources<>(this, vault);
    }

    @Override
    public Kind<VirtualMachineSpec, GuestFacts> kind() {
        return Kinds.VIRTUAL_MACHINE;
    }

    @Override
    public GuestShape<VmConfig, Disk> shape() {
        return shape;
    }

    @Override
    public GuestTable<VmConfig> all(HostState state) {
        return state.virtualMachines();
    }

    @Override
    public Guests<VmConfig, Disk> guests(Host host) {
        return host.virtualMachines();
    }

    @Override
    public Optional<Guests.Observed<VmConfig>> readBack(ReadBack readBack, int vmid) {
        return readBack.virtualMachine(vmid);
    }

    @Override
    public VirtualMachineSpec effective(Resource<VirtualMachineSpec, GuestFacts> resource, Resources resources) {
        String guestClass = resource.spec().guestClass();
        VirtualMachineSpec defaults = guestClass == null
                ? null
                : resources
                        .get(Kinds.GUEST_CLASS, guestClass)
                        .map(each -> each.spec().virtualMachine())
                        .orElse(null);
        return defaults == null ? resource.spec() : GuestClasses.effective(resource.spec(), defaults);
    }

    @Override
    public GuestWish<VmConfig, Disk> wish(
            Resource<VirtualMachineSpec, GuestFacts> resource,
            VirtualMachineSpec spec,
            Resources resources,
            HostView view) {
        HostState state = view.state();
        Origin<VmConfig> origin = origin(spec, resources, state);
        List<FeatureWish> features = sources.features(resource, spec, origin, resources, state);
        Optional<List<String>> cards = cards(resource, spec, resources, state);
        Password password = password(resource, spec.cloudInit());
        return new GuestWish<>(
                resource.key(),
                view.name(),
                resource.spec().vmid(),
                config(resource.name(), spec, cards.orElse(List.of()), password, resources),
                managed(spec, cards.isPresent(), password),
                attachments(spec, resources),
                null,
                null,
                null,
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

    private @Nullable Origin<VmConfig> origin(VirtualMachineSpec spec, Resources resources, HostState state) {
        if (spec.cloneFrom() != null) {
            return sources.guest(spec.cloneFrom(), resources, state);
        }
        String image = spec.image();
        if (image == null) {
            return null;
        }
        String volume = resources
                .get(Kinds.CLOUD_IMAGE, image)
                .map(each -> each.facts())
                .map(CloudImageFacts::volumeId)
                .orElse(null);
        return sources.volume("spec.image", image, volume, state);
    }

    private VmConfig config(
            String name, VirtualMachineSpec spec, List<String> cards, Password password, Resources resources) {
        VirtualMachineSpec.CloudInit cloudInit = spec.cloudInit();
        GuestDns dns = cloudInit == null ? null : cloudInit.dns();
        return new VmConfig(
                spec.hostname() == null ? name : spec.hostname(),
                spec.cores() == null ? 1 : spec.cores(),
                spec.cpuType() == null ? CPU : spec.cpuType(),
                spec.memory() == null ? MEMORY : spec.memory(),
                List.of(),
                GuestSources.nics(spec.network(), resources),
                dns == null
                        ? List.of()
                        : dns.servers().stream().map(IpAddress::toString).toList(),
                dns == null ? null : dns.searchDomain(),
                cloudInit == null
                        ? null
                        : new VmConfig.CloudInit(
                                cloudInit.user(), password.hash(), cloudInit.sshKeys(), cloudInit.userData()),
                !Boolean.FALSE.equals(spec.agent()),
                cards,
                spec.startup() != null && Boolean.TRUE.equals(spec.startup().onBoot()),
                GuestSources.startup(spec.startup()),
                new HashSet<>(spec.tags()),
                spec.description() == null ? "" : spec.description(),
                null);
    }

    /** Cards, cloud-init and notes are compared only where the manifest has something to say about them. */
    private static Set<GuestField> managed(VirtualMachineSpec spec, boolean cardsKnown, Password password) {
        Set<GuestField> managed = EnumSet.allOf(GuestField.class);
        managed.remove(GuestField.MARK);
        if (spec.network() == null) {
            managed.remove(GuestField.NICS);
        }
        if (spec.cloudInit() == null) {
            managed.remove(GuestField.DNS);
        }
        if (spec.cloudInit() == null || password.isMissing()) {
            managed.remove(GuestField.CLOUD_INIT);
        }
        if (spec.description() == null) {
            managed.remove(GuestField.DESCRIPTION);
        }
        if (!cardsKnown) {
            managed.remove(GuestField.PCI);
        }
        return managed;
    }

    /** The salt depends on the machine only, so that the same password always has the same hash. */
    private Password password(
            Resource<VirtualMachineSpec, GuestFacts> resource, VirtualMachineSpec.@Nullable CloudInit cloudInit) {
        SecretRef ref = cloudInit == null ? null : cloudInit.password();
        if (ref == null) {
            return new Password(null, false);
        }
        String salt = "$6$" + Digests.of(List.of(resource.key().toString(), "spec.cloudInit.password"));
        return SecretValues.find(vault, ref)
                .map(value -> new Password(Sha2Crypt.sha512Crypt(value.getBytes(StandardCharsets.UTF_8), salt), false))
                .orElse(new Password(null, true));
    }

    /** The PCI addresses to pass through; empty while the driver has not set the cards aside for machines. */
    private static Optional<List<String>> cards(
            Resource<VirtualMachineSpec, GuestFacts> resource,
            VirtualMachineSpec spec,
            Resources resources,
            HostState state) {
        VirtualMachineSpec.Gpu gpu = spec.gpu();
        if (gpu == null) {
            return Optional.of(List.of());
        }
        boolean ready = resources.get(Kinds.GPU_DRIVER, gpu.driver()).isPresent()
                && state.gpus().vfio();
        if (!ready) {
            return Optional.empty();
        }
        List<String> there =
                state.gpus().devices().stream().map(Gpus.Device::pci).toList();
        if (gpu.devices().isEmpty()) {
            return Optional.of(there);
        }
        for (int i = 0; i < gpu.devices().size(); i++) {
            String wanted = gpu.devices().get(i);
            if (!there.contains(wanted) && !state.node().pciGpus().containsKey(wanted)) {
                throw new ReconcileException(
                        "GpuMissing",
                        resource.key() + ": spec.gpu.devices[" + i + "]: the host has no graphics card at " + wanted
                                + ", only at " + String.join(", ", there),
                        true,
                        null);
            }
        }
        return Optional.of(gpu.devices());
    }

    private static List<Attachment<Disk>> attachments(VirtualMachineSpec spec, Resources resources) {
        List<Attachment<Disk>> attachments = new ArrayList<>();
        for (int i = 0; i < spec.disks().size(); i++) {
            VirtualMachineSpec.Disk each = spec.disks().get(i);
            String storage = HostNames.storage(each.storage(), resources);
            attachments.add(new Attachment<>(
                    each.name(),
                    "spec.disks[" + i + "]",
                    new Disk(
                            null,
                            storage,
                            each.size(),
                            null,
                            !Boolean.FALSE.equals(each.discard()),
                            !Boolean.FALSE.equals(each.backup())),
                    null,
                    storage,
                    each.size(),
                    null));
        }
        return attachments;
    }

    /**
     * @param hash null for no password, and for one whose Secret is not there yet
     */
    private record Password(@Nullable String hash, boolean isMissing) {
        @Override
        public String toString() {
            return "Password[" + (isMissing ? "missing" : hash == null ? "none" : "set") + "]";
        }
    }
}
