/**
 * The driver for plain Linux hosts: pools and datasets by ZFS, bridges by iproute2, storages as folders and datasets with a
 * purpose, everything by programs that Debian has, on this machine or over ssh. Containers are in {@code lxc}. What Phoenix has to
 * remember about such a host lies on the host itself, in the folders that {@link ai.thinkheads.phoenix.hosts.linux.LinuxRoots}
 * names.
 */
@NullMarked
package ai.thinkheads.phoenix.hosts.linux;

import org.jspecify.annotations.NullMarked;
