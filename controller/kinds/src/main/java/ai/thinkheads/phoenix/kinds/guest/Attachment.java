package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.type.ByteSize;
import org.jspecify.annotations.Nullable;

/**
 * A mount point or a disk that a manifest asks for.
 *
 * @param name the name that stays with the volume
 * @param field the path of its entry in the manifest
 * @param element what the host is asked for, without a slot and a volume
 * @param directory the directory of the host that is mounted; null for a volume, and while a dataset is not mounted
 * @param storage the host's id of the volume's storage; null for a directory
 * @param size of the volume; null for a directory, and for the size of what it is made from
 * @param owner who the directory belongs to, in the host's numbers, or the volume, in the guest's own; null to leave it
 */
public record Attachment<D>(
        String name,
        String field,
        D element,
        @Nullable String directory,
        @Nullable String storage,
        @Nullable ByteSize size,
        @Nullable Owner owner) {

    /** Whether it holds data of its own. */
    public boolean isVolume() {
        return storage != null;
    }

    /** User and group by number. */
    public record Owner(long uid, long gid) {
        @Override
        public String toString() {
            return uid + ":" + gid;
        }
    }
}
