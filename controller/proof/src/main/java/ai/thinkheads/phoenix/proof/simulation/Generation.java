package ai.thinkheads.phoenix.proof.simulation;

/** How scenarios are made of seeds. It gets richer; a seed that found something keeps the way in which it did. */
enum Generation {
    /** The first. */
    FIRST,
    /** With frozen containers, and disks that move. */
    FROSTY,
    /**
     * With everything that was found to occur seldom or never when it was counted: more faults, on what is worked on just then;
     * death at a call; consents soon after what needs them; replacements; reboots; features of the host and with secrets; pools
     * that grow.
     */
    WIDE,
    /** With what had not happened even so: disks of a pool exchanged and attached, storages defined anew and removed, keys of secrets
     * dropped, owners of volumes. */
    THOROUGH;

    boolean has(Generation part) {
        return compareTo(part) >= 0;
    }
}
