/** Steps and plans: what a planner answers, what diff prints, what consent is asked for and what is run. */
@NullMarked
package ai.thinkheads.phoenix.engine.plan;

import org.jspecify.annotations.NullMarked;
