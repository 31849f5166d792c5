package ai.thinkheads.phoenix.daemon.wiring;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import ai.thinkheads.phoenix.hosts.simulated.pve.ShellServer;
import ai.thinkheads.phoenix.hosts.simulated.pve.SimulatedCommands;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.PveApi;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.PveServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A simulated Proxmox VE machine that stands by itself, outside of any controller, and is reached over the network as a real one. */
public final class SimulatedMachine implements AutoCloseable {

    private static final String TOKEN = "root@pam!phoenix";
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private final SimulatedHost host;
    private final ShellServer shell;
    private final Path key;
    private final PveServer api;
    private final ExecutorService workers;
    private final Token token;

    /**
     * What lets a client in.
     *
     * @param fresh whether the secret was made at this start
     */
    public record Token(String id, String secret, boolean fresh, Path file) {

        @Override
        public String toString() {
            return "Token[" + id + "]";
        }
    }

    /**
     * Where a machine listens.
     *
     * @param shell its ssh
     * @param api its API
     */
    public record Addresses(InetSocketAddress shell, InetSocketAddress api) {}

    private SimulatedMachine(
            SimulatedHost host, ShellServer shell, Path key, PveServer api, ExecutorService workers, Token token) {
        this.host = host;
        this.shell = shell;
        this.key = key;
        this.api = api;
        this.workers = workers;
        this.token = token;
    }

    /**
     * Switches a machine on.
     *
     * @param folder where it is kept; one that is there goes on as it was
     * @param name of the machine, and of its file
     * @param hardware what is in it and how long its work takes; null for a usual machine that is done at once
     * @param version of Proxmox VE that is on it from now on, {@code 8.4.2} for example; null for the one that is there
     * @param heard what is told of every request to its API
     * @throws IOException when an address is taken or the folder cannot be written
     */
    public static SimulatedMachine start(
            Path folder,
            String name,
            Addresses addresses,
            HypervisorSpec.@Nullable Simulated hardware,
            @Nullable String version,
            Consumer<PveServer.Exchange> heard)
            throws IOException, GeneralSecurityException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        HostClock clock = new SystemHostClock(Clock.system());
        RandomGenerator random = new SecureRandom();
        SimulatedHost host = new SimulatedHostDriver(folder, clock, random).open(name, spec(hardware), Map.of());
        if (version != null) {
            host.person().install(version);
        }
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
        ShellServer shell = null;
        try {
            PveApi calls = new PveApi(host, clock, random, "", workers);
            Token token = token(folder.resolve("token"), random);
            calls.addToken(token.id(), token.secret(), false);
            SimulatedCommands commands = new SimulatedCommands(host, clock, calls.guestFiles());
            shell = ShellServer.start(commands, addresses.shell(), folder);
            Path key = folder.resolve("id_phoenix");
            keep(key, shell.clientKey());
            PveServer api = PveServer.start(
                    request -> {
                        // What timers have put off until now is done before anybody sees the machine.
                        commands.settle();
                        return calls.answer(request);
                    },
                    addresses.api(),
                    folder,
                    heard);
            return new SimulatedMachine(host, shell, key, api, workers, token);
        } catch (IOException | GeneralSecurityException e) {
            if (shell != null) {
                shell.close();
            }
            workers.shutdownNow();
            host.close();
            throw e;
        }
    }

    private static void keep(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PRIVATE));
        Files.writeString(file, text);
    }

    private static Token token(Path file, RandomGenerator random) throws IOException {
        if (Files.exists(file)) {
            return new Token(TOKEN, Files.readString(file).strip(), false, file);
        }
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String secret = UUID.nameUUIDFromBytes(bytes).toString();
        keep(file, secret + "\n");
        return new Token(TOKEN, secret, true, file);
    }

    private static HypervisorSpec spec(HypervisorSpec.@Nullable Simulated hardware) {
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
                hardware);
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

    /** How many guests it has. */
    public int guests() {
        var now = host.console().state();
        return now.containers().size() + now.virtualMachines().size();
    }

    /** Where its API is: {@code https://127.0.0.1:8006}. */
    public URI endpoint() {
        return api.endpoint();
    }

    /** SHA-256 of its certificate, as {@code fingerprint} in a Secret takes it. */
    public String fingerprint() throws GeneralSecurityException {
        return api.fingerprint();
    }

    /** What lets clients of its API in. */
    public Token token() {
        return token;
    }

    @Override
    public void close() {
        api.close();
        shell.close();
        workers.shutdownNow();
        host.close();
    }
}
