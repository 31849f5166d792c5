/** The Proxmox driver: its pure parts, its client against a scripted API, and all of it against the stand-in of a whole host. */
@NullMarked
package ai.thinkheads.phoenix.hosts.proxmox;

import org.jspecify.annotations.NullMarked;
