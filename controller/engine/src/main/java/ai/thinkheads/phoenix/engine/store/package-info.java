/** Durable resources: the Store contract with its watch, and its implementations in memory and in SQLite. */
@NullMarked
package ai.thinkheads.phoenix.engine.store;

import org.jspecify.annotations.NullMarked;
