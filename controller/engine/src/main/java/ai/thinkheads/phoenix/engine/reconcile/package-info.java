/** The one way from a queued key to a written status: gate, assess, execute, read back. */
@NullMarked
package ai.thinkheads.phoenix.engine.reconcile;

import org.jspecify.annotations.NullMarked;
