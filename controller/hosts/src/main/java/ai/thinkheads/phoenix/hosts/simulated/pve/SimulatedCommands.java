package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedConsole;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The command line of a simulated Proxmox VE machine: its shell, its files and its programs, as root finds them by ssh. Nothing of
 * the computer that this runs on is read, run or written.
 *
 * <p>Programs are modelled as far as {@link HostDesk} lists them; the shell and the usual small programs are those of the model's
 * guests. One that the machine does not have ends with 127 in a shell, and is NOT_FOUND when it is called itself.
 */
public final class SimulatedCommands implements Commands {

    private static final Duration TIMER_LIMIT = Duration.ofMinutes(1);

    private final SimulatedConsole console;
    private final Timers timers;
    private final HostDesk desk;

    /**
     * @param clock the machine's, by which timers end
     */
    public SimulatedCommands(SimulatedHost host, HostClock clock) {
        this(host, clock, new OwnGuestFiles(host));
    }

    /**
     * @param guests the guests' configuration files, of whoever keeps them
     */
    public SimulatedCommands(SimulatedHost host, HostClock clock, GuestFiles guests) {
        this.console = host.console();
        this.timers = new Timers(clock);
        this.desk = new HostDesk(host, guests, timers);
    }

    /** The guests' files of a machine that nobody keeps options of beside the model's own. */
    public static GuestFiles guestFiles(SimulatedHost host) {
        return new OwnGuestFiles(host);
    }

    /** Runs what timers have put off until now. */
    public void settle() {
        for (List<String> argv : timers.due()) {
            console.run(argv, Map.of(), "", TIMER_LIMIT, text -> {}, text -> {}, desk);
        }
    }

    @Override
    public Outcome run(Invocation invocation) {
        settle();
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        Consumer<String> listener = invocation.output();
        int code = console.run(
                invocation.argv(),
                invocation.environment(),
                new String(invocation.stdin(), StandardCharsets.UTF_8),
                invocation.timeout(),
                text -> said(text, out, listener),
                text -> said(text, err, listener),
                desk);
        return new Outcome(code, out.toString(), err.toString());
    }

    private static void said(
            String text, StringBuilder to, @org.jspecify.annotations.Nullable Consumer<String> listener) {
        to.append(text);
        if (listener != null && !text.isEmpty()) {
            listener.accept(text);
        }
    }

    @Override
    public void close() {
        timers.due();
    }
}
