/** Tests of ZFS by its command line. */
@NullMarked
package ai.thinkheads.phoenix.hosts.zfs;

import org.jspecify.annotations.NullMarked;
