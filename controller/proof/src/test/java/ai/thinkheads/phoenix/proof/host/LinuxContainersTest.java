package ai.thinkheads.phoenix.proof.host;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.proof.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests that become real containers, what people do to them, and what they become again. */
@Tag("host")
@DisplayNameGeneration(ReplaceUnderscores.class)
class LinuxContainersTest {

    private static final String PAGE = "It's \"real\": $(id) & <b>40%</b>";

    @TempDir
    private Path folder;

    private Containers lab;

    @BeforeEach
    void open() throws Exception {
        lab = new Containers(folder, "00-host.yaml", "10-ground.yaml");
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private String memory(String name) {
        return lab.machine.run("lxc-cgroup", "-P", Containers.LXC, "-n", name, "memory.limit_in_bytes");
    }

    @Test
    @Tag("promise-1")
    @Tag("promise-6")
    void the_sample_becomes_a_running_clone_with_limits_a_volume_and_a_page_and_a_second_apply_changes_nothing() {
        assertThat(lab.apply()).isPositive();

        assertThat(lab.page("10.87.0.10")).isEqualTo(PAGE);
        assertThat(lab.machine.run("lxc-ls", "-1")).contains("site", "tiny");
        assertThat(lab.runs("tiny")).as("a template never runs").isFalse();
        assertThat(memory("site")).isEqualTo(String.valueOf(64 << 20));
        assertThat(lab.machine.run("zfs", "list", "-H", "-o", "origin", "-r", "tank/guests"))
                .contains("tank/guests/subvol-900-disk-0@");
        assertThat(lab.attach("site", "cat /etc/motd; hostname; grep -c ' /data ' /proc/mounts; id -u"))
                .isEqualTo("set up by Phoenix\nsite\n1\n0");
        assertThat(lab.attach("site", "ip route; cat /proc/self/uid_map")).contains("default via 10.87.0.1", "100000");
        assertThat(lab.shell.run("get", "ct", "site", "-o", "yaml").out()).contains("inheritedFrom: LxcContainer/tiny");

        assertThat(lab.apply()).isZero();
    }

    @Test
    @Tag("promise-4")
    void a_killed_service_a_stopped_container_and_a_lost_state_are_seen_and_repaired() throws Exception {
        lab.apply();

        lab.attach("site", "kill $(pidof httpd)");
        // The next look at the page is five seconds after the last.
        lab.machine.pause(5500);
        assertThat(lab.apply()).isPositive();
        assertThat(lab.page("10.87.0.10")).isEqualTo(PAGE);

        lab.machine.run("lxc-stop", "-k", "-P", Containers.LXC, "-n", "site");
        assertThat(lab.apply()).isPositive();
        assertThat(lab.runs("site")).isTrue();
        assertThat(lab.page("10.87.0.10")).isEqualTo(PAGE);

        Shell another = new Shell(folder.resolve("another"));
        Shell.Outcome again = another.run("apply", "-f", lab.manifests.toString(), "-o", "json");
        assertThat(again.exitCode()).as(again.out() + again.err()).isZero();
        assertThat(again.json().path("host").path("changes").asInt(-1)).isZero();
    }

    @Test
    @Tag("promise-4")
    void what_a_person_edits_renames_or_removes_by_hand_converges() throws Exception {
        lab.apply();
        Path config = Path.of(Containers.LXC, "site", "config");

        Files.writeString(
                config,
                Files.readString(config).replace("limit_in_bytes = " + (64 << 20), "limit_in_bytes = 1M")
                        + "lxc.environment = BY=hand\n");
        assertThat(lab.apply()).isPositive();
        assertThat(config).content().contains("= " + (64 << 20)).doesNotContain("BY=hand");
        assertThat(memory("site")).isEqualTo(String.valueOf(64 << 20));

        lab.machine.run("lxc-stop", "-k", "-P", Containers.LXC, "-n", "site");
        Files.move(Path.of(Containers.LXC, "site"), Path.of(Containers.LXC, "renamed"));
        lab.apply();
        assertThat(lab.page("10.87.0.10")).isEqualTo(PAGE);
        assertThat(lab.machine.run("lxc-ls", "-1", "--running")).hasLineCount(1);

        lab.machine.run("lxc-stop", "-k", "-P", Containers.LXC, "-n", "renamed");
        lab.machine.run("rm", "-r", Containers.LXC + "/renamed");
        Shell.Outcome gone = lab.shell.run("apply", "-f", lab.manifests.toString(), "--timeout", "1m", "-o", "json");
        assertThat(gone.exitCode()).as(gone.out() + gone.err()).isZero();
        assertThat(lab.page("10.87.0.10")).isEqualTo(PAGE);
        assertThat(lab.apply()).isZero();
    }

    @Test
    void a_frozen_one_that_is_restarted_is_frozen_again_and_the_command_ends() {
        lab.apply();
        String pid = lab.machine.run("lxc-info", "-P", Containers.LXC, "-n", "site", "-pH");

        assertThat(lab.shell.run("freeze", "site").exitCode()).isZero();
        Shell.Outcome restarted = lab.shell.run("restart", "site");

        assertThat(restarted.exitCode()).as(restarted.out() + restarted.err()).isZero();
        assertThat(lab.machine.run("lxc-info", "-P", Containers.LXC, "-n", "site", "-pH"))
                .isNotEqualTo(pid);
        assertThat(lab.machine.run("lxc-info", "-P", Containers.LXC, "-n", "site", "-sH"))
                .isEqualTo("FROZEN");
    }

    @Test
    void limits_change_while_it_runs_and_what_needs_a_restart_says_so() throws Exception {
        lab.apply();
        String pid = lab.machine.run("lxc-info", "-P", Containers.LXC, "-n", "site", "-pH");

        lab.rewrite("tiny.yaml", "memory: 64Mi", "memory: 96Mi");
        lab.apply();

        assertThat(memory("site")).isEqualTo(String.valueOf(96 << 20));
        assertThat(lab.machine.run("lxc-info", "-P", Containers.LXC, "-n", "site", "-pH"))
                .isEqualTo(pid);
    }

    @Test
    @Tag("promise-2")
    void deleting_leaves_it_running_and_destroying_takes_it_with_its_data() throws Exception {
        lab.apply();

        lab.shell.run("delete", "ct", "site");
        assertThat(lab.runs("site")).isTrue();
        lab.apply();

        Shell.Outcome outcome = lab.shell.run("delete", "ct", "site", "--destroy");
        assertThat(lab.machine.run("lxc-ls", "-1"))
                .as(outcome.out() + outcome.err())
                .isEqualTo("tiny");
        assertThat(lab.machine.run("zfs", "list", "-H", "-o", "name", "-r", "tank/guests"))
                .isEqualTo("tank/guests\ntank/guests/subvol-900-disk-0");
    }

    @Test
    @Tag("promise-8")
    void a_leftover_of_a_killed_lxc_create_and_somebody_elses_container_of_the_same_name_stay_as_they_are()
            throws Exception {
        Path leftover = Files.createDirectories(Path.of(Containers.LXC, "site"));
        Files.writeString(leftover.resolve("partial"), "");
        Files.writeString(leftover.resolve("config"), "lxc.uts.name = theirs\n");

        lab.apply();

        assertThat(leftover.resolve("config")).content().isEqualTo("lxc.uts.name = theirs\n");
        assertThat(lab.page("10.87.0.10")).isEqualTo(PAGE);
        assertThat(lab.apply()).isZero();
    }
}
