package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a container, without the habits of one driver.
 *
 * @param cpuLimit share of CPU time in cores; null for no limit
 * @param idMaps own mapping of numbers; empty for the host's default
 * @param features in Proxmox's words, sorted: {@code nesting}, {@code keyctl}, {@code fuse}, {@code mknod}, {@code mount=nfs}
 * @param apparmor {@code unconfined} or a profile; null for the one that the host generates
 * @param raw further lines as {@code key: value}
 */
public record ContainerConfig(
        String hostname,
        int cores,
        @Nullable Double cpuLimit,
        ByteSize memory,
        ByteSize swap,
        RootDisk rootDisk,
        List<Nic> nics,
        List<String> nameservers,
        @Nullable String searchDomain,
        boolean unprivileged,
        List<IdMap> idMaps,
        Set<String> features,
        @Nullable String apparmor,
        List<MountPoint> mounts,
        List<DeviceNode> devices,
        List<String> raw,
        boolean onBoot,
        StartupConfig startup,
        Set<String> tags,
        String description,
        @Nullable Mark mark)
        implements GuestConfig {

    public ContainerConfig {
        nics = List.copyOf(nics);
        nameservers = List.copyOf(nameservers);
        idMaps = List.copyOf(idMaps);
        features = Set.copyOf(features);
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
        raw = List.copyOf(raw);
        tags = Set.copyOf(tags);
    }

    /**
     * @param volume the volume's id; null before it exists
     */
    public record RootDisk(
            String storage, ByteSize size, @Nullable String volume) {}

    /** One range; {@code type} is {@code u} or {@code g} as LXC writes it. */
    public record IdMap(String type, long containerId, long hostId, long size) {}

    /**
     * Something mounted in the container: a directory of the host, or a volume of its own.
     *
     * @param slot the host's name of it, such as {@code mp0}; null before it exists
     * @param path where it is mounted
     * @param source the directory of the host; null for a volume
     * @param storage the storage of the volume; null for a directory
     * @param volume the volume's id; null before it exists, and for a directory
     */
    public record MountPoint(
            @Nullable String slot,
            String path,
            @Nullable String source,
            @Nullable String storage,
            @Nullable ByteSize size,
            @Nullable String volume,
            boolean readOnly,
            boolean backup) {}

    /** A device of the host; owner and mode within the container. */
    public record DeviceNode(
            String path,
            @Nullable String mode,
            @Nullable Long uid,
            @Nullable Long gid) {}
}
