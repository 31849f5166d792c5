package ai.thinkheads.phoenix.kinds.adopt;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.CloneFrom;
import ai.thinkheads.phoenix.api.v1alpha1.VirtualMachineSpec;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a virtual machine into its manifest. */
final class MachineManifest implements HostManifests.GuestManifest<VmConfig, VirtualMachineSpec> {

    private static final ByteSize MEMORY = ByteSize.ofGi(2);
    private static final String CPU = "x86-64-v2-AES";

    private final @Nullable String hypervisor;
    private final HostState state;
    private final Register register;
    private final GuestParts parts;

    MachineManifest(@Nullable String hypervisor, HostState state, Register register) {
        this.hypervisor = hypervisor;
        this.state = state;
        this.register = register;
        this.parts = new GuestParts(register);
    }

    @Override
    public String words(Guests.Observed<VmConfig> guest) {
        return "virtual machine " + guest.config().hostname() + " (" + guest.vmid() + ")";
    }

    @Override
    public VirtualMachineSpec write(Guests.Observed<VmConfig> guest, String name, List<String> notes) {
        VmConfig c = guest.config();
        GuestParts.note(guest, notes);
        CloneFrom from = cloneFrom(guest);
        String image = from == null ? GuestParts.origin(c, "template") : null;
        return new VirtualMachineSpec(
                hypervisor,
                guest.vmid(),
                null,
                c.hostname().equals(name) ? null : c.hostname(),
                image != null && register.exists(Kinds.CLOUD_IMAGE, image) ? image : null,
                from,
                guest.template() ? Boolean.TRUE : null,
                c.cores() == 1 ? null : Integer.valueOf(c.cores()),
                c.cpuType().equals(CPU) ? null : c.cpuType(),
                c.memory().equals(MEMORY) ? null : c.memory(),
                disks(c),
                parts.network(c.nics()),
                cloudInit(c, notes),
                c.agent() ? null : Boolean.FALSE,
                gpu(c),
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

    private @Nullable CloneFrom cloneFrom(Guests.Observed<VmConfig> guest) {
        Integer source = guest.clonedFrom();
        String linked = source == null ? null : register.known(Kinds.VIRTUAL_MACHINE, String.valueOf(source));
        String marked = GuestParts.origin(guest.config(), "clone");
        if (marked != null && !marked.equals(linked)) {
            return register.exists(Kinds.VIRTUAL_MACHINE, marked) ? new CloneFrom(marked, null, null) : null;
        }
        boolean fromImage = GuestParts.origin(guest.config(), "template") != null;
        return linked == null || fromImage ? null : new CloneFrom(linked, CloneFrom.Mode.LINKED, null);
    }

    private List<VirtualMachineSpec.Disk> disks(VmConfig c) {
        Map<String, String> marked = GuestParts.namesBySlot(c.mark());
        Set<String> taken = new LinkedHashSet<>(marked.values());
        List<VirtualMachineSpec.Disk> disks = new ArrayList<>();
        for (VmConfig.Disk each : c.disks()) {
            String slot = each.slot() == null ? "" : each.slot();
            String name = marked.get(slot);
            if (name == null) {
                name = ResourceNames.unique(slot, "disk", taken);
                taken.add(name);
            }
            disks.add(new VirtualMachineSpec.Disk(
                    name,
                    register.reference(Kinds.STORAGE_POOL, each.storage(), "storage " + each.storage()),
                    each.size(),
                    each.discard() ? null : Boolean.FALSE,
                    each.backup() ? null : Boolean.FALSE));
        }
        return disks;
    }

    /** A password's hash and further user data may hold secrets; a manifest without cloud-init leaves the host's as it is. */
    private static VirtualMachineSpec.@Nullable CloudInit cloudInit(VmConfig c, List<String> notes) {
        VmConfig.CloudInit set = c.cloudInit();
        if (set == null) {
            return null;
        }
        if (set.passwordHash() != null || set.userData() != null) {
            notes.add("its cloud-init settings stay on the host as they are and are not written, since they hold "
                    + (set.passwordHash() != null ? "a password" : "user data, which may hold secrets")
                    + "; give spec.cloudInit with a Secret to change them");
            return null;
        }
        return new VirtualMachineSpec.CloudInit(set.user(), null, set.sshKeys(), GuestParts.dns(c), null);
    }

    private VirtualMachineSpec.@Nullable Gpu gpu(VmConfig c) {
        if (c.pciDevices().isEmpty()) {
            return null;
        }
        String driver = register.known(Kinds.GPU_DRIVER, GroundReader.DRIVER);
        Set<String> cards = new HashSet<>(state.node().pciGpus().keySet());
        state.gpus().devices().forEach(card -> cards.add(card.pci()));
        if (driver == null || !state.gpus().vfio() || !cards.containsAll(c.pciDevices())) {
            throw new InexpressibleException("it owns the PCI device " + String.join(", ", c.pciDevices())
                    + ", and a manifest can name graphics cards that a GpuDriver in mode Vfio has set aside only");
        }
        return new VirtualMachineSpec.Gpu(driver, c.pciDevices());
    }
}
