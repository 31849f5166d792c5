/**
 * Drives a Proxmox VE host, 8.4 or 9.x: its REST API first, the host's own command line (local or over ssh) for exactly what the
 * API withholds. Mapping between Proxmox's keys and Phoenix's configurations is pure ({@code PropertyString}, {@code GuestFile},
 * {@code ContainerMapping}, {@code VmMapping}, {@code NoteMark}); talking to the host is in {@code ProxmoxApi}, {@code Tasks} and
 * {@code HostShell}; the rest says which calls an operation of a port is made of.
 */
@NullMarked
package ai.thinkheads.phoenix.hosts.proxmox;

import org.jspecify.annotations.NullMarked;
