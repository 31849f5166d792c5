package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ZFS file systems and volumes of a host, by full name. */
public interface ZfsDatasets {

    Optional<Observed> read(String name);

    /** Creates a file system, and those above it that are missing. {@code quota}, {@code reservation} and {@code mountpoint} are properties. */
    void create(String name, Map<String, String> properties, Mark mark);

    void setProperties(String name, Map<String, String> properties);

    /** Lets properties be inherited again. */
    void inherit(String name, Set<String> properties);

    /** Mounts a file system at its mountpoint; one that is mounted is left alone. */
    void mount(String name);

    /** Sets owner and mode of the mounted directory. */
    void setOwner(String name, @Nullable Long uid, @Nullable Long gid, @Nullable String mode);

    void setMark(String name, @Nullable Mark mark);

    void snapshot(String name, String snapshot);

    void destroySnapshot(String name, String snapshot);

    /** Destroys a dataset with its snapshots, not with datasets below it. */
    void destroy(String name);

    /**
     * @param local properties that were set on this dataset itself
     * @param effective every property's value as it is in force, sizes in plain bytes
     * @param volume whether it is a zvol
     * @param children how many datasets lie below it
     */
    record Observed(
            String name,
            boolean volume,
            ByteSize used,
            ByteSize available,
            @Nullable String mountpoint,
            Map<String, String> local,
            Map<String, String> effective,
            @Nullable Long uid,
            @Nullable Long gid,
            @Nullable String mode,
            List<String> snapshots,
            int children,
            @Nullable Mark mark) {

        public Observed {
            local = Map.copyOf(local);
            effective = Map.copyOf(effective);
            snapshots = List.copyOf(snapshots);
        }

        /**
         * Whether it has a directory to be mounted at and is not there, although nothing keeps it from being mounted: no canmount
         * that says otherwise, no key that is not loaded.
         */
        public boolean isUnmounted() {
            return !volume
                    && mountpoint == null
                    && "no".equals(effective.get("mounted"))
                    && effective.getOrDefault("mountpoint", "none").startsWith("/")
                    && effective.getOrDefault("canmount", "on").equals("on")
                    && !effective.getOrDefault("keystatus", "-").equals("unavailable");
        }
    }
}
