/** Tests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.zfspool;

import org.jspecify.annotations.NullMarked;
