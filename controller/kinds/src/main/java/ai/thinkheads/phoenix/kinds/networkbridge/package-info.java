/**
 * NetworkBridge: plans and makes the bridges of a host. Changes are staged, all bridges' together, applied by one reload, and confirmed only after the
 * host has answered; otherwise the host takes it back.
 */
@NullMarked
package ai.thinkheads.phoenix.kinds.networkbridge;

import org.jspecify.annotations.NullMarked;
