package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.type.ByteSize;
import org.jspecify.annotations.Nullable;

/**
 * A mount point or a disk that a guest has.
 *
 * @param slot the host's name of it
 * @param content the volume's id or the directory: what it is known by
 * @param storage null for a directory
 */
public record Attached<D>(
        String slot,
        String content,
        D element,
        @Nullable String storage,
        @Nullable ByteSize size) {

    /** How the mark knows it. */
    public String reference() {
        return slot + "|" + content;
    }
}
