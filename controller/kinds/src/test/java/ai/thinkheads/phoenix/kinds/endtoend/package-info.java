/** The engine and the kinds over a driver of a real host, which speaks to a model of it. */
@NullMarked
package ai.thinkheads.phoenix.kinds.endtoend;

import org.jspecify.annotations.NullMarked;
