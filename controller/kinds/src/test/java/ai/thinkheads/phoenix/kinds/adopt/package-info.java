/** Tests of reading hosts into manifests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.adopt;

import org.jspecify.annotations.NullMarked;
