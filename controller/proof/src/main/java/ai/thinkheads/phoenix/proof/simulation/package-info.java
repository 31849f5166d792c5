/**
 * The deterministic simulation: the production engine, kinds, store, apply and GitOps logic on a virtual clock, over simulated
 * machines that are kept in memory, with faults, people, crashes and a seeded choice of who runs next at every call of a host or
 * of the store. {@code Simulation} is one run, {@code Invariants} what has to hold in it, {@code Scenarios} where runs come from,
 * {@code Mutant} the seeded bugs that the proof has to find, {@code CrashEverywhere} the death at every step, and {@code Simulate}
 * the program.
 */
@NullMarked
package ai.thinkheads.phoenix.proof.simulation;

import org.jspecify.annotations.NullMarked;
