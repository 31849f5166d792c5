/** Tests of the simulated machine's API. */
@NullMarked
package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import org.jspecify.annotations.NullMarked;
