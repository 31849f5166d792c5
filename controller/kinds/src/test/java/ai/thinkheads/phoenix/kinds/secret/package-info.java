/** Tests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.secret;

import org.jspecify.annotations.NullMarked;
