/** Benchmarks: how fast and how small Phoenix is, and peers in the same run. Run by {@code make bench}; nothing else depends on it. */
@NullMarked
package ai.thinkheads.phoenix.proof.bench;

import org.jspecify.annotations.NullMarked;
