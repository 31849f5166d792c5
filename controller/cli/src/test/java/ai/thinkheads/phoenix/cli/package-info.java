/** Tests of what the command line reads from its surroundings. */
@NullMarked
package ai.thinkheads.phoenix.cli;

import org.jspecify.annotations.NullMarked;
