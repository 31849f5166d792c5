/** The ports for time and threads: what a simulation replaces to run the production code on a virtual clock. */
@NullMarked
package ai.thinkheads.phoenix.engine.time;

import org.jspecify.annotations.NullMarked;
