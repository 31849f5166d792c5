package ai.thinkheads.phoenix.proof.bench;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.LocalCommands;
import ai.thinkheads.phoenix.hosts.linux.LinuxHost;
import ai.thinkheads.phoenix.hosts.linux.LinuxHostDriver;
import ai.thinkheads.phoenix.hosts.linux.LinuxRoots;
import ai.thinkheads.phoenix.hosts.linux.lxc.LxcGuests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Twenty real containers of busybox on a bridge, from nothing to running: by Phoenix, by the bare {@code lxc-*} commands in a loop of
 * a shell, which is the floor, and by LXD where it is installed. Runs inside the namespaces of {@code .ci/test-host} only.
 */
final class ContainerBenchmark {

    private static final int CONTAINERS = 20;
    private static final int ROUNDS = 3;

    private static final String GROUND = """
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Hypervisor
            metadata: {name: bench}
            spec: {driver: linux}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: NetworkBridge
            metadata: {name: bench0}
            spec: {address: 10.90.0.1/24}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: StoragePool
            metadata: {name: files}
            spec: {type: dir, target: {path: /mnt/bench}, content: [rootdir, vztmpl]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcTemplate
            metadata: {name: tiny}
            spec: {storage: files, source: {bootstrap: {distribution: busybox}}}
            """;

    /** Privileged ones: what the template of LXC makes in the loop is, too. */
    private static final String CONTAINER = """
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcContainer
            metadata: {name: p%d}
            spec:
              vmid: %d
              template: tiny
              unprivileged: false
              memory: 64Mi
              deletionPolicy: Delete
              rootDisk: {storage: files, size: 64Mi}
              network: {interfaces: [{bridge: bench0, address: 10.90.0.%d/24}]}
            """;

    private static final String LOOP = """
            set -e; P=/mnt/bench-loop; mkdir -p $P
            memory=memory.max; k=cgroup2; [ ! -d /sys/fs/cgroup/memory ] || { memory=memory.limit_in_bytes; k=cgroup; }
            for i in $(seq %d); do
              printf 'lxc.net.0.type = veth\\nlxc.net.0.link = bench0\\nlxc.net.0.flags = up\\nlxc.net.0.name = eth0\\n' >$P/.conf
              printf 'lxc.net.0.ipv4.address = 10.90.0.%%d/24\\nlxc.apparmor.profile = unconfined\\n' $((100 + i)) >>$P/.conf
              printf 'lxc.%%s.%%s = 64M\\n' $k $memory >>$P/.conf
              lxc-create -P $P -n n$i -f $P/.conf -t busybox >/dev/null
              printf '#!/bin/sh\\n/bin/syslogd\\n' >$P/n$i/rootfs/etc/init.d/rcS
              lxc-start -P $P -n n$i
            done
            """;

    private static final String LOOP_AGAIN = """
            P=/mnt/bench-loop; for i in $(seq %d); do lxc-info -P $P -n n$i -sH; done
            """;

    private static final String LOOP_AWAY = """
            P=/mnt/bench-loop; for i in $(seq %d); do lxc-stop -k -P $P -n n$i; done; rm -rf --one-file-system $P
            """;

    private static final String LXD_UP = """
            set -e; export LXD_DIR=/mnt/bench-lxd; mkdir -m 711 -p $LXD_DIR; W=/mnt/bench-image; mkdir -p $W/rootfs
            setsid lxd --group root >/mnt/bench-lxd.log 2>&1 </dev/null & lxd waitready --timeout=30
            lxd init --preseed <<C
            storage_pools: [{name: default, driver: dir}]
            profiles:
            - name: default
              devices: {root: {path: /, pool: default, type: disk}, eth0: {type: nic, nictype: bridged, parent: bench0, name: eth0}}
            C
            tar -C $W/rootfs -xf "$(find /mnt/bench -name '*.tar*' -size +0 | head -n 1)" --exclude='dev/*'
            printf 'architecture: x86_64\\ncreation_date: 1700000000\\nproperties: {os: busybox, release: tiny}\\n' >$W/metadata.yaml
            tar -C $W -czf /mnt/bench-image.tar.gz metadata.yaml rootfs; lxc image import /mnt/bench-image.tar.gz --alias tiny -q
            """;

    private static final String LXD = """
            set -e; export LXD_DIR=/mnt/bench-lxd
            for i in $(seq %d); do lxc launch -q tiny l$i -c limits.memory=64MiB </dev/null; done
            """;

    private static final String LXD_AWAY = """
            export LXD_DIR=/mnt/bench-lxd; for i in $(seq %d); do lxc delete -f l$i; done; lxd shutdown --timeout 20
            rm -rf --one-file-system /mnt/bench-lxd* /mnt/bench-image*
            """;

    private static final int READS = 7;

    private final LocalCommands commands = new LocalCommands();
    private final Path distribution;
    private final Path work;

    ContainerBenchmark(Path distribution, Path work) {
        this.distribution = distribution;
        this.work = work;
    }

    List<Figure> run() throws IOException {
        Path ground = Files.writeString(work.resolve("ground.yaml"), GROUND);
        StringBuilder manifests = new StringBuilder();
        for (int i = 1; i <= CONTAINERS; i++) {
            manifests.append(CONTAINER.formatted(i, 100 + i, 10 + i));
        }
        Path containers = Files.writeString(work.resolve("containers.yaml"), manifests.toString());
        phoenix("apply", "-f", ground.toString());
        List<Double> created = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        List<Double> loop = new ArrayList<>();
        List<Double> loopAgain = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            created.add(phoenix("apply", "-f", containers.toString()));
            again.add(phoenix("apply", "-f", containers.toString()));
            phoenix("delete", "-f", containers.toString(), "--timeout", "2m");
            loop.add(shell(LOOP));
            loopAgain.add(shell(LOOP_AGAIN));
            shell(LOOP_AWAY);
            ratios.add(created.getLast() / loop.getLast());
        }
        String what = CONTAINERS + " containers: ";
        List<Figure> figures = new ArrayList<>(List.of(
                new Figure(what + "phoenixctl apply, empty to Ready", "s", created, ""),
                new Figure(what + "lxc-create and lxc-start in a loop", "s", loop, ""),
                new Figure(what + "Phoenix / the loop", "", ratios, "at most 1.3"),
                new Figure(what + "phoenixctl apply, a second time", "s", again, ""),
                new Figure(what + "lxc-info in a loop", "s", loopAgain, "")));
        figures.addAll(passes());
        if (commands.run(Invocation.of("sh", "-c", "command -v lxd")).ok()) {
            figures.addAll(lxd(what));
        }
        commands.close();
        return figures;
    }

    /** What a pass costs in which nothing is to be done, over more and more running containers. */
    private List<Figure> passes() throws IOException {
        List<Figure> figures = new ArrayList<>();
        for (int count : new int[] {5, 20, 50}) {
            StringBuilder manifests = new StringBuilder();
            for (int i = 1; i <= count; i++) {
                manifests.append(CONTAINER.formatted(i, 100 + i, 10 + i));
            }
            Path file = Files.writeString(work.resolve("containers-" + count + ".yaml"), manifests.toString());
            phoenix("apply", "-f", file.toString());
            LinuxHostDriver driver = new LinuxHostDriver(
                    new HostBenchmark.NoWaiting(), Path.of("/run/phoenix-bench"), LinuxRoots.DEBIAN, LxcGuests::new);
            HypervisorSpec spec = JsonMapper.shared().readValue("{\"driver\":\"linux\"}", HypervisorSpec.class);
            try (LinuxHost host = (LinuxHost) driver.open("bench", spec, Map.of())) {
                if (host.read().containers().size() != count) {
                    throw new IllegalStateException("there should be " + count + " containers");
                }
                List<Double> times = new ArrayList<>();
                long before = host.commands();
                for (int i = 0; i < READS; i++) {
                    long start = System.nanoTime();
                    host.read();
                    times.add((System.nanoTime() - start) / 1e6);
                }
                double each = (host.commands() - before) / (double) READS;
                String what = "host: %s of one whole read, " + count + " containers that run";
                figures.add(Figure.of(what.formatted("programs"), "", each, "the same for all"));
                figures.add(new Figure(what.formatted("time"), "ms", times, ""));
            }
        }
        phoenix("delete", "-f", work.resolve("containers-50.yaml").toString(), "--timeout", "2m");
        return figures;
    }

    /** LXD does not come up everywhere; the other figures stand without it. */
    private List<Figure> lxd(String what) {
        try {
            shell(LXD_UP);
            return List.of(Figure.of(what + "lxc launch of LXD in a loop", "s", shell(LXD), ""));
        } catch (IllegalStateException e) {
            System.err.println("LXD is not measured: " + e.getMessage());
            return List.of();
        } finally {
            commands.run(
                    Invocation.of("sh", "-c", LXD_AWAY.formatted(CONTAINERS)).within(Duration.ofMinutes(2)));
        }
    }

    private double phoenix(String... arguments) {
        List<String> argv =
                new ArrayList<>(List.of(distribution.resolve("bin/phoenixctl").toString()));
        argv.addAll(List.of("--state-dir", work.resolve("state").toString()));
        argv.addAll(List.of(arguments));
        return timed(Invocation.of(argv));
    }

    private double shell(String script) {
        return timed(Invocation.of("sh", "-c", script.formatted(CONTAINERS)));
    }

    private double timed(Invocation invocation) {
        long start = System.nanoTime();
        Outcome outcome = commands.run(invocation.within(Duration.ofMinutes(5)));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!outcome.ok()) {
            throw new IllegalStateException(
                    invocation + " ended with " + outcome.exitCode() + ": " + outcome.stdout() + outcome.stderr());
        }
        return seconds;
    }
}
