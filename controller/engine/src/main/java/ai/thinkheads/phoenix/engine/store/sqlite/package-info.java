/** The store in a SQLite file: one writer, and one fsync for many writes. */
@NullMarked
package ai.thinkheads.phoenix.engine.store.sqlite;

import org.jspecify.annotations.NullMarked;
