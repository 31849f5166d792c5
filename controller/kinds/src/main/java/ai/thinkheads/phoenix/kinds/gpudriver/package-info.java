/** GpuDriver: plans and installs the one driver version of a host's graphics cards, and watches the guests that share it. */
@NullMarked
package ai.thinkheads.phoenix.kinds.gpudriver;

import org.jspecify.annotations.NullMarked;
