package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.output.Terminal;

/** Until it is closed, a command that is interrupted says what becomes of its work. */
final class Interruption {

    private final Thread hook;

    private Interruption(Thread hook) {
        this.hook = hook;
    }

    /** Says that on standard error if a signal ends the process; its exit code tells the signal, 130 for Ctrl-C. */
    static Interruption says(Terminal terminal, String message) {
        Thread hook = new Thread(
                () -> {
                    terminal.err().println("phoenixctl: interrupted; " + message);
                    terminal.err().flush();
                },
                "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Interruption(hook);
    }

    /** The command is no longer at it. */
    void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is on its way out already, and says so.
        }
    }
}
