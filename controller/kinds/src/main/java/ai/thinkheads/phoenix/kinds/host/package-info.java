/**
 * The way from a resource to its machine: which Hypervisor it lives on, the open connection to it, and the one snapshot of its
 * state that all reconcilers share. Knows the ports of hosts and no driver.
 */
@NullMarked
package ai.thinkheads.phoenix.kinds.host;

import org.jspecify.annotations.NullMarked;
