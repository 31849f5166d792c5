/**
 * The simulated host: a model of a Proxmox VE machine with its locks, tasks, pending values and normalisations, on which manifests
 * can be tried without any hardware. The state is a set of immutable rows in {@code Machine}, changed by transactions of which
 * {@code Journal} keeps every one on disk; each {@code Simulated…} class offers one port on them by way of {@code Operations},
 * which counts, delays, locks and lets faults happen. What is inside of guests is in the package {@code guest}.
 *
 * <p>Where the model is simpler than the machine: containers may be given more memory than there is, as on Proxmox, and virtual
 * machines may not; content that comes from outside, such as downloads and packages, is made up; guests use no CPU; leases of
 * DHCP depend on the guest's number only; cloud images bring the guest agent along; a client that is cut off while an operation
 * runs finds it either done or not begun, never half done.
 */
@NullMarked
package ai.thinkheads.phoenix.hosts.simulated;

import org.jspecify.annotations.NullMarked;
