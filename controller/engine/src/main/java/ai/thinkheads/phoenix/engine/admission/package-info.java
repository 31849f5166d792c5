/** What a set of resources has to fulfil together before any of them is stored. */
@NullMarked
package ai.thinkheads.phoenix.engine.admission;

import org.jspecify.annotations.NullMarked;
