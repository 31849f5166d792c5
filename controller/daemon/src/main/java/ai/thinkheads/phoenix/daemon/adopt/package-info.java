/**
 * Reading a host into manifests that this controller would accept and that would change nothing when they are applied. What the
 * manifests say is the kinds' affair; whether they hold is asked of the same admission and the same planner that an apply meets.
 */
@NullMarked
package ai.thinkheads.phoenix.daemon.adopt;

import org.jspecify.annotations.NullMarked;
