package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.daemon.wiring.SimulatedMachine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference host in {@code resources/} through the driver of Proxmox VE: https, a token and ssh, to a simulated machine. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProxmoxTest {

    private static final String INSTALLER =
            "https://us.download.nvidia.com/XFree86/Linux-x86_64/580.76.05/NVIDIA-Linux-x86_64-580.76.05.run";

    @TempDir
    Path folder;

    private final AtomicInteger requests = new AtomicInteger();
    /** Every request as the machine got it. */
    private final StringBuffer heard = new StringBuffer();
    /** The request whose answer is lost, counted from the first. */
    private volatile int lost;

    private SimulatedMachine machine;
    private Path manifests;

    @BeforeEach
    void start() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        machine = SimulatedMachine.start(
                folder.resolve("machines"),
                "phoenix",
                new SimulatedMachine.Addresses(any, any),
                hardware(),
                null,
                exchange -> {
                    heard.append(exchange.request())
                            .append(exchange.request().params())
                            .append('\n');
                    if (requests.incrementAndGet() == lost) {
                        throw new IllegalStateException("the wire was cut");
                    }
                });
        manifests = Files.createDirectories(folder.resolve("manifests"));
        try (Stream<Path> files = Files.list(Checkout.top().resolve("resources"))) {
            for (Path file : files.toList()) {
                String text = Files.readString(file);
                if (file.getFileName().toString().equals("00-hypervisor.yaml")) {
                    text = text.replaceFirst("(?s)  simulated:\n.*?(\n---|$)", reached() + "$1")
                                    .replaceFirst("driver: simulated", "driver: proxmox")
                            + secrets();
                }
                // A real host has what is offered in packages, or else an installer of that version.
                text = text.replaceFirst(
                        "  kernelModule: Open\n",
                        "$0  source:\n    url: " + INSTALLER + "\n    sha256: " + "0".repeat(64) + "\n");
                Files.writeString(manifests.resolve(file.getFileName().toString()), text);
            }
        }
    }

    private static HypervisorSpec.Simulated hardware() {
        return new HypervisorSpec.Simulated(
                12,
                ByteSize.ofGi(96),
                List.of(
                        new HypervisorSpec.Simulated.Disk(
                                "/dev/disk/by-id/nvme-Samsung_990_PRO_2TB_A", ByteSize.parse("2Ti")),
                        new HypervisorSpec.Simulated.Disk(
                                "/dev/disk/by-id/nvme-Samsung_990_PRO_2TB_B", ByteSize.parse("2Ti")),
                        new HypervisorSpec.Simulated.Disk(
                                "/dev/disk/by-id/nvme-Samsung_990_PRO_4TB_C", ByteSize.parse("4Ti"))),
                List.of(
                        new HypervisorSpec.Simulated.Gpu(
                                "NVIDIA GeForce RTX 5060 Ti", ByteSize.ofGi(16), "0000:01:00.0"),
                        new HypervisorSpec.Simulated.Gpu(
                                "NVIDIA GeForce RTX 5060 Ti", ByteSize.ofGi(16), "0000:02:00.0")),
                List.of("enp5s0"),
                HypervisorSpec.Simulated.Latency.NONE,
                List.of());
    }

    private String reached() {
        return "  endpoint: " + machine.endpoint() + "\n"
                + "  node: phoenix\n"
                + "  credentials: {name: api}\n"
                + "  shell: {type: ssh, address: 127.0.0.1, port: " + machine.shellPort() + ", hostKey: "
                + machine.hostKey() + ", key: {name: shell, key: id}}\n";
    }

    private String secrets() throws Exception {
        return """

                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Secret
                metadata: {name: api}
                spec:
                  stringData:
                    token: %s=%s
                    fingerprint: %s
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Secret
                metadata: {name: shell}
                spec:
                  stringData:
                    id: |
                %s
                """.formatted(
                        machine.token().id(),
                        machine.token().secret(),
                        machine.fingerprint(),
                        Files.readString(machine.key()).indent(6));
    }

    @AfterEach
    void stop() {
        machine.close();
    }

    @Test
    @Tag("promise-1")
    void a_folder_converges_and_a_second_apply_changes_nothing() {
        Shell shell = new Shell(folder.resolve("state"));

        Shell.Outcome first = shell.run("apply", "-f", manifests.toString(), "-o", "json", "--timeout", "60s");
        int before = requests.get();
        Shell.Outcome second = shell.run("apply", "-f", manifests.toString(), "-o", "json", "--timeout", "60s");

        assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
        assertThat(second.exitCode()).as(second.out() + second.err()).isZero();
        assertThat(second.json().path("host").path("changes").asInt(-1)).isZero();
        assertThat(requests.get() - before)
                .as("requests of a pass over 47 resources in which nothing is to be done")
                .isLessThan(60);
    }

    /** What it takes for a container with features that a token may not set. */
    private Path small(String name) throws Exception {
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(file, """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Hypervisor
                metadata: {name: phoenix}
                spec:
                  driver: proxmox
                """ + reached() + secrets() + """
                        ---
                        apiVersion: phoenix.thinkheads.ai/v1alpha1
                        kind: NetworkBridge
                        metadata: {name: vmbr0}
                        spec: {address: 10.2.0.1/16}
                        ---
                        apiVersion: phoenix.thinkheads.ai/v1alpha1
                        kind: StoragePool
                        metadata: {name: files}
                        spec: {type: dir, target: {path: /srv/files}, content: [rootdir, vztmpl]}
                        ---
                        apiVersion: phoenix.thinkheads.ai/v1alpha1
                        kind: LxcTemplate
                        metadata: {name: debian}
                        spec:
                          storage: files
                          source: {bootstrap: {distribution: debian, suite: bookworm}}
                        ---
                        apiVersion: phoenix.thinkheads.ai/v1alpha1
                        kind: LxcContainer
                        metadata: {name: web}
                        spec:
                          template: debian
                          features: {nesting: true, keyctl: true}
                          rootDisk: {storage: files, size: 2Gi}
                          network: {interfaces: [{bridge: vmbr0, address: 10.2.0.2/16}]}
                        """);
        return file;
    }

    @Test
    @Tag("promise-2")
    void an_apply_that_loses_an_answer_anywhere_converges_by_itself_and_makes_nothing_twice() throws Exception {
        Path file = small("small");
        Shell whole = new Shell(folder.resolve("whole"));
        Shell.Outcome first = whole.run("apply", "-f", file.toString(), "--timeout", "60s");
        assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
        int all = requests.get();
        for (int at = 3; at < all; at += 17) {
            stop();
            requests.set(0);
            lost = 0;
            Path machines = folder.resolve("machines");
            Files.move(machines, folder.resolve("machines-before-" + at));
            start();
            lost = at;
            Path again = small("small-" + at);

            Shell shell = new Shell(folder.resolve("state-" + at));
            Shell.Outcome outcome = shell.run("apply", "-f", again.toString(), "--timeout", "60s");
            Shell.Outcome second = shell.run("apply", "-f", again.toString(), "-o", "json", "--timeout", "60s");

            assertThat(outcome.exitCode())
                    .as("answer " + at + " was lost: " + outcome.out() + outcome.err())
                    .isZero();
            assertThat(requests.get()).isGreaterThan(at);
            assertThat(second.json().path("host").path("changes").asInt(-1)).isZero();
            assertThat(machine.guests()).as("answer " + at + " was lost").isEqualTo(1);
        }
    }

    @Test
    @Tag("promise-2")
    void a_root_disk_goes_to_the_storage_that_the_manifest_names_at_the_next_restart() throws Exception {
        Path file = small("moved");
        Files.writeString(file, Files.readString(file).replace("{nesting: true, keyctl: true}", "{keyctl: true}"));
        Shell shell = new Shell(folder.resolve("moved"));
        Shell.Outcome made = shell.run("apply", "-f", file.toString(), "--timeout", "60s");
        assertThat(made.exitCode()).as(made.out() + made.err()).isZero();
        assertThat(shell.run("events").out()).contains("HostWarning", "You may need to enable nesting");
        Files.writeString(
                file, Files.readString(file).replace("rootDisk: {storage: files", "rootDisk: {storage: more") + """
                        ---
                        apiVersion: phoenix.thinkheads.ai/v1alpha1
                        kind: StoragePool
                        metadata: {name: more}
                        spec: {type: dir, target: {path: /srv/more}, content: [rootdir]}
                        """);

        Shell.Outcome waits = shell.run("apply", "-f", file.toString(), "--timeout", "5s");
        assertThat(waits.exitCode()).isEqualTo(1);
        assertThat(waits.out() + waits.err())
                .contains("move the root disk from storage files to more", "phoenixctl restart web");

        Shell.Outcome restarted = shell.run("restart", "web");
        assertThat(restarted.exitCode()).as(restarted.out() + restarted.err()).isZero();
        Shell.Outcome again = shell.run("apply", "-f", file.toString(), "-o", "json", "--timeout", "60s");
        assertThat(again.exitCode()).as(again.out() + again.err()).isZero();
        assertThat(again.json().path("host").path("changes").asInt(-1)).isZero();
        assertThat(shell.run("describe", "ct/web").out())
                .contains("destroy-volume/web/files:")
                .containsPattern("RestartRequired +False");
    }

    @Test
    @Tag("promise-9")
    void secrets_are_in_no_request_no_argument_no_log_and_no_file_on_either_side() throws Exception {
        Canary canary = new Canary("canary-7f31c9d2e85b");
        Path file = small("secret");
        Files.writeString(file, Files.readString(file) + "  " + Canary.PROVISION + "\n" + canary.manifests());
        Shell shell = new Shell(folder.resolve("secret"));

        Shell.Outcome made = shell.run("apply", "-v", "-f", file.toString(), "--timeout", "60s");

        assertThat(made.exitCode()).as(made.out() + made.err()).isZero();
        String said = made.out()
                + made.err()
                + shell.run("events").out()
                + shell.run("get", "all", "-o", "yaml").out()
                + shell.run("describe", "ct/web").out();
        String token = machine.token().secret();
        assertThat(said).contains("app").doesNotContain(canary.word()).doesNotContain(token);
        assertThat(heard.toString()).contains("/lxc").doesNotContain(canary.word());
        assertThat(canary.filesWith(folder.resolve("machines"))).isEmpty();
        assertThat(canary.filesWith(folder.resolve("secret"))).isEmpty();
        assertThat(new Canary(token).filesWith(folder.resolve("secret"))).isEmpty();
    }
}
