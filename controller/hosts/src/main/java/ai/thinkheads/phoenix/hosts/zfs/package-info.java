/**
 * ZFS by its command line, {@code zpool} and {@code zfs}, on any host that {@link ai.thinkheads.phoenix.hosts.command.Commands}
 * reach. What the tool can do is probed: OpenZFS 2.x, and zfs-fuse 0.7 with the words of 2011. One listing of pools and one of
 * datasets serve the whole host. What a driver does with datasets beyond that is the driver's.
 */
@NullMarked
package ai.thinkheads.phoenix.hosts.zfs;

import org.jspecify.annotations.NullMarked;
