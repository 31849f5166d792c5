package ai.thinkheads.phoenix.proof.simulation;

import java.util.Locale;

/** What has to hold in every run. */
enum Invariant {
    CONVERGES(
            "once faults and edits have stopped, everything matches or says what it waits for, in bounded time and steps"),
    RESTS("the pass after that, over hosts that are read anew, changes nothing"),
    NOTHING_TWICE(
            "no resource has two guests, no volume two users, no two resources one number, no two guests one address"),
    NOTHING_LOST(
            "every pool, dataset, volume, snapshot and guest of the machine's ledger exists, or went with consent"),
    FOREIGN_UNTOUCHED("what Phoenix neither created nor adopted is as it was"),
    READY_IS_TRUE("a resource that is said to be Ready matches the machine, compared apart from the planners"),
    NEEDS_FIRST("no step ran for a resource whose needs had never been met"),
    ONE_AT_A_TIME("no key was ever worked on twice at once"),
    WATCHED_IN_ORDER("a watcher saw every change once and in order, and knows in the end what is stored"),
    CONSENT_FIRST("no step that needs consent ran without it"),
    PAUSED_IS_LEFT_ALONE("no step ran for a resource that was on hold when its pass began"),
    SECRETS_STAY_SECRET(
            "no value of a Secret is in an event, a stored resource, its status or plan, an argument, a failure or a setting of"
                    + " the machine; it reaches scripts by their environment only"),
    NOTHING_FORGOTTEN(
            "what was acknowledged to a client is stored, whatever died since; what Git has at its head is in force"),
    REPEATABLE("the same seed gives the same run");

    private final String meaning;

    Invariant(String meaning) {
        this.meaning = meaning;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String meaning() {
        return meaning;
    }
}
