package ai.thinkheads.phoenix.proof.simulation;

/** One life of a controller, from its start to its end. */
final class Incarnation {

    private final int number;
    private boolean dead;

    Incarnation(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    boolean isDead() {
        return dead;
    }

    void die() {
        dead = true;
    }

    /** Ends the caller when this life is over. */
    void live() {
        if (dead) {
            throw new Killed();
        }
    }
}
