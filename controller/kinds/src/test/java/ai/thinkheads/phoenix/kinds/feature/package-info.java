/** Tests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.feature;

import org.jspecify.annotations.NullMarked;
