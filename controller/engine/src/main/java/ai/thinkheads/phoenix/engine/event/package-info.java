/** What happened, bounded and counted, for people. */
@NullMarked
package ai.thinkheads.phoenix.engine.event;

import org.jspecify.annotations.NullMarked;
