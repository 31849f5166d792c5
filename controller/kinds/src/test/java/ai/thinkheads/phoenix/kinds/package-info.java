/** Tests of the kinds over the simulated host. */
@NullMarked
package ai.thinkheads.phoenix.kinds;

import org.jspecify.annotations.NullMarked;
