package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.daemon.Daemon;
import ai.thinkheads.phoenix.daemon.DaemonConfig;
import java.util.concurrent.CountDownLatch;

/** {@code phoenixctl controller}. */
public final class ControllerCommand extends Verb {

    ControllerCommand(Phoenixctl root) {
        super(root, "controller", "Run the controller until it is told to stop. One at a time for a state directory.");
    }

    @Override
    public Integer call() throws InterruptedException {
        DaemonConfig config = new DaemonConfig(root().options().stateDirectory())
                .withReconciling(true)
                .withLogging(root().options().verbose(), root().options().jsonLogs(), true);
        Daemon daemon = Daemon.start(config);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            daemon.close();
                            stopped.countDown();
                            // A signal would make the exit code 143; a controller that has drained has done what it was
                            // told.
                            Runtime.getRuntime().halt(ExitCode.DONE);
                        },
                        "shutdown"));
        stopped.await();
        return ExitCode.DONE;
    }
}
