package ai.thinkheads.phoenix.cli;

import ai.thinkheads.phoenix.engine.store.StateDirectoryException;
import ai.thinkheads.phoenix.engine.store.StoreException;
import java.io.PrintStream;

/** Failures of the controller in this process; a class of its own, so that asking a running one loads none of these types. */
final class Failures {

    private Failures() {}

    static int report(Exception failure, PrintStream err) {
        return switch (failure) {
            case StateDirectoryException e -> {
                Phoenixctl.say(err, String.valueOf(e.getMessage()));
                yield ExitCode.NO_ACCESS;
            }
            case StoreException e -> {
                Phoenixctl.say(err, String.valueOf(e.getMessage()));
                yield ExitCode.NO_ACCESS;
            }
            default -> {
                Phoenixctl.say(err, "a defect in Phoenix, please report it: " + failure);
                failure.printStackTrace(err);
                yield ExitCode.NOT_CONVERGED;
            }
        };
    }
}
