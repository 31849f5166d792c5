package ai.thinkheads.phoenix.kinds.virtualmachine;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig.CloudInit;
import ai.thinkheads.phoenix.hosts.port.VmConfig.Disk;
import ai.thinkheads.phoenix.kinds.guest.Attached;
import ai.thinkheads.phoenix.kinds.guest.Attachment;
import ai.thinkheads.phoenix.kinds.guest.GuestFields;
import ai.thinkheads.phoenix.kinds.guest.GuestShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the configurations of virtual machines compare. */
final class VmShape implements GuestShape<VmConfig, Disk> {

    private static final List<GuestField> FIELDS = List.of(
            GuestField.HOSTNAME,
            GuestField.CORES,
            GuestField.CPU_TYPE,
            GuestField.MEMORY,
            GuestField.NICS,
            GuestField.DNS,
            GuestField.CLOUD_INIT,
            GuestField.AGENT,
            GuestField.PCI,
            GuestField.ON_BOOT,
            GuestField.STARTUP,
            GuestField.TAGS,
            GuestField.DESCRIPTION);

    @Override
    public String word() {
        return "machine";
    }

    @Override
    public GuestKind kind() {
        return GuestKind.VIRTUAL_MACHINE;
    }

    @Override
    public List<GuestField> fields() {
        return FIELDS;
    }

    @Override
    public boolean same(GuestField field, VmConfig wish, VmConfig seen) {
        return switch (field) {
            case CPU_TYPE -> wish.cpuType().equals(seen.cpuType());
            case CLOUD_INIT -> sameCloudInit(wish.cloudInit(), seen.cloudInit());
            case AGENT -> wish.agent() == seen.agent();
            case PCI -> new HashSet<>(wish.pciDevices()).equals(new HashSet<>(seen.pciDevices()));
            default -> GuestFields.same(field, wish, seen);
        };
    }

    /** A host that hides password hashes shows none; then only the rest can be compared. */
    private static boolean sameCloudInit(@Nullable CloudInit wish, @Nullable CloudInit seen) {
        if (wish == null || seen == null) {
            return wish == seen;
        }
        String hash = seen.passwordHash();
        boolean hidden = hash != null && !hash.startsWith("$");
        return Objects.equals(wish.user(), seen.user())
                && wish.sshKeys().equals(seen.sshKeys())
                && Objects.equals(strip(wish.userData()), strip(seen.userData()))
                && (hidden ? wish.passwordHash() != null : Objects.equals(wish.passwordHash(), hash));
    }

    private static @Nullable String strip(@Nullable String text) {
        return text == null ? null : text.strip();
    }

    @Override
    public String describe(GuestField field, VmConfig wish, VmConfig seen) {
        return switch (field) {
            case CPU_TYPE -> GuestFields.change("CPU model", seen.cpuType(), wish.cpuType());
            case CLOUD_INIT -> "change what cloud-init sets up";
            case AGENT -> wish.agent() ? "use the guest agent" : "use the guest agent no more";
            case PCI ->
                GuestFields.change(
                        "passed-through devices",
                        GuestFields.list(seen.pciDevices()),
                        GuestFields.list(wish.pciDevices()));
            default -> GuestFields.describe(field, wish, seen);
        };
    }

    @Override
    public VmConfig copy(VmConfig onto, VmConfig wish, Set<GuestField> fields) {
        return new VmConfig(
                from(fields, GuestField.HOSTNAME, onto, wish).hostname(),
                from(fields, GuestField.CORES, onto, wish).cores(),
                from(fields, GuestField.CPU_TYPE, onto, wish).cpuType(),
                from(fields, GuestField.MEMORY, onto, wish).memory(),
                onto.disks(),
                fields.contains(GuestField.NICS) ? GuestFields.merge(wish.nics(), onto.nics()) : onto.nics(),
                from(fields, GuestField.DNS, onto, wish).nameservers(),
                from(fields, GuestField.DNS, onto, wish).searchDomain(),
                from(fields, GuestField.CLOUD_INIT, onto, wish).cloudInit(),
                from(fields, GuestField.AGENT, onto, wish).agent(),
                from(fields, GuestField.PCI, onto, wish).pciDevices(),
                from(fields, GuestField.ON_BOOT, onto, wish).onBoot(),
                from(fields, GuestField.STARTUP, onto, wish).startup(),
                from(fields, GuestField.TAGS, onto, wish).tags(),
                from(fields, GuestField.DESCRIPTION, onto, wish).description(),
                from(fields, GuestField.MARK, onto, wish).mark());
    }

    @Override
    public VmConfig marked(VmConfig c, @Nullable Mark mark) {
        return with(c, c.disks(), mark);
    }

    @Override
    public List<Attached<Disk>> attached(VmConfig config) {
        List<Attached<Disk>> attached = new ArrayList<>();
        for (Disk each : config.disks()) {
            attached.add(new Attached<>(
                    Objects.requireNonNullElse(each.slot(), ""),
                    Objects.requireNonNullElse(each.volume(), ""),
                    each,
                    each.storage(),
                    each.size()));
        }
        return attached;
    }

    /** The first disk is there from the creation on, since it holds the image. */
    @Override
    public VmConfig bare(VmConfig config, List<Attachment<Disk>> wishes) {
        return with(
                config, wishes.isEmpty() ? List.of() : List.of(wishes.getFirst().element()), config.mark());
    }

    @Override
    public VmConfig attach(VmConfig config, Attachment<Disk> wish) {
        List<Disk> disks = new ArrayList<>(config.disks());
        disks.add(wish.element());
        return with(config, disks, config.mark());
    }

    @Override
    public boolean fits(Attachment<Disk> wish, Attached<Disk> seen) {
        return wish.element().storage().equals(seen.storage());
    }

    @Override
    public boolean sameOptions(Attachment<Disk> wish, Attached<Disk> seen) {
        return wish.element().discard() == seen.element().discard()
                && wish.element().backup() == seen.element().backup();
    }

    @Override
    public Disk reattached(Attachment<Disk> wish, Attached<Disk> seen) {
        Disk has = seen.element();
        return new Disk(
                has.slot(),
                has.storage(),
                has.size(),
                has.volume(),
                wish.element().discard(),
                wish.element().backup());
    }

    @Override
    public Disk onVolume(Attachment<Disk> wish, String volume) {
        Disk wanted = wish.element();
        return new Disk(null, wanted.storage(), wanted.size(), volume, wanted.discard(), wanted.backup());
    }

    @Override
    public String describe(Attachment<Disk> wish) {
        return "disk " + wish.name() + " (" + (wish.size() == null ? "" : wish.size() + " ") + "on " + wish.storage()
                + ")";
    }

    @Override
    public @Nullable String mountedAt(Attachment<Disk> wish) {
        return null;
    }

    @Override
    public @Nullable String rootStorage(VmConfig config) {
        return null;
    }

    @Override
    public @Nullable ByteSize rootSize(VmConfig config) {
        return null;
    }

    @Override
    public @Nullable Boolean unprivileged(VmConfig config) {
        return null;
    }

    @Override
    public Effect attachEffect() {
        return Effect.ONLINE;
    }

    @Override
    public Effect detachEffect() {
        return Effect.ONLINE;
    }

    private static VmConfig from(Set<GuestField> fields, GuestField field, VmConfig onto, VmConfig wish) {
        return fields.contains(field) ? wish : onto;
    }

    private static VmConfig with(VmConfig c, List<Disk> disks, @Nullable Mark mark) {
        return new VmConfig(
                c.hostname(),
                c.cores(),
                c.cpuType(),
                c.memory(),
                disks,
                c.nics(),
                c.nameservers(),
                c.searchDomain(),
                c.cloudInit(),
                c.agent(),
                c.pciDevices(),
                c.onBoot(),
                c.startup(),
                c.tags(),
                c.description(),
                mark);
    }
}
