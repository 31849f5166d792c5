package ai.thinkheads.phoenix.hosts.port;

/** The two kinds of guest; they share one range of numbers. */
public enum GuestKind {
    CONTAINER,
    VIRTUAL_MACHINE;

    /** The word for one in messages. */
    public String word() {
        return this == CONTAINER ? "container" : "virtual machine";
    }
}
