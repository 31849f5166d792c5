package ai.thinkheads.phoenix.proof.bench;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.LocalCommands;
import ai.thinkheads.phoenix.hosts.linux.LinuxHost;
import ai.thinkheads.phoenix.hosts.linux.LinuxHostDriver;
import ai.thinkheads.phoenix.hosts.linux.LinuxRoots;
import ai.thinkheads.phoenix.hosts.linux.WithoutGuests;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a real host costs: one program, and one read of the whole host with 5, 20 and 50 datasets. Runs inside the namespaces of
 * {@code .ci/test-host} only, since it makes a pool.
 */
final class HostBenchmark {

    private static final int PROGRAMS = 200;
    private static final int READS = 7;

    private final LocalCommands commands = new LocalCommands();

    List<Figure> run() throws IOException {
        List<Figure> figures = new ArrayList<>();
        List<Double> spawns = new ArrayList<>();
        for (int i = -50; i < PROGRAMS; i++) {
            long before = System.nanoTime();
            commands.run(Invocation.of("true"));
            if (i >= 0) {
                spawns.add((System.nanoTime() - before) / 1e6);
            }
        }
        figures.add(new Figure("host: one program, by posix_spawn", "ms", spawns, ""));
        if ("inside".equals(System.getenv("PHOENIX_TEST_HOST"))) {
            figures.addAll(reads());
        }
        commands.close();
        return figures;
    }

    private List<Figure> reads() throws IOException {
        List<Figure> figures = new ArrayList<>();
        Process zfs = new ProcessBuilder("/usr/sbin/zfs-fuse", "--no-daemon", "--no-kstat-mount")
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            for (int i = 0;
                    i < 100 && !commands.run(Invocation.of("zpool", "list")).ok();
                    i++) {
                commands.run(Invocation.of("sleep", "0.1"));
            }
            Path disk =
                    Files.createDirectories(Path.of(LinuxRoots.DEBIAN.disks())).resolve("bench");
            commands.run(Invocation.of("truncate", "-s", "256M", disk.toString()));
            commands.run(Invocation.of("zpool", "create", "bench", disk.toString()));
            LinuxHostDriver driver = new LinuxHostDriver(
                    new NoWaiting(), Path.of("/run/phoenix-bench"), LinuxRoots.DEBIAN, WithoutGuests::new);
            HypervisorSpec spec = JsonMapper.shared().readValue("{\"driver\":\"linux\"}", HypervisorSpec.class);
            try (LinuxHost host = (LinuxHost) driver.open("bench", spec, Map.of())) {
                for (int datasets : new int[] {5, 20, 50}) {
                    figures.addAll(reads(host, datasets));
                }
            }
        } finally {
            commands.run(Invocation.of("zpool", "destroy", "-f", "bench"));
            zfs.destroyForcibly();
        }
        return figures;
    }

    private List<Figure> reads(LinuxHost host, int datasets) {
        for (int i = 0; i < datasets; i++) {
            commands.run(Invocation.of("zfs", "create", "bench/d" + i));
        }
        host.read();
        List<Double> times = new ArrayList<>();
        long before = host.commands();
        for (int i = 0; i < READS; i++) {
            long start = System.nanoTime();
            host.read();
            times.add((System.nanoTime() - start) / 1e6);
        }
        double each = (host.commands() - before) / (double) READS;
        return List.of(
                Figure.of("host: programs of one whole read, " + datasets + " datasets", "", each, "the same for all"),
                new Figure("host: one whole read, " + datasets + " datasets", "ms", times, ""));
    }

    /** Nothing that is measured here waits. */
    static final class NoWaiting implements HostClock {

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public Duration elapsed() {
            return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void sleep(Duration duration) {
            throw new IllegalStateException("a read waits for nothing");
        }
    }
}
