/**
 * NetworkBridge: plans and makes the bridges of a host. A change is staged, applied by one reload, and confirmed only after the
 * host has answered; otherwise the host takes it back.
 */
@NullMarked
package ai.thinkheads.phoenix.kinds.networkbridge;

import org.jspecify.annotations.NullMarked;
