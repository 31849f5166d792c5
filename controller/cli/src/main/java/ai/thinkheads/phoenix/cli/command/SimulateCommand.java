package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.daemon.wiring.SimulatedMachine;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** {@code phoenixctl simulate}. */
public final class SimulateCommand extends Verb {

    private static final int LARGEST_PORT = 65_535;
    private static final Map<String, String> RELEASES = Map.of("8.4", "8.4.2", "9", "9.2.11");

    private String listen = "127.0.0.1:8006";
    private String shell = "127.0.0.1:2222";
    private String name = "pve";
    private @Nullable Path folder;
    private boolean realistic;
    private @Nullable String release;
    private boolean requests;

    SimulateCommand(Phoenixctl root) {
        super(
                root,
                "simulate",
                "Stand a simulated Proxmox VE machine up, reached by its API and by ssh as a real one; nothing real is"
                        + " touched.");
        takes().option(
                        "--listen",
                        "ADDRESS:PORT",
                        "Where its API listens, https; port 0 for any free one. Default: 127.0.0.1:8006.",
                        given -> listen = given)
                .option(
                        "--shell",
                        "ADDRESS:PORT",
                        "Where its ssh listens; port 0 for any free one. Default: 127.0.0.1:2222.",
                        given -> shell = given)
                .option(
                        "--name",
                        "NAME",
                        "Name of the machine; one that was there goes on as it was. Default: pve.",
                        given -> name = given)
                .folder(
                        "--folder",
                        "DIR",
                        "Where the machine is kept. Default: machines, in the state directory.",
                        given -> folder = given)
                .flag(
                        "--realistic",
                        "Let work take as long as on a real machine. Default: it is done at once.",
                        given -> realistic = given)
                .option(
                        "--release",
                        "8.4|9",
                        "Which Proxmox VE is on it. Default: 9, or what is on a machine that was there.",
                        given -> release = given)
                .flag("--requests", "Show every request to the API, without its values.", given -> requests = given);
    }

    @Override
    public Integer call() throws InterruptedException {
        Path chosen = folder;
        Path kept = chosen == null ? root().options().stateDirectory().resolve("machines") : chosen;
        SimulatedMachine.Addresses addresses =
                new SimulatedMachine.Addresses(address("--shell", shell), address("--listen", listen));
        SimulatedMachine machine;
        try {
            machine = SimulatedMachine.start(kept, name, addresses, hardware(), version(), exchange -> {
                if (requests) {
                    terminal().err().println(exchange.status() + " " + exchange.request());
                }
            });
        } catch (HostException e) {
            throw new CommandFailed(ExitCode.NO_ACCESS, e.getMessage());
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailed(
                    ExitCode.NO_ACCESS,
                    "cannot stand a machine up at " + listen + " and " + shell + ": " + e.getMessage()
                            + "; choose other ports with --listen and --shell, or another folder with --folder");
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
        try {
            tell(terminal().out(), machine, addresses.shell().getHostString());
        } catch (GeneralSecurityException e) {
            throw new CommandFailed(ExitCode.NO_ACCESS, "cannot read the machine's certificate: " + e.getMessage());
        }
        stopped.await();
        return ExitCode.DONE;
    }

    private @Nullable String version() {
        if (release == null) {
            return null;
        }
        String version = RELEASES.get(release);
        if (version == null) {
            throw new CommandFailed(ExitCode.INVALID, "--release " + release + " is none of 8.4 and 9");
        }
        return version;
    }

    private HypervisorSpec.@Nullable Simulated hardware() {
        return realistic
                ? new HypervisorSpec.Simulated(
                        null,
                        null,
                        List.of(
                                new HypervisorSpec.Simulated.Disk(
                                        "/dev/disk/by-id/nvme-SIMULATED_2TB_A", ByteSize.parse("2Ti")),
                                new HypervisorSpec.Simulated.Disk(
                                        "/dev/disk/by-id/nvme-SIMULATED_2TB_B", ByteSize.parse("2Ti"))),
                        List.of(),
                        List.of(),
                        HypervisorSpec.Simulated.Latency.REALISTIC,
                        List.of())
                : null;
    }

    private static InetSocketAddress address(String option, String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > LARGEST_PORT) {
            throw new CommandFailed(
                    ExitCode.INVALID, option + " " + text + " is not an address and a port, such as 127.0.0.1:2222");
        }
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(port));
    }

    private static void tell(PrintStream out, SimulatedMachine machine, String address)
            throws GeneralSecurityException {
        SimulatedMachine.Token token = machine.token();
        out.println("A simulated Proxmox VE machine stands at " + machine.endpoint()
                + "; Ctrl-C switches it off, and it is kept.");
        out.println();
        out.println("  token:        " + token.id());
        out.println("  secret:       "
                + (token.fresh() ? token.secret() + "  (not shown again)" : "as before, in " + token.file()));
        out.println("  fingerprint:  " + machine.fingerprint());
        out.println();
        out.println("Work on it:");
        // In single quotes: an exclamation mark means something to a shell that somebody types into.
        out.println("  curl -k -H 'Authorization: PVEAPIToken=" + token.id() + "='\"$(cat " + token.file() + ")\" "
                + machine.endpoint() + "/api2/json/version");
        out.println("  ssh -n -p " + machine.shellPort() + " -i " + machine.key()
                + " -o StrictHostKeyChecking=accept-new root@" + address + " zpool list");
        out.println();
        out.println("spec of a Hypervisor that reaches it, with token and fingerprint in one Secret and the key in"
                + " another:");
        out.println("  driver: proxmox");
        out.println("  endpoint: " + machine.endpoint());
        out.println("  shell:");
        out.println("    type: ssh");
        out.println("    address: " + address);
        out.println("    port: " + machine.shellPort());
        out.println("    hostKey: " + machine.hostKey());
        out.flush();
    }
}
