/**
 * Containers of LXC on a plain Linux host. Each has a folder below {@code lxcpath} with one file, {@code config}, that holds what
 * LXC wants to know and, in a comment, what Phoenix has to remember: {@link ai.thinkheads.phoenix.hosts.linux.lxc.LxcFile} is what
 * it says, {@link ai.thinkheads.phoenix.hosts.linux.lxc.LxcText} how it is written, {@link
 * ai.thinkheads.phoenix.hosts.linux.lxc.LxcListing} how all of them are read at once, {@link
 * ai.thinkheads.phoenix.hosts.linux.lxc.LxcVolumes} where their files lie, and {@link
 * ai.thinkheads.phoenix.hosts.linux.lxc.LxcContainers} what is done with them.
 */
@NullMarked
package ai.thinkheads.phoenix.hosts.linux.lxc;

import org.jspecify.annotations.NullMarked;
