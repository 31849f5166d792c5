/** Tests across the rooms: the main job, the command line, bad times, and the plan of the house. */
@NullMarked
package ai.thinkheads.phoenix.proof;

import org.jspecify.annotations.NullMarked;
