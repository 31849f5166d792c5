package ai.thinkheads.phoenix.daemon.gitops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.command.AbstractCommandSupport;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

/** Git servers for one repository: by https with a certificate of their own and a token, by ssh with a key. */
final class GitServers implements AutoCloseable {

    static final String TOKEN = "t0ken-of-the-test";
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path repository;
    private final HttpsServer https;
    private final String certificate;
    private final SshServer ssh;
    private final KeyPair host;
    private final KeyPair client;

    GitServers(Path repository, Path folder) throws Exception {
        this.repository = repository;
        KeyStore keys = certificate(folder.resolve("server.p12"));
        certificate = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getCertificate("git").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        https.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        https.createContext("/live.git/", this::answer);
        https.start();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        host = generator.generateKeyPair();
        client = generator.generateKeyPair();
        ssh = SshServer.setUpDefaultServer();
        ssh.setHost("127.0.0.1");
        ssh.setKeyPairProvider(KeyPairProvider.wrap(host));
        ssh.setPublickeyAuthenticator((user, key, session) -> KeyUtils.compareKeys(key, client.getPublic()));
        ssh.setCommandFactory((channel, command) -> new AbstractCommandSupport(command, null) {
            @Override
            public void run() {
                try (Repository opened = open()) {
                    new UploadPack(opened).upload(getInputStream(), getOutputStream(), getErrorStream());
                    onExit(0);
                } catch (IOException e) {
                    onExit(1, e.getMessage());
                }
            }
        });
        ssh.start();
    }

    private static KeyStore certificate(Path file) throws Exception {
        Process tool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "git",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=git",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD)))
                .redirectErrorStream(true)
                .start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tool.waitFor() != 0) {
            throw new IOException(said);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private Repository open() throws IOException {
        return new FileRepositoryBuilder()
                .setGitDir(repository.resolve(".git").toFile())
                .setMustExist(true)
                .build();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String wanted =
                    "Basic " + Base64.getEncoder().encodeToString(("git:" + TOKEN).getBytes(StandardCharsets.UTF_8));
            if (!wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=git");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            boolean advertises = exchange.getRequestURI().getPath().endsWith("/info/refs");
            try (Repository opened = open()) {
                UploadPack pack = new UploadPack(opened);
                pack.setBiDirectionalPipe(false);
                String version = exchange.getRequestHeaders().getFirst("Git-Protocol");
                if (version != null) {
                    pack.setExtraParameters(List.of(version));
                }
                if (advertises) {
                    pack.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(new PacketLineOut(body)), "git-upload-pack");
                } else {
                    boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
                    InputStream in = exchange.getRequestBody();
                    pack.upload(zipped ? new GZIPInputStream(in) : in, body, null);
                }
            }
            exchange.getResponseHeaders()
                    .add("Content-Type", "application/x-git-upload-pack-" + (advertises ? "advertisement" : "result"));
            exchange.sendResponseHeaders(200, body.size());
            body.writeTo(exchange.getResponseBody());
        }
    }

    String httpsUrl() {
        return "https://127.0.0.1:" + https.getAddress().getPort() + "/live.git";
    }

    String sshUrl() {
        return "ssh://git@127.0.0.1:" + ssh.getPort() + "/live.git";
    }

    /** The certificate of the https server, which is its own authority. */
    String certificate() {
        return certificate;
    }

    /** The ssh server as known_hosts has it. */
    String knownHosts() {
        return "[127.0.0.1]:" + ssh.getPort() + " " + PublicKeyEntry.toString(host.getPublic()) + "\n";
    }

    /** The key that gets in by ssh. */
    String privateKey() throws Exception {
        return written(client);
    }

    /** A key that nobody knows. */
    static String anotherKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return written(generator.generateKeyPair());
    }

    private static String written(KeyPair pair) throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "test", null, text);
        return text.toString(StandardCharsets.US_ASCII);
    }

    /** Nothing answers at the same addresses any more. */
    @Override
    public void close() throws IOException {
        https.stop(0);
        ssh.stop(true);
    }
}
