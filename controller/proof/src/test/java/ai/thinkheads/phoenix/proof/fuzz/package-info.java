/**
 * Everything that reads what others wrote, fed with input that a fuzzer makes. Without {@code JAZZER_FUZZ} each target runs over
 * the corpus that lies beside its class in the test resources, as an ordinary test; {@code make fuzz} searches for a minute each.
 */
@NullMarked
package ai.thinkheads.phoenix.proof.fuzz;

import org.jspecify.annotations.NullMarked;
