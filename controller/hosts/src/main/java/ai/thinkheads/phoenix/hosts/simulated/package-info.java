/** The simulated host: a model of a Proxmox VE machine with its locks, tasks, pending values and normalisations. */
@NullMarked
package ai.thinkheads.phoenix.hosts.simulated;

import org.jspecify.annotations.NullMarked;
