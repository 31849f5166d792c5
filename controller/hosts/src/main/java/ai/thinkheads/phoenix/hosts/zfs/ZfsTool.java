package ai.thinkheads.phoenix.hosts.zfs;

/**
 * What the ZFS tool of a host is and can do.
 *
 * @param version as it tells it, for example {@code zfs-2.1.11-1}; {@code zfs-fuse} for the one that tells none
 * @param exact whether pools tell their sizes in bytes and without a table's padding ({@code zpool get -Hp})
 * @param fullPaths whether {@code zpool status -P} is needed and possible; zfs-fuse shows full paths by itself
 * @param typed whether {@code zfs get -t} can leave snapshots out
 * @param autotrim whether pools know {@code autotrim}
 */
public record ZfsTool(String version, boolean exact, boolean fullPaths, boolean typed, boolean autotrim) {

    /** OpenZFS 2.x, in the kernel. */
    static ZfsTool openZfs(String version) {
        return new ZfsTool(version, true, true, true, true);
    }

    /** zfs-fuse 0.7, pool version 23, in user space. */
    static final ZfsTool FUSE = new ZfsTool("zfs-fuse", false, false, false, false);
}
