package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Archives that containers and images that virtual machines are created from, kept in storages. */
public interface Templates {

    Optional<Observed> read(String volumeId);

    /** The volume id that a file of that name has in that storage. */
    String volumeId(String storage, Type type, String fileName);

    /** Downloads a file; it appears under its name only when it is complete and its checksum is right. */
    void download(String storage, Type type, String fileName, String url, String sha256);

    /** Copies a file that is on the host. */
    void copyFile(String storage, Type type, String fileName, String path);

    /** Builds a root file system of a distribution and archives it. */
    void bootstrap(String storage, String fileName, String distribution, @Nullable String suite);

    void delete(String volumeId);

    /** What a file is for. */
    enum Type {
        /** An archive of a container's root file system. */
        ROOTFS,
        /** A disk image. */
        DISK_IMAGE
    }

    /**
     * @param sha256 the checksum of the file where the host knows it
     */
    record Observed(
            String volumeId,
            String storage,
            Type type,
            ByteSize size,
            @Nullable String sha256,
            String path) {}
}
