/** Endurance: a controller with many resources, edited and watched without a pause, must not grow. */
@NullMarked
package ai.thinkheads.phoenix.proof.soak;

import org.jspecify.annotations.NullMarked;
