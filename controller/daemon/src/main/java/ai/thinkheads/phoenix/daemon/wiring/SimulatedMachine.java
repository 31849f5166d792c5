package ai.thinkheads.phoenix.daemon.wiring;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import ai.thinkheads.phoenix.hosts.simulated.pve.ShellServer;
import ai.thinkheads.phoenix.hosts.simulated.pve.SimulatedCommands;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A simulated Proxmox VE machine that stands by itself, outside of any controller, and is reached over the network as a real one. */
public final class SimulatedMachine implements AutoCloseable {

    private final SimulatedHost host;
    private final ShellServer shell;
    private final Path key;

    private SimulatedMachine(SimulatedHost host, ShellServer shell, Path key) {
        this.host = host;
        this.shell = shell;
        this.key = key;
    }

    /**
     * Switches a machine on.
     *
     * @param folder where it is kept; one that is there goes on as it was
     * @param name of the machine, and of its file
     * @throws IOException when the address is taken or the folder cannot be written
     */
    public static SimulatedMachine start(Path folder, String name, InetSocketAddress shell)
            throws IOException, GeneralSecurityException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        HostClock clock = new SystemHostClock(Clock.system());
        SimulatedHost host =
                new SimulatedHostDriver(folder, clock, RandomGenerator.getDefault()).open(name, spec(), Map.of());
        try {
            ShellServer server = ShellServer.start(new SimulatedCommands(host, clock), shell, folder);
            Path key = folder.resolve("id_phoenix");
            Files.deleteIfExists(key);
            Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(key, server.clientKey());
            return new SimulatedMachine(host, server, key);
        } catch (IOException | GeneralSecurityException e) {
            host.close();
            throw e;
        }
    }

    private static HypervisorSpec spec() {
        return new HypervisorSpec(
                HypervisorSpec.Driver.SIMULATED,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                null,
                null,
                null);
    }

    /** The port of its ssh server. */
    public int shellPort() {
        return shell.port();
    }

    /** The public key of its ssh server. */
    public String hostKey() {
        return shell.hostKey();
    }

    /** The file of the private key that gets in. */
    public Path key() {
        return key;
    }

    @Override
    public void close() {
        shell.close();
        host.close();
    }
}
