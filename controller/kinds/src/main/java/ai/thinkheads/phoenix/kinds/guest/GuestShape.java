package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the configurations of one kind of guest compare. Pure functions, without a host.
 *
 * @param <C> the configuration
 * @param <D> a mount point or a disk
 */
public interface GuestShape<C extends GuestConfig, D> {

    /** The word with which consents for this kind begin after the verb: {@code container} or {@code machine}. */
    String word();

    GuestKind kind();

    /** The fields that can be compared, in the order in which they are changed. */
    List<GuestField> fields();

    /** Whether a guest that looks like {@code seen} has that field as {@code wish} wants it. */
    boolean same(GuestField field, C wish, C seen);

    /** {@code onto} with those fields of {@code wish}; cards that stay keep their hardware addresses and their places. */
    C copy(C onto, C wish, Set<GuestField> fields);

    /** The configuration with that mark. */
    C marked(C config, @Nullable Mark mark);

    /** What changing that field does, in a person's words. */
    String describe(GuestField field, C wish, C seen);

    /** What is attached, without a container's root file system. */
    List<Attached<D>> attached(C config);

    /** The configuration with nothing attached that was attached after creation. */
    C bare(C config, List<Attachment<D>> wishes);

    /** The configuration with that attached as well, to foresee what a guest will look like. */
    C attach(C config, Attachment<D> wish);

    /** Whether something attached that no mark names is what was wished for. */
    boolean fits(Attachment<D> wish, Attached<D> seen);

    /** Whether the options of what is attached are as wished. */
    boolean sameOptions(Attachment<D> wish, Attached<D> seen);

    /** What is attached, with the options that are wished. */
    D reattached(Attachment<D> wish, Attached<D> seen);

    /** What is asked for, on a volume that exists already. */
    D onVolume(Attachment<D> wish, String volume);

    /** In words, such as {@code volume data (8Gi on tank)}. */
    String describe(Attachment<D> wish);

    /** Where it is mounted in the guest; null for a disk. */
    @Nullable
    String mountedAt(Attachment<D> wish);

    /** A container's root file system: its storage; null where the root is one of the disks. */
    @Nullable
    String rootStorage(C config);

    /** A container's root file system: its size. */
    @Nullable
    ByteSize rootSize(C config);

    /** Whether it is unprivileged; null where that means nothing. */
    @Nullable
    Boolean unprivileged(C config);

    /** How attaching disturbs a running guest. */
    Effect attachEffect();

    /** How changing or taking out what is attached disturbs a running guest. */
    Effect detachEffect();
}
