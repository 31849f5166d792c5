package ai.thinkheads.phoenix.proof.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What is done to a controller and its machine.
 *
 * @param seed decides on who runs next and what cannot be foreseen
 * @param generation how the seed was made a scenario
 * @param switching how likely it is that another one goes on at a call
 */
record Scenario(long seed, Generation generation, double switching, List<Timed> ops) {

    Scenario {
        ops = ops.stream().sorted(Comparator.comparing(Timed::at)).toList();
    }

    /** An operation and its time. */
    record Timed(Duration at, Op op) {
        @Override
        public String toString() {
            return Trace.moment(at) + " " + op;
        }
    }

    Scenario with(List<Timed> fewer) {
        return new Scenario(seed, generation, switching, fewer);
    }

    Duration end() {
        return ops.isEmpty() ? Duration.ZERO : ops.getLast().at();
    }
}
