package ai.thinkheads.phoenix.proof.simulation;

import java.util.List;

/**
 * A seed that once broke an invariant. It is run with every build.
 *
 * @param what it was
 */
record Regression(long seed, Generation generation, String what) {

    static final List<Regression> ALL = List.of(
            new Regression(
                    17,
                    Generation.FIRST,
                    "a snapshot was tried for ever while a directory of the host was mounted until the next start"),
            new Regression(
                    24,
                    Generation.FIRST,
                    "a clone that cannot be as asked for was destroyed and made anew on every pass once that was agreed to"),
            new Regression(
                    161,
                    Generation.FIRST,
                    "a guest that had stopped was said to be Ready for as long as its template waited to go"),
            new Regression(
                    212,
                    Generation.THOROUGH,
                    "the owner of a volume was set from inside, for ever and in vain, while the guest could not see it before its"
                            + " next restart"),
            new Regression(
                    216,
                    Generation.THOROUGH,
                    "a volume that came as a directory went was put into that one's place, and so waited for a restart"),
            new Regression(
                    625,
                    Generation.THOROUGH,
                    "a driver was let take its cards from a container that used them, which then never started again"),
            new Regression(
                    105_446,
                    Generation.FIRST,
                    "of two who started a controller at the same moment both did; the proof's own fault: a state directory has"
                            + " a lock"));
}
