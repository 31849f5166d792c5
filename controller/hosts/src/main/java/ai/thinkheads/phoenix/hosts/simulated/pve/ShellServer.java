package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.channel.ChannelPipedInputStream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.command.AbstractCommandSupport;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;

/**
 * The command line of a simulated machine by ssh, so that a {@code Hypervisor} reaches it by {@code spec.shell.type: ssh} as it
 * reaches a real one, and people with their own ssh. One key gets in, as root. There are commands and no terminals.
 */
public final class ShellServer implements AutoCloseable {

    private static final String KIND = KeyUtils.EC_ALGORITHM;
    private static final int BITS = 256;
    private static final Duration LONGEST = Duration.ofMinutes(60);

    /** How long to wait for the first input of a caller that has not said that there is none. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final SshServer server;
    private final PublicKey hostKey;
    private final KeyPair client;

    private ShellServer(SshServer server, PublicKey hostKey, KeyPair client) {
        this.server = server;
        this.hostKey = hostKey;
        this.client = client;
    }

    /**
     * Listens.
     *
     * @param keys folder of the server's and the client's key, which are made when they are not there
     * @throws IOException when the port is taken or a key cannot be kept
     */
    public static ShellServer start(Commands commands, InetSocketAddress address, Path keys)
            throws IOException, GeneralSecurityException {
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost(address.getHostString());
        server.setPort(address.getPort());
        KeyPair host = key(keys.resolve("host-key"));
        KeyPair client = key(keys.resolve("client-key"));
        server.setKeyPairProvider(KeyPairProvider.wrap(host));
        server.setPublickeyAuthenticator(
                (user, key, session) -> user.equals("root") && KeyUtils.compareKeys(key, client.getPublic()));
        server.setCommandFactory((channel, command) -> new Run(command, commands));
        server.start();
        return new ShellServer(server, host.getPublic(), client);
    }

    private static KeyPair key(Path file) throws IOException, GeneralSecurityException {
        SimpleGeneratorHostKeyProvider provider = new SimpleGeneratorHostKeyProvider(file);
        provider.setAlgorithm(KIND);
        provider.setKeySize(BITS);
        provider.setStrictFilePermissions(true);
        return provider.loadKeys(null).iterator().next();
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** The server's public key, as {@code spec.shell.hostKey} takes it. */
    public String hostKey() {
        return PublicKeyEntry.toString(hostKey);
    }

    /** The private key that gets in, as ssh and {@code spec.shell.key} take it. */
    public String clientKey() throws IOException, GeneralSecurityException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(client, "phoenix", null, text);
        return text.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            server.stop(true);
        } catch (IOException e) {
            // What was open ends with the process.
        }
    }

    /** One command of a caller. */
    private static final class Run extends AbstractCommandSupport {
        private final Commands commands;

        Run(String command, Commands commands) {
            super(command, null);
            this.commands = commands;
        }

        @Override
        public void run() {
            int code;
            try {
                byte[] input = input(getInputStream());
                Outcome outcome = commands.run(
                        new Invocation(List.of("/bin/sh", "-c", getCommand()), Map.of(), input, LONGEST, null));
                write(getOutputStream(), outcome.stdout());
                write(getErrorStream(), outcome.stderr());
                code = outcome.exitCode() < 0 ? 137 : outcome.exitCode();
            } catch (HostException | IOException e) {
                // As a connection that breaks: nobody knows how the command ended.
                code = 255;
                complain(String.valueOf(e.getMessage()));
            }
            onExit(code);
        }

        private void complain(String message) {
            try {
                write(getErrorStream(), message + "\n");
            } catch (IOException e) {
                // Nobody listens any more.
            }
        }

        private static void write(OutputStream to, String text) throws IOException {
            to.write(text.getBytes(StandardCharsets.UTF_8));
            to.flush();
        }

        private static void patience(InputStream in, Duration most) {
            if (in instanceof ChannelPipedInputStream pipe) {
                pipe.setTimeout(most.toMillis());
            }
        }

        /** All input; none of a caller at a terminal who types none. */
        private static byte[] input(InputStream in) throws IOException {
            patience(in, SILENCE);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] piece = new byte[8192];
            try {
                for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                    all.write(piece, 0, n);
                    patience(in, LONGEST);
                }
            } catch (java.net.SocketException e) {
                if (all.size() > 0) {
                    throw e;
                }
            }
            return all.toByteArray();
        }
    }
}
