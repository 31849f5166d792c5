package ai.thinkheads.phoenix.proof.simulation;

/** Ends what a killed controller was about to do. It is no failure that anything in Phoenix expects. */
final class Killed extends Error {

    private static final long serialVersionUID = 1;

    Killed() {
        super("killed", null, false, false);
    }
}
