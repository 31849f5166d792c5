package ai.thinkheads.phoenix.daemon.gitops;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.eclipse.jgit.api.TransportCommand;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * How to get into a remote: a user name and a token for https, a private key for ssh. Keys are held in memory only. An https
 * server is trusted by the Secret's {@code ca.crt}, or by Java's authorities; an ssh server by the Secret's {@code known_hosts}, or by
 * the file of that name of the user who runs the controller.
 */
final class GitAccess implements AutoCloseable {

    private static final String KNOWN_HOSTS = "known_hosts";
    private static final String AUTHORITY = "ca.crt";
    private static final List<String> TOKENS = List.of("token", "password");
    private static final List<String> KEYS = List.of("ssh-privatekey", "identity");

    private final @Nullable UsernamePasswordCredentialsProvider password;
    private final @Nullable GitTrust trust;
    private final @Nullable SshdSessionFactory ssh;

    private GitAccess(
            @Nullable UsernamePasswordCredentialsProvider password,
            @Nullable GitTrust trust,
            @Nullable SshdSessionFactory ssh) {
        this.password = password;
        this.trust = trust;
        this.ssh = ssh;
    }

    /** @param knownHosts where the known hosts of the Secret are put, which are no secret */
    static GitAccess of(GitSource.Remote remote, Path knownHosts) throws IOException {
        String url = remote.url();
        if (url.startsWith("file://") || url.startsWith("/")) {
            return new GitAccess(null, null, null);
        }
        if (url.startsWith("https://")) {
            String token = choose(remote.credentials(), TOKENS);
            String authority = remote.credentials().get(AUTHORITY);
            return new GitAccess(
                    token == null ? null : new UsernamePasswordCredentialsProvider(remote.username(), token),
                    authority == null ? null : GitTrust.of(authority),
                    null);
        }
        return new GitAccess(null, null, ssh(remote, knownHosts));
    }

    private static @Nullable String choose(Map<String, String> credentials, List<String> names) {
        for (String name : names) {
            String value = credentials.get(name);
            if (value != null) {
                return value.strip();
            }
        }
        List<String> others = credentials.keySet().stream()
                .filter(key -> !key.equals(KNOWN_HOSTS) && !key.equals(AUTHORITY))
                .toList();
        String only = others.size() == 1 ? credentials.get(others.getFirst()) : null;
        return only == null ? null : only.strip();
    }

    private static SshdSessionFactory ssh(GitSource.Remote remote, Path knownHosts) throws IOException {
        File home = new File(System.getProperty("user.home", "/"));
        List<KeyPair> keys = keys(remote);
        String hosts = remote.credentials().get(KNOWN_HOSTS);
        SshdSessionFactoryBuilder builder =
                new SshdSessionFactoryBuilder().setHomeDirectory(home).setSshDirectory(new File(home, ".ssh"));
        if (!keys.isEmpty()) {
            builder.setPreferredAuthentications("publickey")
                    .setDefaultKeysProvider(directory -> keys)
                    .setDefaultIdentities(directory -> List.of());
        }
        if (hosts != null) {
            Files.writeString(knownHosts, hosts);
            builder.setDefaultKnownHostsFiles(directory -> List.of(knownHosts));
        }
        return builder.build(null);
    }

    private static List<KeyPair> keys(GitSource.Remote remote) throws IOException {
        String key = choose(remote.credentials(), KEYS);
        List<KeyPair> pairs = new ArrayList<>();
        if (key != null) {
            byte[] bytes = (key + "\n").getBytes(StandardCharsets.UTF_8);
            try {
                Iterable<KeyPair> loaded =
                        SecurityUtils.loadKeyPairIdentities(null, null, new ByteArrayInputStream(bytes), null);
                if (loaded != null) {
                    loaded.forEach(pairs::add);
                }
            } catch (GeneralSecurityException | IOException e) {
                throw new GitException(
                        "AccessDenied",
                        "the private key that spec.credentials names cannot be read; it has to be in"
                                + " OpenSSH or PEM form, without a passphrase",
                        null);
            }
        }
        return pairs;
    }

    void configure(TransportCommand<?, ?> command) {
        if (password != null) {
            command.setCredentialsProvider(password);
        }
        command.setTransportConfigCallback(transport -> {
            if (transport instanceof SshTransport over && ssh != null) {
                over.setSshSessionFactory(ssh);
            } else if (transport instanceof TransportHttp over && trust != null) {
                over.setHttpConnectionFactory(trust);
            }
        });
    }

    @Override
    public void close() {
        if (password != null) {
            password.clear();
        }
        if (ssh != null) {
            ssh.close();
        }
    }
}
