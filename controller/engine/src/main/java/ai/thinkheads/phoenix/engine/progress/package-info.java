/** What the engine is doing at the moment, for people who watch. */
@NullMarked
package ai.thinkheads.phoenix.engine.progress;

import org.jspecify.annotations.NullMarked;
