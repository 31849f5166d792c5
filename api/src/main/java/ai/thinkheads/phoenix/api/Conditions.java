package ai.thinkheads.phoenix.api;

/** Condition types that resources of any kind may carry in {@code status.conditions}. */
public final class Conditions {

    /** The host was read back and matches the spec, effective values included. */
    public static final String READY = "Ready";
    /** The last pass could compare the spec with the host and did all that it was allowed to do. */
    public static final String SYNCED = "Synced";
    /** Something other than Phoenix changed what the spec describes; the message names the fields. */
    public static final String DRIFTED = "Drifted";
    /** A change is written and takes effect at the guest's next start. */
    public static final String RESTART_REQUIRED = "RestartRequired";
    /** A change is written and takes effect at the host's next boot. */
    public static final String REBOOT_REQUIRED = "RebootRequired";
    /** It works, with less than it should have: a pool without one of its disks, a limit that the host cannot enforce. */
    public static final String DEGRADED = "Degraded";
    /** The template or the source of the clone changed after this guest was made from it. */
    public static final String STALE = "Stale";
    /** A health check of the guest passes. */
    public static final String HEALTHY = "Healthy";
    /** The guest has volumes that are attached to nothing and hold data; the message says how to agree to their destruction. */
    public static final String UNUSED_VOLUMES = "UnusedVolumes";
    /** The user has put reconciliation on hold. */
    public static final String PAUSED = "Paused";

    private Conditions() {}
}
