package ai.thinkheads.phoenix.hosts.command;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs on another machine by OpenSSH's {@code ssh}, all over one connection that is kept open. A constant script at the
 * other end sets PATH, takes the environment from standard input so that it shows in no argument, bounds the time there (a
 * connection that ends leaves a program running otherwise), and tells a program that ends with 255 from a connection that broke.
 */
public final class SshCommands implements Commands {

    private static final int BROKEN = 255;
    private static final int MISSING = 127;
    private static final String SAYS_255 = "phoenix: the program itself ended with 255";
    private static final String SAYS_MISSING = "phoenix: no such program";
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** Programs over one connection at a time; sshd's own default allows ten sessions. */
    private static final int SESSIONS = 8;

    /** Its arguments: the seconds the program may take, the bytes of environment that standard input begins with, the program. */
    private static final String SCRIPT = String.join(
            "\n",
            "PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 LANG=C.UTF-8",
            "export PATH LC_ALL LANG",
            "t=$1 n=$2; shift 2; cd /",
            "command -v -- \"$1\" >/dev/null || { echo '" + SAYS_MISSING + "' >&2; exit " + MISSING + "; }",
            "if [ \"$n\" -gt 0 ]; then",
            "  phoenix_whole=; e=$(head -c \"$n\"; echo .); eval \"${e%.}\"; unset e",
            "  [ \"$phoenix_whole\" = yes ] || exit " + BROKEN,
            "fi",
            "timeout -k 2 \"$t\" \"$@\"; r=$?",
            "[ $r -ne 255 ] || echo '" + SAYS_255 + "' >&2",
            "exit $r");

    private final SshTarget target;
    private final HostClock clock;
    private final Path folder;
    private final LocalCommands local = new LocalCommands();
    private final Semaphore sessions = new Semaphore(SESSIONS, true);
    private boolean connected;

    /**
     * Prepares a connection; nothing is sent before the first command.
     *
     * @param runtime a folder that only this user reads and that a reboot empties, such as {@code /run}; the private key lies
     *     there, in a folder of its own, until this is closed
     */
    public SshCommands(SshTarget target, HostClock clock, Path runtime) {
        this.target = target;
        this.clock = clock;
        try {
            Files.createDirectories(runtime);
            this.folder = Files.createTempDirectory(runtime, "phx-ssh");
            write("known_hosts", knownHost(target.hostKey()));
            String key = target.privateKey();
            if (key != null) {
                write("key", key.endsWith("\n") ? key : key + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare the connection to " + target, e);
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    /** A line of known_hosts under the alias that we call every host by. */
    static String knownHost(@Nullable String hostKey) {
        if (hostKey == null) {
            return "";
        }
        List<String> words = List.of(hostKey.strip().split("\\s+"));
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).matches("(ssh|ecdsa|sk)-[a-z0-9@.-]+")) {
                return "phoenix " + words.get(i) + " " + words.get(i + 1) + "\n";
            }
        }
        throw new HostException(
                HostException.Cause.REFUSED,
                "spec.shell.hostKey is not a public key such as 'ssh-ed25519 AAAA…'; copy a line of"
                        + " /etc/ssh/ssh_host_ed25519_key.pub of the host");
    }

    @Override
    public Outcome run(Invocation invocation) {
        connect();
        byte[] preamble = preamble(invocation.environment());
        byte[] stdin = concat(preamble, invocation.stdin());
        Duration before = clock.elapsed();
        Outcome outcome = call(invocation, preamble.length, stdin);
        Duration took = clock.elapsed().minus(before);
        return judge(invocation, outcome, took);
    }

    private Outcome call(Invocation invocation, int preamble, byte[] stdin) {
        long seconds = Math.max(1, invocation.timeout().plusMillis(999).toSeconds());
        List<String> remote = new ArrayList<>(
                List.of("/bin/sh", "-c", SCRIPT, "phoenix", String.valueOf(seconds), String.valueOf(preamble)));
        remote.addAll(invocation.argv());
        List<String> argv = ssh();
        argv.add(target.address());
        argv.add("exec " + Quoting.words(remote));
        sessions.acquireUninterruptibly();
        try {
            return local.run(
                    new Invocation(argv, Map.of(), stdin, invocation.timeout().plus(GRACE), invocation.output()));
        } finally {
            sessions.release();
        }
    }

    private Outcome judge(Invocation invocation, Outcome outcome, Duration took) {
        int code = outcome.exitCode();
        String stderr = outcome.stderr();
        String last = stderr.strip();
        if (code == BROKEN && last.endsWith(SAYS_255)) {
            return new Outcome(BROKEN, outcome.stdout(), stderr.substring(0, stderr.lastIndexOf(SAYS_255)));
        }
        if (code == MISSING && last.endsWith(SAYS_MISSING)) {
            throw LocalCommands.missing(invocation.argv().getFirst());
        }
        if (code == BROKEN || code == -1) {
            forget();
            throw broken(
                    "the connection to " + target + " broke while '"
                            + invocation.argv().getFirst() + "' ran",
                    code == -1 ? "it did not answer" : said(stderr));
        }
        boolean late = took.compareTo(invocation.timeout()) >= 0;
        return late && (code == 124 || code == 137) ? new Outcome(-1, outcome.stdout(), stderr) : outcome;
    }

    /** Opens the connection that all commands share, once; commands that come meanwhile wait. */
    private synchronized void connect() {
        if (connected) {
            return;
        }
        List<String> argv = ssh();
        argv.add(target.address());
        argv.add("exec id -u");
        Outcome outcome = local.run(Invocation.of(argv).within(CONNECT));
        if (!outcome.ok()) {
            String said = outcome.exitCode() == -1 ? "it did not answer" : said(outcome.stderr());
            if (said.contains("Permission denied")) {
                throw new HostException(
                        HostException.Cause.DENIED,
                        target + " does not accept the key: " + said
                                + "; add its public part to authorized_keys there, or name another by spec.shell.key");
            }
            if (said.contains("Host key verification failed") || said.contains("HOST IDENTIFICATION HAS CHANGED")) {
                throw new HostException(
                        HostException.Cause.DENIED,
                        target
                                + " shows a host key that is not the expected one; if the host was installed anew, put its"
                                + " key into spec.shell.hostKey or known_hosts");
            }
            throw broken("cannot connect to " + target, said);
        }
        if (!outcome.stdout().strip().equals("0")) {
            throw new HostException(
                    HostException.Cause.DENIED,
                    target
                            + " is not root there, and Phoenix sets up the whole host; set spec.shell.user to root and give"
                            + " its key to root");
        }
        connected = true;
    }

    private synchronized void forget() {
        connected = false;
    }

    private static HostException broken(String what, String said) {
        return new HostException(
                HostException.Cause.UNREACHABLE,
                what + ": " + said + "; see that the host is up and that ssh reaches it");
    }

    /** What ssh says, without the lines that only tell about its own connection sharing. */
    private static String said(String stderr) {
        String text = stderr.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("mux_client") && !line.startsWith("@@@"))
                .collect(Collectors.joining("; "));
        return text.isEmpty() ? "the connection was closed" : text;
    }

    private List<String> ssh() {
        List<String> argv =
                new ArrayList<>(List.of("ssh", "-T", "-p", String.valueOf(target.port()), "-l", target.user()));
        option(argv, "BatchMode=yes");
        option(argv, "ConnectTimeout=10");
        option(argv, "ServerAliveInterval=5");
        option(argv, "ServerAliveCountMax=3");
        option(argv, "ControlMaster=auto");
        option(argv, "ControlPath=" + folder.resolve("%C").toString().replace("%%", "%"));
        option(argv, "ControlPersist=120");
        option(argv, "LogLevel=ERROR");
        if (target.hostKey() != null) {
            option(argv, "HostKeyAlias=phoenix");
            option(argv, "UserKnownHostsFile=" + folder.resolve("known_hosts"));
            option(argv, "GlobalKnownHostsFile=/dev/null");
        }
        option(argv, "StrictHostKeyChecking=yes");
        if (target.privateKey() != null) {
            option(argv, "IdentitiesOnly=yes");
            argv.add("-i");
            argv.add(folder.resolve("key").toString());
        }
        return argv;
    }

    private static void option(List<String> argv, String option) {
        argv.add("-o");
        argv.add(option);
    }

    static byte[] preamble(Map<String, String> environment) {
        if (environment.isEmpty()) {
            return new byte[0];
        }
        StringBuilder text = new StringBuilder();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new HostException(
                        HostException.Cause.REFUSED, "'" + name + "' cannot be the name of an environment variable");
            }
            text.append("export ")
                    .append(name)
                    .append('=')
                    .append(Quoting.word(value))
                    .append('\n');
        });
        return text.append("phoenix_whole=yes\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    /** Ends the shared connection and removes the key. */
    @Override
    public void close() {
        List<String> argv = ssh();
        argv.add("-O");
        argv.add("exit");
        argv.add(target.address());
        try {
            local.run(Invocation.of(argv).within(Duration.ofSeconds(5)));
        } catch (HostException e) {
            // There was no connection to end.
        }
        local.close();
        // The shared connection takes its socket away when it ends, which may be while the folder is listed.
        for (int tries = 3; tries > 0; tries--) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
                return;
            } catch (IOException | UncheckedIOException e) {
                if (tries == 1) {
                    throw new IllegalStateException("cannot remove " + folder + ", which holds a private key", e);
                }
            }
        }
    }
}
