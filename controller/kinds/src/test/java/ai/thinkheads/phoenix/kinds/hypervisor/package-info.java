/** Tests. */
@NullMarked
package ai.thinkheads.phoenix.kinds.hypervisor;

import org.jspecify.annotations.NullMarked;
