/** Tests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.host;

import org.jspecify.annotations.NullMarked;
