/** Tests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.networkbridge;

import org.jspecify.annotations.NullMarked;
