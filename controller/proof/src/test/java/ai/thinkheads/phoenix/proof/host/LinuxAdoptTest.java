package ai.thinkheads.phoenix.proof.host;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.proof.Checkout;
import ai.thinkheads.phoenix.proof.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person takes over a plain machine with a pool, a bridge and containers that were made by hand. */
@Tag("host")
@DisplayNameGeneration(ReplaceUnderscores.class)
class LinuxAdoptTest {

    private static final String HOST =
            Checkout.top().resolve("samples/linux-host/00-host.yaml").toString();

    @TempDir
    private Path folder;

    private Containers lab;
    private Path out;

    @BeforeEach
    void a_host_that_somebody_set_up_by_hand() throws Exception {
        lab = new Containers(folder);
        out = folder.resolve("host");
        lab.machine.run("ip", "link", "add", "lab0", "type", "bridge");
        lab.machine.run("ip", "addr", "add", "10.87.0.1/24", "dev", "lab0");
        lab.machine.run("ip", "link", "set", "lab0", "up");
        lab.machine.run("zpool", "create", "tank", "mirror", disk("a"), disk("b"));
        lab.machine.run("zfs", "create", "-o", "quota=64M", "tank/media");
        lxcCreate("theirs", "10.87.0.60");
        lxcCreate("resting", "10.87.0.61");
        lab.machine.run("lxc-start", "-P", Containers.LXC, "-n", "theirs");
    }

    private String disk(String name) {
        return lab.machine.roots().disks() + "/" + name;
    }

    private void lxcCreate(String name, String address) throws IOException {
        Path settings = folder.resolve(name + ".conf");
        Files.writeString(
                settings,
                "# set up by hand\nlxc.net.0.type = veth\nlxc.net.0.link = lab0\nlxc.net.0.flags = up\n"
                        + "lxc.net.0.ipv4.address = " + address + "/24\nlxc.apparmor.profile = unconfined\n"
                        + "lxc.environment = GREETING=it's \"theirs\"\n");
        lab.machine.run("lxc-create", "-P", Containers.LXC, "-n", name, "-t", "busybox", "-f", settings.toString());
        // The template's own asks for a lease, and takes the address away when none comes.
        Files.writeString(Path.of(Containers.LXC, name, "rootfs/etc/init.d/rcS"), "#!/bin/sh\n/bin/mount -a\n");
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private static Path config(String name) {
        return Path.of(Containers.LXC, name, "config");
    }

    private String pid() {
        return lab.machine.run("lxc-info", "-P", Containers.LXC, "-n", "theirs", "-pH");
    }

    private int apply() {
        Shell.Outcome outcome = lab.shell.run("apply", "-f", out.toString(), "--timeout", "60s", "-o", "json");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        return outcome.json().path("host").path("changes").asInt(-1);
    }

    private Shell.Outcome adopt() {
        Shell.Outcome adopted = lab.shell.run("adopt", "--all", "-f", HOST, "-o", out.toString());
        assertThat(adopted.exitCode()).as(adopted.out() + adopted.err()).isZero();
        return adopted;
    }

    @Test
    @Tag("promise-2")
    @Tag("promise-4")
    void everything_is_marked_nothing_else_changes_and_the_next_difference_is_empty() throws Exception {
        String theirs = Files.readString(config("theirs"));
        String resting = Files.readString(config("resting"));
        String pid = pid();

        Shell.Outcome adopted = adopt();

        assertThat(adopted.err())
                .contains(
                        "ZfsPool/tank",
                        "ZfsDataset/media",
                        "NetworkBridge/lab0",
                        "LxcContainer/theirs: adopt the existing container theirs",
                        "LxcContainer/resting",
                        "and changes nothing else");
        assertThat(config("theirs")).hasContent(theirs);

        assertThat(apply()).isPositive();

        assertThat(config("theirs")).content().endsWith("\n" + theirs).startsWith("# Adopted by Phoenix");
        assertThat(config("resting")).content().endsWith("\n" + resting);
        assertThat(pid()).isEqualTo(pid);
        assertThat(lab.runs("resting")).isFalse();
        Shell.Outcome next = lab.shell.run("diff", "-f", out.toString());
        assertThat(next.exitCode()).as(next.out()).isZero();
        assertThat(apply()).isZero();
        Shell another = new Shell(folder.resolve("another"));
        Shell.Outcome again = another.run("apply", "-f", out.toString(), "-o", "json");
        assertThat(again.json().path("host").path("changes").asInt(-1))
                .as(again.out() + again.err())
                .isZero();
    }

    @Test
    @Tag("promise-6")
    void what_was_adopted_is_changed_repaired_and_given_back_as_it_was() throws Exception {
        String theirs = Files.readString(config("theirs"));
        String pid = pid();
        adopt();
        apply();
        Path containers = out.resolve("80-containers.yaml");
        String[] parts = Files.readString(containers).split("(?m)^---$");
        StringBuilder changed = new StringBuilder();
        for (String part : parts) {
            String now = part.contains("name: theirs") ? part.replaceAll("memory: \\S+", "memory: 48Mi") : part;
            changed.append(changed.isEmpty() ? "" : "---").append(now);
        }
        Files.writeString(containers, changed);

        assertThat(apply()).isPositive();

        assertThat(lab.machine.run("lxc-cgroup", "-P", Containers.LXC, "-n", "theirs", "memory.limit_in_bytes"))
                .isEqualTo(String.valueOf(48 << 20));
        assertThat(pid()).as("online").isEqualTo(pid);
        lab.machine.run("lxc-stop", "-k", "-P", Containers.LXC, "-n", "theirs");
        Files.writeString(
                config("theirs"),
                Files.readString(config("theirs"))
                        .replace("\nlxc.net.0.ipv4.address = 10.87.0.60", "\nlxc.net.0.ipv4.address = 10.87.0.66"));
        assertThat(apply()).isPositive();
        assertThat(lab.runs("theirs")).isTrue();
        assertThat(lab.machine.run("ping", "-c1", "-W2", "10.87.0.60")).contains("1 received");
        assertThat(apply()).isZero();

        Shell.Outcome released = lab.shell.run("delete", "ct", "theirs");
        assertThat(released.exitCode()).as(released.err()).isZero();
        assertThat(config("theirs")).hasContent(theirs + "lxc.cgroup.memory.limit_in_bytes = " + (48 << 20));
        assertThat(lab.runs("theirs")).isTrue();

        Shell.Outcome destroyed = lab.shell.run("delete", "ct", "resting", "--destroy");
        assertThat(destroyed.exitCode()).as(destroyed.err()).isZero();
        assertThat(Path.of(Containers.LXC, "resting")).doesNotExist();
    }

    @Test
    @Tag("promise-2")
    void one_that_would_boot_the_host_or_is_half_made_is_left_out_with_the_reason() throws Exception {
        Path bare = Files.createDirectories(Path.of(Containers.LXC, "bare"));
        Files.writeString(bare.resolve("config"), "lxc.uts.name = bare\nlxc.net.0.type = empty\n");
        Path half = Files.createDirectories(Path.of(Containers.LXC, "half"));
        Files.writeString(half.resolve("config"), "lxc.uts.name = half\n");
        Files.createFile(half.resolve("partial"));
        lab.machine.run("cp", "-r", Containers.LXC + "/theirs", Containers.LXC + "/lost");
        Files.writeString(config("lost"), Files.readString(config("lost")).replace("link = lab0", "link = br9"));

        Shell.Outcome adopted = lab.shell.run("adopt", "--all", "-f", HOST, "-o", out.toString());

        assertThat(adopted.err())
                .contains("container bare", "no root file system of its own", "half-made", "bridge br9");
        assertThat(out.resolve("80-containers.yaml"))
                .content()
                .contains("theirs")
                .doesNotContain("bare", "half");
    }
}
