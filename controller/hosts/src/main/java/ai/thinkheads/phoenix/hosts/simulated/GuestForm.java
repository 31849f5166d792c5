package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is different between containers and virtual machines; {@code C} is the configuration and {@code D} what is attached.
 */
interface GuestForm<C extends GuestConfig, D> {

    GuestKind kind();

    Class<C> type();

    /** The word in Proxmox's messages, {@code CT} or {@code VM}. */
    String word();

    /** The prefix of its tasks' types, {@code vz} or {@code qm}. */
    String task();

    /** The end of its operations' names, {@code container} or {@code virtual-machine}. */
    String noun();

    /** What can be changed while the guest runs. */
    Set<GuestField> online();

    /** All fields that a guest of this kind has. */
    Set<GuestField> fields();

    /** The field's value in that configuration, to compare. */
    Object value(C config, GuestField field);

    /** The same configuration with those fields as in another. */
    C merge(C onto, C from, Set<GuestField> fields);

    /** The configuration as the host writes it. */
    C normal(C config, List<Nic> nics);

    /** Refuses what the host would not write. */
    void check(Transaction transaction, int vmid, C config);

    /** Fails with what keeps the guest from starting. */
    void checkStart(Transaction transaction, int vmid, C config);

    /** What has a volume or a directory: root disk, mount points, disks. */
    List<Slot> slots(C config);

    /** Another volume, or another size, in a slot. */
    C withSlot(C config, String slot, String volume, ByteSize size);

    /** The configuration with one more attached. */
    C attach(C config, D disk, String slot, @Nullable String volume, @Nullable ByteSize size);

    /** The configuration with other options on what is in that slot; null when nothing is. */
    @Nullable
    C reattach(C config, D disk);

    C detach(C config, String slot);

    /** The slot that comes next; one whose removal waits for a restart is taken until then. */
    String freeSlot(C config, C effective);

    /** Whether something else is where that one has to be seen in the guest. */
    boolean isTaken(C config, D disk);

    Attachment attachment(D disk);

    /** Whether what is taken out of a running guest is gone at once. */
    boolean detachesOnline();

    /** Replaces host name, mark and cards for a clone. */
    C clone(C config, String hostname, Mark mark, Function<Nic, Nic> card);

    C withMark(C config, @Nullable Mark mark);

    /** The storages that a new guest's volumes are allocated in. */
    Set<String> storages(C config);

    /** What the host warns of when such a guest is made. */
    Optional<String> warning(C config);

    /** The configuration with volumes made for all its slots. */
    C created(
            Transaction transaction,
            int vmid,
            C config,
            String from,
            Supplier<ai.thinkheads.phoenix.hosts.simulated.guest.Inside> system);

    /**
     * Something in a slot.
     *
     * @param volume null for a directory of the host
     */
    record Slot(
            String name, @Nullable String volume, @Nullable String directory) {}

    /**
     * What is to be attached.
     *
     * @param storage null for a directory
     * @param volume one that is there already
     */
    record Attachment(
            @Nullable String slot,
            @Nullable String storage,
            @Nullable ByteSize size,
            @Nullable String volume,
            @Nullable String directory) {}
}
