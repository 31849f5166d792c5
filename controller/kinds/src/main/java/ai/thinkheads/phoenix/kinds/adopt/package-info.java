/**
 * Reading what is on a host into manifests that describe it as it is: pure functions from a host's state to resources. Nothing
 * here asks or changes a host; what no manifest can say is left out with the reason.
 */
@NullMarked
package ai.thinkheads.phoenix.kinds.adopt;

import org.jspecify.annotations.NullMarked;
