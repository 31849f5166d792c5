/** The small value types of specs: sizes, addresses, durations and names, each parsed once and always valid after. */
@NullMarked
package ai.thinkheads.phoenix.api.type;

import org.jspecify.annotations.NullMarked;
