/** Tests of the judgement on endurance. */
@NullMarked
package ai.thinkheads.phoenix.proof.soak;

import org.jspecify.annotations.NullMarked;
