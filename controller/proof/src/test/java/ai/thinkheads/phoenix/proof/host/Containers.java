package ai.thinkheads.phoenix.proof.host;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.hosts.linux.Machine;
import ai.thinkheads.phoenix.proof.Checkout;
import ai.thinkheads.phoenix.proof.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A machine with disks, a terminal, and a folder of manifests that begins as the ground of
 * {@code samples/linux-host} with a template and a web server of busybox. */
final class Containers implements AutoCloseable {

    static final String LXC = "/var/lib/lxc";

    final Machine machine;
    final Shell shell;
    final Path manifests;

    Containers(Path folder, String... samples) throws Exception {
        machine = new Machine().withZfs();
        machine.disk("a", 512);
        machine.disk("b", 512);
        shell = new Shell(folder.resolve("state"));
        manifests = Files.createDirectory(folder.resolve("manifests"));
        for (String name : samples) {
            Files.copy(Checkout.top().resolve("samples/linux-host").resolve(name), manifests.resolve(name));
        }
        try (InputStream tiny = Containers.class.getResourceAsStream("tiny.yaml")) {
            Files.write(
                    manifests.resolve("tiny.yaml"), Objects.requireNonNull(tiny).readAllBytes());
        }
    }

    /** Applies all of it and expects it to become Ready; says how many changes that took. */
    int apply() {
        Shell.Outcome outcome = shell.run("apply", "-f", manifests.toString(), "--timeout", "90s", "-o", "json");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        return outcome.json().path("host").path("changes").asInt(-1);
    }

    /** Applies what cannot become Ready; gives what a person reads about that resource then. */
    String fail(String kind, String name, String timeout) {
        Shell.Outcome outcome = shell.run("apply", "-f", manifests.toString(), "--timeout", timeout);
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isNotZero();
        return told(kind, name);
    }

    /** All that is told about a resource, with its messages in one line each. */
    String told(String kind, String name) {
        return shell.run("get", kind, name, "-o", "json").out();
    }

    void write(String file, String... lines) throws IOException {
        Files.writeString(manifests.resolve(file), String.join("\n", lines) + "\n");
    }

    void rewrite(String file, String from, String to) throws IOException {
        Path path = manifests.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(from);
        Files.writeString(path, text.replace(from, to));
    }

    /** A busybox container on a bridge, by the classless spec of a manifest; more lines of it may follow. */
    static String tiny(String name, int vmid, String address, String... more) {
        return """
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: LxcContainer
                metadata: {name: %s}
                spec:
                  vmid: %d
                  template: busybox
                  memory: 32Mi
                  rootDisk: {storage: guests, size: 32Mi}
                  network:
                    interfaces:
                      - {bridge: lab0, address: %s/24, gateway: 10.87.0.1}
                """.formatted(name, vmid, address) + String.join("\n", more);
    }

    String attach(String name, String script) {
        return machine.run("lxc-attach", "-P", LXC, "-n", name, "--clear-env", "--", "/bin/sh", "-c", script);
    }

    String page(String address) {
        return machine.run("curl", "-sS", "-f", "--noproxy", "*", "--max-time", "3", "http://" + address + "/");
    }

    boolean runs(String name) {
        return machine.tried("lxc-info", "-P", LXC, "-n", name, "-sH")
                .stdout()
                .strip()
                .equals("RUNNING");
    }

    @Override
    public void close() {
        machine.tried(
                "sh",
                "-c",
                "for c in " + LXC + "/*/config; do [ -e \"$c\" ] || continue; c=${c%/config};" + " lxc-stop -k -P "
                        + LXC + " -n \"${c##*/}\" 2>/dev/null; rm -rf --one-file-system \"$c\"; done");
        machine.tried("ip", "link", "del", "lab0");
        machine.tried("sh", "-c", "rm -f /etc/network/interfaces.d/phoenix; nft delete table ip phoenix");
        machine.tried("sh", "-c", "umount /mnt/small 2>/dev/null; rm -rf --one-file-system /mnt/*");
        machine.close();
    }
}
