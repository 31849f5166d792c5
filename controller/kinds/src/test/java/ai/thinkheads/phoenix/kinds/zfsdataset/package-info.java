/** Tests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.zfsdataset;

import org.jspecify.annotations.NullMarked;
