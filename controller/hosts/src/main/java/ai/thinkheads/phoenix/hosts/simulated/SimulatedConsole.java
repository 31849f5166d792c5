package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program;
import ai.thinkheads.phoenix.hosts.simulated.guest.Session;
import ai.thinkheads.phoenix.hosts.simulated.guest.Surroundings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The command line of the machine itself. Its programs and the files that show its state are given by a {@link Desk}; everything
 * else, the shell above all, is the model's that guests have too. Nothing of the computer that this runs on is touched.
 */
public final class SimulatedConsole {

    private final Machine machine;
    private final SimulatedShell shell;
    private final HostReader reader;

    SimulatedConsole(Machine machine, SimulatedShell shell, HostReader reader) {
        this.machine = machine;
        this.shell = shell;
        this.reader = reader;
    }

    /** The machine's programs, and its files that are views of its state. */
    public interface Desk {

        /** The machine's own programs by name. */
        Map<String, Program> programs();

        /** The files that show the machine's state, by path. */
        Map<String, Inside.Node> files(HostState state);

        /** Whether a file that appears at that path is a change of the state. */
        boolean takes(String path);

        /**
         * A file that shows the state was written.
         *
         * @param before null when there was none
         * @param after null when it was removed
         */
        void written(
                String path,
                Inside.@org.jspecify.annotations.Nullable Node before,
                Inside.@org.jspecify.annotations.Nullable Node after);
    }

    private record Start(Inside inside, Surroundings surroundings) {}

    /** What is staged for the network by name; empty for what is to be removed. */
    public Map<String, Optional<Networks.BridgeConfig>> staged() {
        return machine.look(transaction -> {
            Map<String, Optional<Networks.BridgeConfig>> all = new TreeMap<>();
            transaction.staged((name, row) -> all.put(name, Optional.ofNullable(row.config())));
            return all;
        });
    }

    /** The machine's state, for somebody who looks on. */
    public HostState state() {
        return machine.look(reader::read);
    }

    /**
     * Runs a command and gives its exit code, or -1 when it took too long.
     *
     * @throws HostException NOT_FOUND when there is no such program
     */
    public int run(
            List<String> argv,
            Map<String, String> environment,
            String stdin,
            Duration timeout,
            Consumer<String> out,
            Consumer<String> err,
            Desk desk) {
        Start start = machine.look(transaction ->
                new Start(transaction.contents(transaction.node().inside()), shell.ofHost(transaction, timeout)));
        Session session = new Session(start.inside(), start.surroundings());
        View view = new View(session, desk);
        view.show();
        desk.programs()
                .forEach((name, program) -> session.program(name, run -> {
                    view.settle();
                    int code = attempt(program, run);
                    view.show();
                    return code;
                }));
        if (!session.has(argv.getFirst())) {
            throw new HostException(
                    HostException.Cause.NOT_FOUND, "the host has no program '" + argv.getFirst() + "'; install it");
        }
        try {
            return session.run(argv, environment, stdin, out, err);
        } finally {
            view.settle();
            keep(start.inside(), session.inside(), view);
        }
    }

    /** What the machine refuses is the program's failure; that it cannot be reached is the caller's. */
    private static int attempt(Program program, Program.Run run) {
        try {
            return program.run(run);
        } catch (HostException e) {
            if (e.why() == HostException.Cause.UNREACHABLE) {
                throw e;
            }
            return run.fail(1, e.getMessage());
        }
    }

    private void keep(Inside before, Inside after, View view) {
        Map<String, Inside.Node> old = new HashMap<>(before.files());
        Map<String, Inside.Node> fresh = new HashMap<>(after.files());
        old.keySet().removeIf(view::shows);
        fresh.keySet().removeIf(view::shows);
        boolean same = old.equals(fresh)
                && before.packages().equals(after.packages())
                && before.enabled().equals(after.enabled())
                && before.active().equals(after.active())
                && before.containers().equals(after.containers());
        if (same) {
            return;
        }
        machine.change("exec", transaction -> {
            Inside now = transaction.contents(transaction.node().inside());
            SimulatedNode.keep(
                    transaction,
                    new Inside(
                            now.distribution(),
                            SimulatedShell.merged(now.files(), old, fresh),
                            before.packages().equals(after.packages()) ? now.packages() : after.packages(),
                            before.enabled().equals(after.enabled()) ? now.enabled() : after.enabled(),
                            before.active().equals(after.active()) ? now.active() : after.active(),
                            before.containers().equals(after.containers()) ? now.containers() : after.containers()));
            return Boolean.TRUE;
        });
    }

    /** The files of a session that show the state. */
    private final class View {
        private final Session session;
        private final Desk desk;
        private final TreeMap<String, Inside.Node> shown = new TreeMap<>();

        View(Session session, Desk desk) {
            this.session = session;
            this.desk = desk;
        }

        boolean shows(String path) {
            return shown.containsKey(path) || desk.takes(path);
        }

        void show() {
            Map<String, Inside.Node> fresh = desk.files(state());
            shown.keySet().stream()
                    .filter(path -> !fresh.containsKey(path))
                    .toList()
                    .forEach(path -> {
                        session.put(path, null);
                        shown.remove(path);
                    });
            fresh.forEach((path, node) -> {
                if (!node.equals(shown.get(path))) {
                    session.put(path, node);
                    shown.put(path, node);
                }
            });
        }

        /** Tells of every file that was written since it was shown. */
        void settle() {
            Map<String, Inside.Node> files = session.files();
            TreeSet<String> paths = new TreeSet<>(shown.keySet());
            files.keySet().stream().filter(desk::takes).forEach(paths::add);
            for (String path : paths) {
                Inside.Node before = shown.get(path);
                Inside.Node after = files.get(path);
                if (after == null ? before == null : after.equals(before)) {
                    continue;
                }
                if (after == null) {
                    shown.remove(path);
                } else {
                    shown.put(path, after);
                }
                desk.written(path, before, after);
            }
        }
    }
}
