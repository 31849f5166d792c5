/** The simulation as a test, and the tests of the simulation. */
@NullMarked
package ai.thinkheads.phoenix.proof.simulation;

import org.jspecify.annotations.NullMarked;
