package ai.thinkheads.phoenix.cli;

/** What the exit codes of {@code phoenixctl} mean. */
public final class ExitCode {

    /** Done; for diff: no difference. */
    public static final int DONE = 0;
    /** Not converged, not found, or a difference was found. */
    public static final int NOT_CONVERGED = 1;
    /** Bad usage or an invalid manifest; nothing was changed. */
    public static final int INVALID = 2;
    /** No controller, or no access to it or to the state directory. */
    public static final int NO_ACCESS = 3;

    private ExitCode() {}
}
