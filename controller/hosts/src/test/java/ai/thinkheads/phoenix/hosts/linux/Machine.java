package ai.thinkheads.phoenix.hosts.linux;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.LocalCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * This machine as a host for tests that are tagged {@code host}: inside namespaces of its own, which {@code make test-host} makes.
 * Elsewhere such tests are skipped, so that nothing of a developer's machine is ever touched.
 */
public final class Machine implements AutoCloseable {

    /** Set by {@code .ci/test-host} inside its namespaces. */
    public static final String INSIDE = "PHOENIX_TEST_HOST";

    private final LocalCommands commands = new LocalCommands();
    private final LinuxRoots roots = LinuxRoots.DEBIAN;
    private @Nullable Process zfs;

    public Machine() {
        Assumptions.assumeTrue(
                "inside".equals(System.getenv(INSIDE)),
                "real hosts are tested by 'make test-host' only, as root and inside namespaces of its own");
    }

    public LinuxRoots roots() {
        return roots;
    }

    /** A file that stands for an empty disk. */
    public String disk(String name, int mebibytes) {
        try {
            Path folder = Files.createDirectories(Path.of(roots.disks()));
            Path file = folder.resolve(name);
            Files.deleteIfExists(file);
            run("truncate", "-s", mebibytes + "M", file.toString());
            return file.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts ZFS in user space, unless it runs already. */
    public Machine withZfs() throws Exception {
        if (commands.run(Invocation.of("zpool", "list")).ok()) {
            return this;
        }
        zfs = new ProcessBuilder("/usr/sbin/zfs-fuse", "--no-daemon", "--no-kstat-mount")
                .directory(new java.io.File("/"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        for (int i = 0; i < 100 && !commands.run(Invocation.of("zpool", "list")).ok(); i++) {
            Thread.sleep(50);
        }
        return this;
    }

    /** Opens it as the driver does. */
    public LinuxHost open() {
        return open(WithoutGuests::new, null);
    }

    public LinuxHost open(Function<LinuxGround, LinuxGuests> guests, HypervisorSpec.@Nullable Shell shell) {
        return (LinuxHost) new LinuxHostDriver(new RealClock(), Path.of("/run/phoenix-test"), roots, guests)
                .open("lab", spec(shell), Map.of());
    }

    public static HypervisorSpec spec(HypervisorSpec.@Nullable Shell shell) {
        return new HypervisorSpec(
                HypervisorSpec.Driver.LINUX,
                null,
                null,
                null,
                shell,
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

    /** Runs a program that has to succeed. */
    public String run(String... argv) {
        Outcome outcome = commands.run(Invocation.of(argv).within(Duration.ofMinutes(2)));
        assertThat(outcome.exitCode())
                .describedAs(String.join(" ", argv) + ": " + outcome.stderr())
                .isZero();
        return outcome.stdout().strip();
    }

    /** Runs one that may fail. */
    public Outcome tried(String... argv) {
        return commands.run(Invocation.of(argv).within(Duration.ofMinutes(2)));
    }

    public void pause(int milliseconds) {
        new RealClock().sleep(Duration.ofMillis(milliseconds));
    }

    /** Takes all pools away and ends what was started; a killed ZFS leaves dead mounts and a memory of pools behind. */
    @Override
    public void close() {
        Process daemon = zfs;
        zfs = null;
        if (daemon != null) {
            for (int i = 0; i < 40 && destroyPools(); i++) {
                new RealClock().sleep(Duration.ofMillis(100));
            }
            daemon.destroyForcibly();
            daemon.onExit().join();
            commands.run(Invocation.of(
                    "sh",
                    "-c",
                    "awk '$1==\"kstat\"||$3==\"fuse.zfs\"||$3==\"fuse\"{print $2}' /proc/mounts | sort -r | xargs -r -n1 umount -l;"
                            + " rm -rf /var/lib/zfs/* /run/zfs/* /run/lock/zfs/* /tank /pond"));
        }
        commands.run(Invocation.of(
                "find", roots.state(), "-mindepth", "1", "-maxdepth", "1", "!", "-name", "disks", "-delete"));
        commands.close();
    }

    private boolean destroyPools() {
        Outcome pools = commands.run(Invocation.of("zpool", "list", "-H", "-o", "name"));
        List<String> names =
                pools.stdout().lines().filter(name -> name.matches("[a-z]\\w*")).toList();
        names.forEach(name -> commands.run(Invocation.of("zpool", "destroy", "-f", name)));
        return pools.ok() && !names.isEmpty();
    }
}
