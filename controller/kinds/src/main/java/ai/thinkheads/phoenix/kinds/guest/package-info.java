/**
 * What containers and virtual machines have in common: their steps and planner, the choice and recognition of numbers, the
 * software inside, health checks, and the operations on a guest that are no part of its desired state. What a guest's manifest
 * means in the words of a host is in the package of its kind.
 */
@NullMarked
package ai.thinkheads.phoenix.kinds.guest;

import org.jspecify.annotations.NullMarked;
