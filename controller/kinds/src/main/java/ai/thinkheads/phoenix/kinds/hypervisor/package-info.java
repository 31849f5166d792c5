/** Hypervisor: connects to a host, tells what it is, sets it up, installs its features, and reboots it where it may. */
@NullMarked
package ai.thinkheads.phoenix.kinds.hypervisor;

import org.jspecify.annotations.NullMarked;
