package ai.thinkheads.phoenix.proof.host;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.hosts.linux.Machine;
import ai.thinkheads.phoenix.proof.Checkout;
import ai.thinkheads.phoenix.proof.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of {@code samples/linux-host}, as its README says: a Debian built on the spot, software from its archive, Docker. */
@Tag("host")
@DisplayNameGeneration(ReplaceUnderscores.class)
class LinuxSampleTest {

    private static final String LXC = "/var/lib/lxc";
    private static final String SAMPLE =
            Checkout.top().resolve("samples/linux-host").toString();

    @TempDir
    private Path folder;

    private Machine machine;
    private Shell shell;

    @BeforeEach
    void open() throws Exception {
        machine = new Machine().withZfs();
        machine.disk("a", 512);
        machine.disk("b", 512);
        shell = new Shell(folder.resolve("state"));
    }

    @AfterEach
    void close() {
        if (machine != null) {
            machine.tried(
                    "sh",
                    "-c",
                    "for c in hello base web docker; do lxc-stop -k -n $c; rm -rf " + LXC + "/$c; done;"
                            + " rm -rf --one-file-system /var/lib/phoenix-host/files /var/lib/phoenix-host/devices");
            machine.tried("ip", "link", "del", "lab0");
            machine.tried("sh", "-c", "rm -f /etc/network/interfaces.d/phoenix; nft delete table ip phoenix");
            machine.close();
        }
    }

    private int apply() {
        Shell.Outcome outcome = shell.run("apply", "-f", SAMPLE, "--timeout", "8m", "-o", "json");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        return outcome.json().path("host").path("changes").asInt(-1);
    }

    private String in(String container, String script) {
        return machine.run(
                "lxc-attach",
                "-n",
                container,
                "--clear-env",
                "--",
                "/bin/sh",
                "-c",
                "PATH=$PATH:/usr/sbin:/sbin; " + script);
    }

    private String page() {
        return machine.run("curl", "-sS", "-f", "--noproxy", "*", "--max-time", "3", "http://10.87.0.11/");
    }

    @Test
    @Tag("promise-1")
    @Tag("promise-6")
    void software_runs_is_inherited_by_clones_repaired_when_it_dies_and_left_alone_when_it_is_well() {
        assertThat(apply()).isPositive();

        assertThat(page()).isEqualTo("Hello, 'world' $(from) Phoenix");
        assertThat(in("docker", "docker info --format '{{.ServerVersion}}'")).matches("\\d+\\..*");
        assertThat(in("web", "test -e /usr/bin/curl && hostname && cat /proc/self/uid_map | tr -s ' '"))
                .isEqualTo("web\n 0 100000 65536");
        assertThat(shell.run("get", "ct", "web", "-o", "yaml").out()).contains("inheritedFrom: LxcContainer/base");
        assertThat(machine.run("lxc-info", "-n", "base", "-sH"))
                .as("a template never runs")
                .isEqualTo("STOPPED");
        assertThat(in("web", "stat -c %U /bin/su; getfattr -n security.capability /bin/ping 2>/dev/null | wc -l"))
                .startsWith("root");

        assertThat(apply()).isZero();

        in("web", "pkill nginx; sleep 1; ! pgrep nginx");
        // The next look at the page is five seconds after the last.
        machine.pause(6000);
        assertThat(apply()).isPositive();
        assertThat(page()).isEqualTo("Hello, 'world' $(from) Phoenix");
        assertThat(apply()).isZero();
    }
}
