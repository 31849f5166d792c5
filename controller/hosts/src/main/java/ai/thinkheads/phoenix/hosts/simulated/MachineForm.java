package ai.thinkheads.phoenix.hosts.simulated;

import static ai.thinkheads.phoenix.hosts.port.GuestField.*;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig.Disk;
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

/** Virtual machines. Their disks are on a virtio-scsi controller, which can be changed while they run. */
final class MachineForm implements GuestForm<VmConfig, Disk> {

    private static final Set<GuestField> ONLINE =
            Set.of(HOSTNAME, NICS, DNS, CLOUD_INIT, ON_BOOT, STARTUP, TAGS, DESCRIPTION, MARK);
    private static final Set<GuestField> FIELDS = Set.of(
            HOSTNAME,
            CORES,
            CPU_TYPE,
            MEMORY,
            NICS,
            DNS,
            CLOUD_INIT,
            AGENT,
            PCI,
            ON_BOOT,
            STARTUP,
            TAGS,
            DESCRIPTION,
            MARK);
    private static final ByteSize IMAGE_SIZE = ByteSize.ofMi(3584);
    private static final long IMAGE_BYTES = 1500L << 20;

    @Override
    public GuestKind kind() {
        return GuestKind.VIRTUAL_MACHINE;
    }

    @Override
    public Class<VmConfig> type() {
        return VmConfig.class;
    }

    @Override
    public String word() {
        return "VM";
    }

    @Override
    public String task() {
        return "qm";
    }

    @Override
    public String noun() {
        return "virtual-machine";
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
    public Object value(VmConfig config, GuestField field) {
        Object value = switch (field) {
            case HOSTNAME -> config.hostname();
            case CORES -> config.cores();
            case CPU_TYPE -> config.cpuType();
            case MEMORY -> config.memory();
            case NICS -> config.nics();
            case DNS -> List.of(config.nameservers(), String.valueOf(config.searchDomain()));
            case CLOUD_INIT -> config.cloudInit();
            case AGENT -> config.agent();
            case PCI -> config.pciDevices();
            case ON_BOOT -> config.onBoot();
            case STARTUP -> config.startup();
            case TAGS -> config.tags();
            case DESCRIPTION -> config.description();
            case MARK -> config.mark();
            case CPU_LIMIT, SWAP, FEATURES, APPARMOR, ID_MAPS, DEVICES, RAW -> "";
        };
        return value == null ? "" : value;
    }

    @Override
    public VmConfig merge(VmConfig onto, VmConfig from, Set<GuestField> fields) {
        return new VmConfig(
                (fields.contains(HOSTNAME) ? from : onto).hostname(),
                (fields.contains(CORES) ? from : onto).cores(),
                (fields.contains(CPU_TYPE) ? from : onto).cpuType(),
                (fields.contains(MEMORY) ? from : onto).memory(),
                onto.disks(),
                (fields.contains(NICS) ? from : onto).nics(),
                (fields.contains(DNS) ? from : onto).nameservers(),
                (fields.contains(DNS) ? from : onto).searchDomain(),
                (fields.contains(CLOUD_INIT) ? from : onto).cloudInit(),
                (fields.contains(AGENT) ? from : onto).agent(),
                (fields.contains(PCI) ? from : onto).pciDevices(),
                (fields.contains(ON_BOOT) ? from : onto).onBoot(),
                (fields.contains(STARTUP) ? from : onto).startup(),
                (fields.contains(TAGS) ? from : onto).tags(),
                (fields.contains(DESCRIPTION) ? from : onto).description(),
                (fields.contains(MARK) ? from : onto).mark());
    }

    private static VmConfig with(VmConfig of, List<Disk> disks) {
        return new VmConfig(
                of.hostname(),
                of.cores(),
                of.cpuType(),
                of.memory(),
                disks,
                of.nics(),
                of.nameservers(),
                of.searchDomain(),
                of.cloudInit(),
                of.agent(),
                of.pciDevices(),
                of.onBoot(),
                of.startup(),
                of.tags(),
                of.description(),
                of.mark());
    }

    @Override
    public VmConfig normal(VmConfig of, List<Nic> nics) {
        return new VmConfig(
                of.hostname(),
                of.cores(),
                of.cpuType(),
                of.memory(),
                of.disks(),
                nics,
                of.nameservers(),
                of.searchDomain(),
                of.cloudInit(),
                of.agent(),
                of.pciDevices(),
                of.onBoot(),
                of.startup(),
                ConfigText.tags(of.tags()),
                ConfigText.description(of.description()),
                of.mark());
    }

    @Override
    public void check(Transaction transaction, int vmid, VmConfig config) {
        Requirements.common(transaction, config, "VM " + vmid);
        if (config.memory().bytes() < 16L << 20) {
            throw Transaction.refused("memory: value must have a minimum value of 16");
        }
        Set<String> cards = Requirements.pciDevices(transaction);
        config.pciDevices().forEach(address -> {
            if (!cards.contains(address)) {
                throw Transaction.refused("hostpci: no PCI device at '" + address + "'; the host has " + cards);
            }
        });
    }

    @Override
    public void checkStart(Transaction transaction, int vmid, VmConfig config) {
        Requirements.bridges(transaction, config, "VM " + vmid);
        if (config.cores() > transaction.node().cpus()) {
            throw failed("MAX " + transaction.node().cpus() + " vcpus allowed per VM on this node");
        }
        if (!config.pciDevices().isEmpty() && !transaction.gpu().vfio()) {
            throw failed(
                    "VM " + vmid + " cannot start: PCI devices " + config.pciDevices() + " are not bound to vfio-pci");
        }
        long[] taken = {config.memory().bytes()};
        transaction.guests((other, guest) -> {
            if (other != vmid && guest.running() && guest.effective() instanceof VmConfig running) {
                taken[0] += running.memory().bytes();
                running.pciDevices().stream()
                        .filter(config.pciDevices()::contains)
                        .findFirst()
                        .ifPresent(address -> {
                            throw failed("PCI device '" + address + "' already in use by VMID '" + other + "'");
                        });
            }
        });
        if (taken[0] > transaction.node().memory().bytes()) {
            throw failed(
                    "VM " + vmid + " cannot start: cannot set up guest memory: cannot allocate memory; the machine has "
                            + transaction.node().memory());
        }
    }

    private static HostException failed(String message) {
        return new HostException(HostException.Cause.FAILED, message);
    }

    @Override
    public List<Slot> slots(VmConfig config) {
        return config.disks().stream()
                .map(disk -> new Slot(String.valueOf(disk.slot()), disk.volume(), null))
                .toList();
    }

    @Override
    public VmConfig withSlot(VmConfig config, String slot, String volume, ByteSize size) {
        String storage = volume.substring(0, volume.indexOf(':'));
        return with(
                config,
                config.disks().stream()
                        .map(each -> slot.equals(each.slot())
                                ? new Disk(slot, storage, size, volume, each.discard(), each.backup())
                                : each)
                        .toList());
    }

    @Override
    public VmConfig attach(VmConfig config, Disk disk, String slot, @Nullable String volume, @Nullable ByteSize size) {
        List<Disk> disks = new ArrayList<>(config.disks());
        disks.add(new Disk(slot, disk.storage(), size, volume, disk.discard(), disk.backup()));
        return with(config, disks);
    }

    @Override
    public @Nullable VmConfig reattach(VmConfig config, Disk disk) {
        if (config.disks().stream().noneMatch(each -> Objects.equals(each.slot(), disk.slot()))) {
            return null;
        }
        return with(
                config,
                config.disks().stream()
                        .map(each -> Objects.equals(each.slot(), disk.slot())
                                ? new Disk(
                                        each.slot(),
                                        each.storage(),
                                        each.size(),
                                        each.volume(),
                                        disk.discard(),
                                        disk.backup())
                                : each)
                        .toList());
    }

    @Override
    public VmConfig detach(VmConfig config, String slot) {
        return with(
                config,
                config.disks().stream()
                        .filter(each -> !slot.equals(each.slot()))
                        .toList());
    }

    @Override
    public boolean isTaken(VmConfig config, Disk disk) {
        return false;
    }

    @Override
    public String freeSlot(VmConfig config, VmConfig effective) {
        for (int i = 0; ; i++) {
            String slot = "scsi" + i;
            if (Stream.concat(config.disks().stream(), effective.disks().stream())
                    .noneMatch(each -> slot.equals(each.slot()))) {
                return slot;
            }
        }
    }

    @Override
    public Attachment attachment(Disk disk) {
        return new Attachment(disk.slot(), disk.storage(), disk.size(), disk.volume(), null);
    }

    @Override
    public boolean detachesOnline() {
        return true;
    }

    @Override
    public VmConfig clone(VmConfig of, String hostname, Mark mark, Function<Nic, Nic> card) {
        return new VmConfig(
                hostname,
                of.cores(),
                of.cpuType(),
                of.memory(),
                of.disks(),
                of.nics().stream().map(card).toList(),
                of.nameservers(),
                of.searchDomain(),
                of.cloudInit(),
                of.agent(),
                of.pciDevices(),
                of.onBoot(),
                of.startup(),
                of.tags(),
                of.description(),
                mark);
    }

    @Override
    public VmConfig withMark(VmConfig config, @Nullable Mark mark) {
        return new VmConfig(
                config.hostname(),
                config.cores(),
                config.cpuType(),
                config.memory(),
                config.disks(),
                config.nics(),
                config.nameservers(),
                config.searchDomain(),
                config.cloudInit(),
                config.agent(),
                config.pciDevices(),
                config.onBoot(),
                config.startup(),
                config.tags(),
                config.description(),
                mark);
    }

    @Override
    public Set<String> storages(VmConfig config) {
        Set<String> all = new java.util.TreeSet<>();
        config.disks().forEach(disk -> all.add(disk.storage()));
        return all;
    }

    @Override
    public Optional<String> warning(VmConfig config) {
        return Optional.empty();
    }

    @Override
    public VmConfig created(Transaction transaction, int vmid, VmConfig config, String from, Supplier<Inside> system) {
        VmConfig made = with(config, List.of());
        for (Disk disk : config.disks()) {
            // Without an image all disks are empty, as of a machine that is installed by hand.
            boolean first = made.disks().isEmpty() && !from.isEmpty();
            ByteSize size = disk.size() == null ? IMAGE_SIZE : disk.size();
            if (first && size.bytes() < IMAGE_SIZE.bytes()) {
                throw Transaction.refused("VM " + vmid + ": the image needs a disk of " + IMAGE_SIZE + ", not " + size);
            }
            String volume = disk.volume() != null
                    ? disk.volume()
                    : Volumes.allocate(
                            transaction,
                            kind(),
                            vmid,
                            disk.storage(),
                            size,
                            first ? IMAGE_BYTES : 65536,
                            first ? system.get() : Inside.EMPTY);
            String slot = disk.slot();
            made = attach(made, disk, slot == null ? freeSlot(made, made) : slot, volume, size);
        }
        return made;
    }
}
