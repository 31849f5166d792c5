package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ZFS pools of a host. */
public interface ZfsPools {

    Optional<Observed> read(String name);

    /**
     * Creates a pool.
     *
     * @param properties of the pool, such as {@code autotrim}
     * @param datasetProperties of its root dataset
     * @param force whether signatures on the disks may be overwritten; disks in use never are
     */
    void create(
            String name,
            List<Vdev> vdevs,
            int ashift,
            Map<String, String> properties,
            Map<String, String> datasetProperties,
            Mark mark,
            boolean force);

    void importPool(String name);

    void addVdev(String name, Vdev vdev, boolean force);

    void setProperty(String name, String property, String value);

    /** Replaces a device by another and starts to resilver. */
    void replaceDevice(String name, String old, String replacement);

    /**
     * Makes a disk mirror another, and starts to resilver: a single disk becomes a mirror, a mirror gets one disk more.
     *
     * @param beside a disk of the group
     * @param force whether signatures on the disk may be overwritten; a disk in use never is
     */
    void attachDevice(String name, String beside, String device, boolean force);

    /** Takes a spare, log or cache device out of the pool. */
    void removeDevice(String name, String device);

    /** Sets or takes away the mark on the pool's root dataset. */
    void setMark(String name, @Nullable Mark mark);

    /** Destroys the pool and all data in it. */
    void destroy(String name);

    /**
     * A group of devices.
     *
     * @param type in the words of {@code zpool create}; {@code stripe} for none
     */
    record Vdev(String type, List<String> devices) {
        public Vdev {
            devices = List.copyOf(devices);
        }
    }

    /**
     * @param scan what the last scrub or resilver did
     * @param errors the line of {@code zpool status} on data errors
     * @param deviceHealth {@code ONLINE}, {@code DEGRADED}, … of each device
     */
    record Observed(
            String name,
            List<Vdev> vdevs,
            String health,
            ByteSize size,
            ByteSize allocated,
            int ashift,
            Map<String, String> properties,
            Map<String, String> deviceHealth,
            String scan,
            String errors,
            @Nullable Mark mark) {

        public Observed {
            vdevs = List.copyOf(vdevs);
            properties = Map.copyOf(properties);
            deviceHealth = Map.copyOf(deviceHealth);
        }
    }
}
