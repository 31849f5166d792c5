package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One immutable piece of the machine's state: what the journal holds and what a transaction replaces as a whole. */
sealed interface Row
        permits Row.Node,
                Row.Disk,
                Row.Pool,
                Row.Dataset,
                Row.Storage,
                Row.Bridge,
                Row.Staged,
                Row.Reload,
                Row.Gpu,
                Row.File,
                Row.Volume,
                Row.Guest,
                Row.Contents,
                Row.Remaining,
                Row.Extra {

    /**
     * The machine itself.
     *
     * @param nics names of its network ports
     * @param inside number of the {@link Contents} of its root file system
     */
    record Node(
            String version,
            String kernel,
            String hostname,
            String timezone,
            List<String> dns,
            @Nullable String searchDomain,
            int cpus,
            ByteSize memory,
            ByteSize arcMax,
            List<String> nics,
            String bootId,
            long boots,
            @Nullable Mark mark,
            long inside)
            implements Row {}

    /**
     * @param present whether it is in the machine now
     * @param mountedAt where the installed system mounts it; null for the others
     */
    record Disk(
            ByteSize size,
            boolean present,
            @Nullable String signature,
            @Nullable String mountedAt) implements Row {}

    /**
     * @param imported false for a pool that was exported, or whose disks came from elsewhere
     * @param failed devices that a person has broken, with their health
     */
    record Pool(
            List<ZfsPools.Vdev> vdevs,
            int ashift,
            Map<String, String> properties,
            boolean imported,
            Map<String, String> failed,
            String scan)
            implements Row {

        Pool with(List<ZfsPools.Vdev> changed) {
            return new Pool(changed, ashift, properties, imported, failed, scan);
        }
    }

    /**
     * A file system or volume of ZFS.
     *
     * @param own bytes that it takes itself, without what is below it
     * @param volsize size of a zvol; null for a file system
     * @param origin the snapshot that it is a clone of, as {@code tank/a@b}
     */
    record Dataset(
            long own,
            @Nullable Long volsize,
            Map<String, String> local,
            @Nullable Long uid,
            @Nullable Long gid,
            @Nullable String mode,
            List<String> snapshots,
            @Nullable String origin,
            @Nullable Mark mark)
            implements Row {

        static Dataset fileSystem(Map<String, String> local, @Nullable Mark mark) {
            return new Dataset(98304, null, local, null, null, null, List.of(), null, mark);
        }

        Dataset withOwn(long bytes) {
            return new Dataset(bytes, volsize, local, uid, gid, mode, snapshots, origin, mark);
        }

        Dataset withVolsize(long bytes) {
            return new Dataset(own, bytes, local, uid, gid, mode, snapshots, origin, mark);
        }

        Dataset withLocal(Map<String, String> properties) {
            return new Dataset(own, volsize, Map.copyOf(properties), uid, gid, mode, snapshots, origin, mark);
        }

        Dataset withSnapshots(List<String> names) {
            return new Dataset(own, volsize, local, uid, gid, mode, List.copyOf(names), origin, mark);
        }

        Dataset withMark(@Nullable Mark other) {
            return new Dataset(own, volsize, local, uid, gid, mode, snapshots, origin, other);
        }

        Dataset withOrigin(@Nullable String other) {
            return new Dataset(own, volsize, local, uid, gid, mode, snapshots, other, mark);
        }

        Dataset withOwner(@Nullable Long newUid, @Nullable Long newGid, @Nullable String newMode) {
            return new Dataset(
                    own,
                    volsize,
                    local,
                    newUid == null ? uid : newUid,
                    newGid == null ? gid : newGid,
                    newMode == null ? mode : newMode,
                    snapshots,
                    origin,
                    mark);
        }
    }

    record Storage(String type, Set<String> content, Map<String, String> options) implements Row {}

    record Bridge(Networks.BridgeConfig config) implements Row {}

    /**
     * A change of the network that waits for a reload.
     *
     * @param config null for a removal
     * @param by who staged it: {@code phoenix} or a person's name
     */
    record Staged(Networks.@Nullable BridgeConfig config, String by) implements Row {}

    /** A reload that is taken back at the deadline unless it is confirmed. */
    record Reload(Instant deadline, List<Networks.BridgeConfig> before) implements Row {}

    /**
     * The graphics cards and their driver.
     *
     * @param loaded version of the kernel module in use; null when none is loaded
     * @param vfio whether the cards are bound to vfio-pci now
     * @param vfioWanted whether they will be after the next boot
     */
    record Gpu(
            @Nullable String installed,
            @Nullable String loaded,
            boolean open,
            boolean vfio,
            boolean vfioWanted,
            boolean persistence,
            List<Card> cards)
            implements Row {

        record Card(String model, ByteSize memory, String pci, String uuid) {}

        Gpu withCards(List<Card> others) {
            return new Gpu(installed, loaded, open, vfio, vfioWanted, persistence, others);
        }
    }

    /** A template archive or disk image in a storage; {@code distribution} such as {@code debian/trixie}. */
    record File(
            String storage,
            Templates.Type type,
            String fileName,
            ByteSize size,
            @Nullable String sha256,
            String path,
            String distribution)
            implements Row {}

    /**
     * A guest's volume.
     *
     * @param dataset full name of the dataset that it is; null on storages that are not ZFS
     * @param origin id of the base volume that it shares blocks with
     * @param base whether it is a template's, read-only
     * @param contents number of the {@link Contents} on it
     */
    record Volume(
            String storage,
            int owner,
            ByteSize size,
            long bytes,
            @Nullable String dataset,
            @Nullable String origin,
            boolean base,
            List<String> snapshots,
            long contents)
            implements Row {

        Volume withContents(long number) {
            return new Volume(storage, owner, size, bytes, dataset, origin, base, snapshots, number);
        }

        Volume withSize(ByteSize bigger) {
            return new Volume(storage, owner, bigger, bytes, dataset, origin, base, snapshots, contents);
        }

        Volume withSnapshots(List<String> names) {
            return new Volume(storage, owner, size, bytes, dataset, origin, base, List.copyOf(names), contents);
        }
    }

    /**
     * A container or virtual machine.
     *
     * @param config as it will be after the next start
     * @param effective as it is in force; kept only where it is another one, which is seldom and the largest part of a row
     * @param frozen whether it runs and is held
     * @param lock set by a person, or by a worker that died
     * @param detached volumes of mount points that were taken out of a running container and go to {@code unused} when it stops
     */
    record Guest(
            GuestKind kind,
            GuestConfig config,
            @Nullable GuestConfig effective,
            boolean running,
            boolean frozen,
            boolean template,
            @Nullable String lock,
            boolean protection,
            List<Snapshot> snapshots,
            List<String> unused,
            List<String> detached,
            @Nullable Integer clonedFrom,
            @Nullable Instant startedAt)
            implements Row {

        public Guest {
            effective = config.equals(effective) ? null : effective;
        }

        @Override
        public GuestConfig effective() {
            return effective == null ? config : effective;
        }

        record Snapshot(
                String name, String description, Instant takenAt, GuestConfig config, Map<String, Long> contents) {}

        Guest withConfigs(GuestConfig next, GuestConfig inForce) {
            return new Guest(
                    kind,
                    next,
                    inForce,
                    running,
                    frozen,
                    template,
                    lock,
                    protection,
                    snapshots,
                    unused,
                    detached,
                    clonedFrom,
                    startedAt);
        }

        Guest started(Instant at) {
            return new Guest(
                    kind,
                    config,
                    config,
                    true,
                    false,
                    template,
                    lock,
                    protection,
                    snapshots,
                    free(),
                    List.of(),
                    clonedFrom,
                    at);
        }

        Guest stopped() {
            return new Guest(
                    kind,
                    config,
                    config,
                    false,
                    false,
                    template,
                    lock,
                    protection,
                    snapshots,
                    free(),
                    List.of(),
                    clonedFrom,
                    null);
        }

        /** The same guest, held or going on. */
        Guest withFrozen(boolean held) {
            return new Guest(
                    kind,
                    config,
                    effective,
                    running,
                    held,
                    template,
                    lock,
                    protection,
                    snapshots,
                    unused,
                    detached,
                    clonedFrom,
                    startedAt);
        }

        Guest withUnused(List<String> volumes) {
            return new Guest(
                    kind,
                    config,
                    effective,
                    running,
                    frozen,
                    template,
                    lock,
                    protection,
                    snapshots,
                    List.copyOf(volumes),
                    detached,
                    clonedFrom,
                    startedAt);
        }

        Guest withDetached(List<String> volumes) {
            return new Guest(
                    kind,
                    config,
                    effective,
                    running,
                    frozen,
                    template,
                    lock,
                    protection,
                    snapshots,
                    unused,
                    List.copyOf(volumes),
                    clonedFrom,
                    startedAt);
        }

        Guest withSnapshots(List<Snapshot> others) {
            return new Guest(
                    kind,
                    config,
                    effective,
                    running,
                    frozen,
                    template,
                    lock,
                    protection,
                    List.copyOf(others),
                    unused,
                    detached,
                    clonedFrom,
                    startedAt);
        }

        Guest withLock(@Nullable String other) {
            return new Guest(
                    kind,
                    config,
                    effective,
                    running,
                    frozen,
                    template,
                    other,
                    protection,
                    snapshots,
                    unused,
                    detached,
                    clonedFrom,
                    startedAt);
        }

        Guest withProtection(boolean on) {
            return new Guest(
                    kind,
                    config,
                    effective,
                    running,
                    frozen,
                    template,
                    lock,
                    on,
                    snapshots,
                    unused,
                    detached,
                    clonedFrom,
                    startedAt);
        }

        Guest asTemplate(GuestConfig renamed) {
            return new Guest(
                    kind,
                    renamed,
                    renamed,
                    false,
                    false,
                    true,
                    lock,
                    protection,
                    snapshots,
                    unused,
                    detached,
                    clonedFrom,
                    null);
        }

        private List<String> free() {
            if (detached.isEmpty()) {
                return unused;
            }
            java.util.ArrayList<String> all = new java.util.ArrayList<>(unused);
            all.addAll(detached);
            return List.copyOf(all);
        }
    }

    /** The files and the software of a volume or of the host; numbered, never changed, shared by clones. */
    record Contents(ai.thinkheads.phoenix.hosts.simulated.guest.Inside inside) implements Row {}

    /** What is left of the faults that a manifest asked for; {@code of} is the manifest's list. */
    record Remaining(String of, List<Integer> times) implements Row {}

    /**
     * What is kept on the machine beside the model.
     *
     * @param contents number of the {@link Contents} that go with it; 0 for none
     */
    record Extra(String text, long contents) implements Row {}
}
