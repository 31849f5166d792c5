/**
 * The API of a simulated Proxmox VE machine, https and tokens included: the same paths, parameters, checks in the same order and
 * refusals in the same words, in front of {@link ai.thinkheads.phoenix.hosts.simulated.SimulatedHost}. {@link
 * ai.thinkheads.phoenix.hosts.simulated.pve.api.PveApi} answers requests and knows nothing of sockets; {@link
 * ai.thinkheads.phoenix.hosts.simulated.pve.api.PveServer} listens.
 */
@NullMarked
package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import org.jspecify.annotations.NullMarked;
