package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One command that is run in a system, and what is left when it has ended. */
public final class Session {

    private static final int KEPT_OUTPUT = 64 << 10;

    private final World world;
    private final List<TreeMap<String, Inside.Node>> mounted = new ArrayList<>();
    private final StringBuilder output = new StringBuilder();

    public Session(Inside inside, Surroundings surroundings) {
        this.world = new World(inside, surroundings);
    }

    /** The command ran longer than it may. */
    public static final class TimeoutException extends RuntimeException {
        public TimeoutException() {
            super("timeout", null, false, false);
        }
    }

    /** Mounts a directory of other files; {@link #mounted(int)} gives them back by the order of these calls. */
    public void mount(String at, String prefix, Map<String, Inside.Node> files, boolean readOnly) {
        mounted.add(world.files().mount(at, prefix, new TreeMap<>(files), readOnly));
    }

    /** Mounts a directory of files that another mount has already. */
    public void mountAgain(String at, String prefix, int other, boolean readOnly) {
        mounted.add(world.files().mount(at, prefix, mounted.get(other), readOnly));
    }

    /** What is in that mount now. */
    public Map<String, Inside.Node> mounted(int number) {
        return mounted.get(number);
    }

    /** What the system is now. */
    public Inside inside() {
        return world.inside();
    }

    /** The last of what was printed. */
    public String output() {
        int length = output.length();
        return length <= KEPT_OUTPUT ? output.toString() : output.substring(length - KEPT_OUTPUT);
    }

    /** Adds a program of the machine's, which goes before those that every system has. */
    public void program(String name, Program program) {
        world.programs().put(name, program);
    }

    /** Whether there is such a program. */
    public boolean has(String program) {
        return world.which(program) != null;
    }

    /** The system's own files by path, as they are now. */
    public Map<String, Inside.Node> files() {
        return java.util.Collections.unmodifiableMap(world.files().root());
    }

    /** Puts a file in place, or takes it away, whatever the shell thinks of it. */
    public void put(String path, Inside.@Nullable Node file) {
        if (file == null) {
            world.files().root().remove(path);
        } else {
            world.files().root().put(path, file);
        }
    }

    /** Runs a command; its exit code, or -1 when it took too long. */
    public int run(
            List<String> argv, Map<String, String> environment, String stdin, @Nullable Consumer<String> listener) {
        Call.Output bounded = Interpreter.bounded(output);
        Call.Output out = text -> {
            bounded.write(text);
            if (listener != null && !text.isEmpty()) {
                listener.accept(text);
            }
        };
        return perform(argv, environment, stdin, out, out);
    }

    /** The same with the two outputs apart. */
    public int run(
            List<String> argv,
            Map<String, String> environment,
            String stdin,
            Consumer<String> out,
            Consumer<String> err) {
        return perform(argv, environment, stdin, out::accept, err::accept);
    }

    private int perform(
            List<String> argv, Map<String, String> environment, String stdin, Call.Output out, Call.Output err) {
        Interpreter interpreter = new Interpreter(world, environment);
        try {
            return interpreter.command(argv, Map.of(), new Interpreter.Streams(new Call.Input(stdin), out, err));
        } catch (TimeoutException e) {
            return -1;
        } catch (Interpreter.ExitException e) {
            return e.code;
        } catch (Parser.SyntaxException | StackOverflowError e) {
            err.write("sh: 1: " + e.getMessage() + "\n");
            return 2;
        }
    }
}
