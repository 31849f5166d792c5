/**
 * A Proxmox VE machine as others meet it from outside, in front of {@link
 * ai.thinkheads.phoenix.hosts.simulated.SimulatedHost}: the command line that root has on it, with the programs and files of the
 * host. What a machine is and does is the model's; here is only how it is said.
 */
@NullMarked
package ai.thinkheads.phoenix.hosts.simulated.pve;

import org.jspecify.annotations.NullMarked;
