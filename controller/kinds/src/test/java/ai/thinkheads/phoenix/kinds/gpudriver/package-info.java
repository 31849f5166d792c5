/** Tests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.gpudriver;

import org.jspecify.annotations.NullMarked;
