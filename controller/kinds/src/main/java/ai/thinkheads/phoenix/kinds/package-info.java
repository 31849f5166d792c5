/** One package per kind, each with a pure planner and a thin reconciler, and the module that installs them all. */
@NullMarked
package ai.thinkheads.phoenix.kinds;

import org.jspecify.annotations.NullMarked;
