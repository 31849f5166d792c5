package ai.thinkheads.phoenix.hosts.command;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs as processes of this machine. The JDK spawns them by {@code posix_spawn} through a tiny launcher, so neither a
 * shell nor a copy of the JVM's memory is involved. A program is looked up on PATH and in the system directories, which services
 * and people's shells often lack. When its time is up, it and everything it has started are killed.
 */
public final class LocalCommands implements Commands {

    static final int STDOUT_BOUND = 64 << 20;
    static final int STDERR_BOUND = 64 << 10;

    private static final List<String> SYSTEM_DIRECTORIES =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    /** How long the output of a program that has ended is waited for: one that left a child behind may hold it open for ever. */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private final ExecutorService readers = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("phoenix-command-", 0).factory());
    private final String path;
    private final List<Path> directories;

    /** Uses this process's own PATH. */
    public LocalCommands() {
        this(System.getenv().getOrDefault("PATH", ""));
    }

    /**
     * @param path where programs are looked up first, separated by colons
     */
    public LocalCommands(String path) {
        Set<String> all = new LinkedHashSet<>(List.of(path.split(":", -1)));
        all.addAll(SYSTEM_DIRECTORIES);
        all.remove("");
        this.path = String.join(":", all);
        this.directories = all.stream().map(Path::of).toList();
    }

    @Override
    public Outcome run(Invocation invocation) {
        Process process = start(invocation);
        Capture out = Capture.ofStart(STDOUT_BOUND, invocation.output());
        Capture err = Capture.ofEnd(STDERR_BOUND, invocation.output());
        Future<?> outReader = readers.submit(() -> out.drain(process.getInputStream()));
        Future<?> errReader = readers.submit(() -> err.drain(process.getErrorStream()));
        try {
            feed(process, invocation.stdin());
            boolean ended = process.waitFor(invocation.timeout().toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill(process);
            }
            await(outReader);
            await(errReader);
            int code = ended ? process.exitValue() : -1;
            return new Outcome(code, out.text(invocation.argv().getFirst()), err.text(""));
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new HostException(
                    HostException.Cause.UNREACHABLE,
                    "'" + invocation + "' was stopped half way because Phoenix is ending",
                    e);
        }
    }

    private Process start(Invocation invocation) {
        List<String> argv = new ArrayList<>(invocation.argv());
        argv.set(0, find(argv.getFirst()));
        ProcessBuilder builder = new ProcessBuilder(argv);
        Map<String, String> environment = builder.environment();
        environment.put("PATH", path);
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("LANG", "C.UTF-8");
        environment.putAll(invocation.environment());
        builder.directory(Path.of("/").toFile());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new HostException(
                    HostException.Cause.FAILED,
                    "cannot run " + invocation.argv().getFirst() + ": "
                            + String.valueOf(e.getMessage()).replaceFirst("^Cannot run program [^:]*: ", ""),
                    e);
        }
    }

    private String find(String program) {
        if (program.indexOf('/') >= 0) {
            if (!Files.isExecutable(Path.of(program))) {
                throw missing(program);
            }
            return program;
        }
        for (Path directory : directories) {
            Path candidate = directory.resolve(program);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        throw missing(program);
    }

    static HostException missing(String program) {
        return new HostException(
                HostException.Cause.NOT_FOUND,
                "the host has no program '" + program + "'; install the package that brings it");
    }

    private void feed(Process process, byte[] stdin) {
        OutputStream in = process.getOutputStream();
        if (stdin.length == 0) {
            closeQuietly(in);
            return;
        }
        // Not here: a program that does not read would keep us from noticing that its time is up.
        Future<?> unused = readers.submit(() -> {
            try {
                in.write(stdin);
            } catch (IOException e) {
                // The program did not want all of it, which is its right.
            } finally {
                closeQuietly(in);
            }
        });
    }

    private static void closeQuietly(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // Nobody reads at the other end any more.
        }
    }

    private static void await(Future<?> reader) throws InterruptedException {
        try {
            reader.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            // Something that outlives the program holds its output; all that the program said has been read.
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Kills a process and everything below it; returns when all of it is gone, or does not go, as in the middle of a bad disk. */
    private static void kill(Process process) {
        Set<ProcessHandle> all = new LinkedHashSet<>(List.of(process.toHandle()));
        for (int round = 0; round < 5 && all.addAll(process.descendants().toList()); round++) {
            // Children are born meanwhile; once their parent is gone, nothing tells whose they were.
        }
        all.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture<?> gone =
                CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new));
        try {
            gone.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            // It was told to go, which is all that can be done.
        }
    }

    /** Where a program is, for drivers that want to know what the host has. */
    @Nullable
    Path where(String program) {
        try {
            return Path.of(find(program));
        } catch (HostException e) {
            return null;
        }
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }
}
