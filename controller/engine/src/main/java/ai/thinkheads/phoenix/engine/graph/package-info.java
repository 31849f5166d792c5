/** References between resources: order, cycles and who waits for whom. */
@NullMarked
package ai.thinkheads.phoenix.engine.graph;

import org.jspecify.annotations.NullMarked;
