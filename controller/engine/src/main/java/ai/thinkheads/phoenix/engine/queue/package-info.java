/** The queue of resource keys that wait to be reconciled. */
@NullMarked
package ai.thinkheads.phoenix.engine.queue;

import org.jspecify.annotations.NullMarked;
