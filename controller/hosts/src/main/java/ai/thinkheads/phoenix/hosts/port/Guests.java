package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The containers, or the virtual machines, of a host; {@code D} is what is attached to one, a mount point or a disk. Every change takes the digest that the configuration was read with, where
 * the method has one, and is refused with {@link HostException.Cause#CONFLICT} when somebody has changed it since.
 */
public interface Guests<C extends GuestConfig, D> {

    GuestKind kind();

    Optional<Observed<C>> read(int vmid);

    /**
     * Creates a guest, stopped, with its mark on it from the first moment.
     *
     * @param from volume id of a template or an image
     */
    void create(int vmid, C config, String from);

    /**
     * Makes a clone, stopped, with host name and mark of its own; everything else is as in the source, the cards with new
     * hardware addresses.
     *
     * @param full whether blocks are copied instead of shared
     * @param storage where the copies go; null for where the source's are, and for a linked clone
     * @param snapshot of the source; null for its present state
     */
    void clone(
            int source,
            int vmid,
            String hostname,
            Mark mark,
            boolean full,
            @Nullable String storage,
            @Nullable String snapshot);

    /** Changes those fields to what they are in {@code config}, all or none. What the guest cannot take while it runs waits for a restart. */
    void update(int vmid, C config, Set<GuestField> fields, @Nullable String digest);

    /** Attaches a mount point or a disk; a volume that does not exist yet is allocated. The element comes without a slot. */
    void attach(int vmid, D disk, @Nullable String digest);

    /** Changes the options of the mount point or disk in that slot, such as read-only; its volume stays. */
    void reattach(int vmid, D disk, @Nullable String digest);

    /** Takes a mount point or disk out; a volume stays on the host and is listed as unused. */
    void detach(int vmid, String slot, @Nullable String digest);

    /** Destroys a volume that is listed as unused, with its data. */
    void destroyUnused(int vmid, String volume);

    /** Grows the volume in that slot; {@code rootfs} is a container's first. */
    void grow(int vmid, String slot, ByteSize size);

    /**
     * Copies the volume in that slot to another storage, with its size, and lets the guest use the copy from then on; the volume
     * that it used before stays and is listed as unused. A container has to be stopped, a machine goes on running. A slot whose
     * volume lies there already is left alone. Where {@link Capabilities#movesVolumes} says no, it is refused.
     */
    void move(int vmid, String slot, String storage);

    /** Starts; a guest that runs already is left alone. Pending values come into force. */
    void start(int vmid);

    /** Asks the guest to shut down, and stops it when it has not done so in time; a stopped one is left alone. */
    void shutdown(int vmid, Duration timeout);

    /**
     * Holds a running guest: its processes keep their memory and get no processor time until it is thawed, started again or shut
     * down. One that is frozen is left alone.
     */
    void freeze(int vmid);

    /** Lets a frozen guest go on; one that runs is left alone. */
    void thaw(int vmid);

    /** Makes a stopped guest a template. There is no way back. */
    void makeTemplate(int vmid);

    void snapshot(int vmid, String name, String description);

    void deleteSnapshot(int vmid, String name);

    void rollback(int vmid, String name);

    /** What a configuration asks for and the host does not enforce, each as a sentence with the field; empty when it enforces all. */
    default List<String> unenforced(C config) {
        return List.of();
    }

    /** What the host warned of while it worked on that guest since this was asked last, the oldest first. */
    default List<String> warnings(int vmid) {
        return List.of();
    }

    /** Takes Phoenix's mark off and leaves the guest as it is. */
    void release(int vmid);

    /** Destroys a stopped guest with all its volumes. */
    void destroy(int vmid);

    /**
     * A guest.
     *
     * @param config as it will be after the next start
     * @param effective as it is in force now; equal to config in a stopped guest
     * @param pending the fields in which the two differ
     * @param running whether it has been started, frozen ones included
     * @param frozen whether it runs and is held, with no processor time
     * @param lock what the host holds it for, for example {@code create} or {@code backup}; null when it is free
     * @param digest of the configuration
     * @param unused volumes that belong to the guest and are not attached
     * @param clonedFrom the number of the guest whose blocks it shares; null when it shares none
     * @param agent whether the guest agent answers; null for containers
     * @param obstacle why Phoenix cannot take it over, where it is somebody else's; null when it can
     */
    record Observed<C extends GuestConfig>(
            int vmid,
            C config,
            C effective,
            Set<GuestField> pending,
            boolean running,
            boolean frozen,
            boolean template,
            @Nullable String lock,
            Digest digest,
            List<Snapshot> snapshots,
            List<String> unused,
            @Nullable Integer clonedFrom,
            List<String> addresses,
            @Nullable Instant startedAt,
            @Nullable Boolean agent,
            @Nullable String obstacle) {

        public Observed {
            pending = Set.copyOf(pending);
            snapshots = List.copyOf(snapshots);
            unused = List.copyOf(unused);
            addresses = List.copyOf(addresses);
        }
    }

    /** A snapshot, the oldest first in lists. */
    record Snapshot(
            String name, String description, @Nullable Instant takenAt) {}
}
