/** Tests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.storagepool;

import org.jspecify.annotations.NullMarked;
