package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A program that the machine gives to a system, beside those that every system has. */
@FunctionalInterface
public interface Program {

    /** Said instead of an exit code: the system's own program of that name is to run. */
    int NOT_MINE = Integer.MIN_VALUE;

    /** Runs it and gives its exit code. */
    int run(Run run);

    /**
     * One run of a program.
     *
     * @param argv its name as it was called, and its arguments
     * @param environment the variables that the caller has exported
     * @param input all of its standard input
     */
    record Run(
            List<String> argv,
            Map<String, String> environment,
            String input,
            Consumer<String> out,
            Consumer<String> err) {

        public Run {
            argv = List.copyOf(argv);
            environment = Map.copyOf(environment);
        }

        /** The program's own name. */
        public String name() {
            return Paths.name(argv.getFirst());
        }

        /** Its arguments. */
        public List<String> args() {
            return argv.subList(1, argv.size());
        }

        /** Prints a line. */
        public void println(String line) {
            out.accept(line + "\n");
        }

        /** Prints what went wrong and gives the exit code on. */
        public int fail(int code, String message) {
            err.accept(message + "\n");
            return code;
        }
    }
}
