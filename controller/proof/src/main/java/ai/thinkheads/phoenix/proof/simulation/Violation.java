package ai.thinkheads.phoenix.proof.simulation;

/** Something that must not be, and was. */
record Violation(Invariant invariant, String what) {

    @Override
    public String toString() {
        return invariant.word() + ": " + what;
    }
}
