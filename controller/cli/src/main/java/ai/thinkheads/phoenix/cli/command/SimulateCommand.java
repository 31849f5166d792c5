package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.daemon.wiring.SimulatedMachine;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code phoenixctl simulate}. */
@Command(
        name = "simulate",
        description = "Stand a simulated Proxmox VE machine up, reached by ssh as a real one; nothing real is touched.")
public final class SimulateCommand extends Verb {

    private static final int LARGEST_PORT = 65_535;

    @Option(
            names = "--shell",
            paramLabel = "ADDRESS:PORT",
            description = "Where its ssh listens; port 0 for any free one. Default: 127.0.0.1:2222.")
    private String shell = "127.0.0.1:2222";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of the machine; one that was there goes on as it was. Default: pve.")
    private String name = "pve";

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Where the machine is kept. Default: machines, in the state directory.")
    private @Nullable Path folder;

    @Override
    public Integer call() throws InterruptedException {
        Path chosen = folder;
        Path kept = chosen == null ? root().options().stateDirectory().resolve("machines") : chosen;
        InetSocketAddress address = address(shell);
        SimulatedMachine machine;
        try {
            machine = SimulatedMachine.start(kept, name, address);
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailed(
                    ExitCode.NO_ACCESS,
                    "cannot stand a machine up at " + shell + ": " + e.getMessage()
                            + "; choose another port with --shell, or another folder with --folder");
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            machine.close();
                            stopped.countDown();
                            // A signal is how a machine is switched off; that is no failure.
                            Runtime.getRuntime().halt(ExitCode.DONE);
                        },
                        "shutdown"));
        tell(terminal().out(), machine, address.getHostString());
        stopped.await();
        return ExitCode.DONE;
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > LARGEST_PORT) {
            throw new CommandFailed(
                    ExitCode.INVALID, "--shell " + text + " is not an address and a port, such as 127.0.0.1:2222");
        }
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(port));
    }

    private static void tell(PrintStream out, SimulatedMachine machine, String address) {
        out.println(
                "A simulated Proxmox VE machine stands at " + address + "; Ctrl-C switches it off, and it is kept.");
        out.println();
        out.println("Work on it:");
        out.println("  ssh -n -p " + machine.shellPort() + " -i " + machine.key()
                + " -o StrictHostKeyChecking=accept-new root@" + address + " zpool list");
        out.println();
        out.println("spec of a Hypervisor that reaches its shell, with the key in a Secret:");
        out.println("  shell:");
        out.println("    type: ssh");
        out.println("    address: " + address);
        out.println("    port: " + machine.shellPort());
        out.println("    hostKey: " + machine.hostKey());
        out.flush();
    }
}
