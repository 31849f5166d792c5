package ai.thinkheads.phoenix.proof.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with real containers is said, costs nothing, and is over when its cause is. */
@Tag("host")
@Tag("promise-8")
@DisplayNameGeneration(ReplaceUnderscores.class)
class LinuxBadTimesTest {

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

    private String feature(String name, String timeout, String install) {
        return """
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Feature
                metadata: {name: %s}
                spec:
                  scope: Container
                  version: "1"
                  timeout: %s
                  check: test -e /done
                  install: |
                    %s
                """.formatted(name, timeout, install);
    }

    private static String with(String feature) {
        return "  provision:\n    features: [{name: " + feature + "}]";
    }

    @Test
    void a_feature_that_fails_prints_megabytes_or_hangs_is_a_condition_of_its_guest_alone() throws Exception {
        lab.write(
                "bad.yaml",
                feature("failing", "1m", "echo 'no such package: nonsense' >&2; exit 7"),
                feature("talking", "1m", "yes 'a line of many' | head -c 8000000; echo the end; exit 3"),
                feature("hanging", "3s", "echo waiting for ever; sleep 4711"),
                Containers.tiny("fails", 201, "10.87.0.21", with("failing")),
                Containers.tiny("talks", 202, "10.87.0.22", with("talking")),
                Containers.tiny("hangs", 203, "10.87.0.23", with("hanging")));

        String fails = lab.fail("ct", "fails", "40s");

        assertThat(fails).contains("FeatureFailed", "no such package: nonsense", "exited with 7");
        String talks = lab.told("ct", "talks");
        assertThat(talks).contains("FeatureFailed", "the end").hasSizeLessThan(32_000);
        assertThat(lab.told("ct", "hangs")).contains("FeatureFailed");
        assertThat(lab.machine.tried("pgrep", "-f", "sleep 4711").ok())
                .as("what was too slow is killed in the guest")
                .isFalse();
        assertThat(lab.page("10.87.0.10")).contains("real");

        lab.rewrite("bad.yaml", "echo 'no such package: nonsense' >&2; exit 7", "touch /done");
        lab.rewrite("bad.yaml", "echo the end; exit 3", "touch /done");
        lab.rewrite("bad.yaml", "echo waiting for ever; sleep 4711", "touch /done");
        lab.apply();
    }

    @Test
    void an_address_that_somebody_has_is_said_before_two_fight_over_it() throws Exception {
        lab.apply();
        lab.machine.run("ip", "addr", "add", "10.87.0.31/24", "dev", "lab0");
        lab.write(
                "more.yaml", Containers.tiny("first", 231, "10.87.0.31"), Containers.tiny("second", 232, "10.87.0.32"));
        lab.machine.run("ip", "netns", "add", "other");
        lab.machine.run("ip", "link", "add", "oth0", "type", "veth", "peer", "name", "in0", "netns", "other");
        lab.machine.run("ip", "link", "set", "oth0", "master", "lab0", "up");
        lab.machine.run("ip", "-n", "other", "addr", "add", "10.87.0.32/24", "dev", "in0");
        lab.machine.run("ip", "-n", "other", "link", "set", "in0", "up");
        lab.machine.pause(500);
        try {
            String first = lab.fail("ct", "first", "30s");

            assertThat(first).contains("10.87.0.31 is an address of the host itself");
            assertThat(lab.told("ct", "second")).contains("somebody on bridge lab0 has the address 10.87.0.32");
            assertThat(lab.runs("first") || lab.runs("second")).isFalse();
        } finally {
            lab.machine.run("ip", "netns", "del", "other");
            lab.machine.run("ip", "addr", "del", "10.87.0.31/24", "dev", "lab0");
            lab.machine.tried("ip", "link", "del", "oth0");
        }

        lab.apply();
        assertThat(lab.runs("first") && lab.runs("second")).isTrue();
    }

    @Test
    void a_template_of_another_checksum_never_appears_and_the_right_one_does() throws Exception {
        Path archive = Files.createDirectories(folder.resolve("served")).resolve("rootfs.tar.gz");
        lab.machine.run(
                "sh",
                "-c",
                "cd " + archive.getParent() + " && mkdir sbin && cp /bin/busybox sbin/init"
                        + " && tar -czf rootfs.tar.gz sbin");
        String sum = lab.machine.run("sha256sum", archive.toString()).substring(0, 64);
        String wrong = "0".repeat(64);
        lab.write(
                "template.yaml",
                "apiVersion: phoenix.thinkheads.ai/v1alpha1",
                "kind: LxcTemplate",
                "metadata: {name: served}",
                "spec:",
                "  storage: library",
                "  source: {url: \"file://" + archive + "\", sha256: \"" + wrong + "\"}");

        assertThat(lab.fail("ct-template", "served", "20s")).contains("has the checksum " + sum, wrong);
        assertThat(lab.machine.run("find", "/tank/library", "-name", "*served*", "-o", "-name", "*rootfs.tar*"))
                .isEmpty();

        lab.rewrite("template.yaml", wrong, sum);
        lab.apply();
        assertThat(lab.told("ct-template", "served")).contains("volumeId");
    }

    @Test
    void a_full_file_system_leaves_no_half_container_behind() throws Exception {
        lab.machine.run("mkdir", "-p", "/mnt/small");
        lab.machine.run("mount", "-t", "tmpfs", "-o", "size=512k,mode=755", "tmpfs", "/mnt/small");
        lab.write(
                "small.yaml",
                """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: StoragePool
                metadata: {name: small}
                spec: {type: dir, target: {path: /mnt/small}, content: [rootdir]}
                """,
                Containers.tiny("large", 241, "10.87.0.41").replace("storage: guests", "storage: small"));

        assertThat(lab.fail("ct", "large", "30s")).contains("NoSpace");
        assertThat(lab.machine.run("find", "/mnt/small", "-name", "subvol-*")).isEmpty();
        assertThat(Path.of(Containers.LXC, "large")).doesNotExist();

        lab.machine.run("mount", "-o", "remount,size=64m", "/mnt/small");
        lab.apply();
        assertThat(lab.runs("large")).isTrue();
    }

    @Test
    void values_with_quotes_dollars_and_newlines_arrive_as_they_are_and_secrets_are_in_no_argument_list()
            throws Exception {
        lab.write("values.yaml", """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Secret
                metadata: {name: hard}
                spec:
                  stringData:
                    word: "pa ss'\\"$(touch /pwned)`id`\\n  second\\tline"
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Feature
                metadata: {name: writes}
                spec:
                  scope: Container
                  version: "1"
                  parameters:
                    type: object
                    properties:
                      word: {type: string}
                  check: test "$(cat /word 2>/dev/null)" = "$WORD"
                  install: |
                    cat /proc/*/cmdline | tr '\\\\0' ' ' >/seen
                    printf '%s' "$WORD" >/word
                """ + Containers.tiny("keeps", 251, "10.87.0.51", """
                  provision:
                    features:
                      - {name: writes, parameters: {word: {secretRef: {name: hard, key: word}}}}
                """));

        lab.apply();

        assertThat(lab.attach("keeps", "cat /word")).isEqualTo("pa ss'\"$(touch /pwned)`id`\n  second\tline");
        assertThat(lab.attach("keeps", "ls /; cat /seen")).doesNotContain("pwned", "pa ss");
        assertThat(lab.apply()).isZero();
    }

    @Test
    @Tag("promise-2")
    void a_tool_that_answers_in_a_form_nobody_expected_is_said_and_nothing_is_done_meanwhile() throws Exception {
        lab.apply();
        String pid = lab.machine.run("lxc-info", "-P", Containers.LXC, "-n", "site", "-pH");
        Path odd = Files.writeString(folder.resolve("odd"), "#!/bin/sh\necho 'Welcome to version 9'\n");
        lab.machine.run("chmod", "755", odd.toString());
        for (String program : new String[] {"zpool", "lxc-ls"}) {
            String real = lab.machine.run("sh", "-c", "readlink -f $(command -v " + program + ")");
            lab.machine.run("mount", "--bind", odd.toString(), real);
            try {
                assertThat(lab.fail("ct", "site", "10s"))
                        .contains(
                                program.equals("zpool") ? "zpool status printed" : "lxc-ls printed",
                                "Welcome to version 9");
            } finally {
                lab.machine.run("umount", real);
            }
            assertThat(lab.machine.run("lxc-info", "-P", Containers.LXC, "-n", "site", "-pH"))
                    .isEqualTo(pid);
            assertThat(lab.apply()).isZero();
        }
    }

    @Test
    @Tag("promise-2")
    void one_damaged_file_is_told_with_its_line_its_container_runs_on_and_so_does_the_rest() throws Exception {
        lab.write("torn.yaml", Containers.tiny("torn", 261, "10.87.0.61"));
        lab.apply();
        String pid = lab.machine.run("lxc-info", "-P", Containers.LXC, "-n", "torn", "-pH");
        Path config = Path.of(Containers.LXC, "torn", "config");
        String whole = Files.readString(config);
        Files.writeString(config, whole.replaceFirst("\"cores\":\\d+", "\"cores\":}"));
        lab.write("third.yaml", Containers.tiny("third", 262, "10.87.0.62"));

        assertThat(lab.fail("ct", "torn", "20s"))
                .contains("GuestUnmanageable", "line 2 of " + config, "put back a copy", "lxc-destroy");
        assertThat(lab.runs("third")).isTrue();
        assertThat(lab.machine.run("lxc-info", "-P", Containers.LXC, "-n", "torn", "-pH"))
                .isEqualTo(pid);
        assertThat(lab.machine.run("find", "/tank/guests", "-maxdepth", "1", "-name", "subvol-26*"))
                .hasLineCount(2);

        Files.writeString(config, whole);
        assertThat(lab.apply()).isZero();
    }

    @Test
    void a_container_without_a_root_of_its_own_is_not_started() throws Exception {
        lab.apply();
        Path config = Path.of(Containers.LXC, "site", "config");
        lab.machine.run("lxc-stop", "-k", "-P", Containers.LXC, "-n", "site");
        Files.writeString(
                config, Files.readString(config).replaceAll("lxc.rootfs.path = .*", "lxc.rootfs.path = dir:/"));

        lab.apply();

        assertThat(config).content().doesNotContain("dir:/\n").contains("lxc.rootfs.path = dir:/tank/guests/subvol-");
        assertThat(lab.attach("site", "ls /tank /work 2>&1 | grep -c 'No such'"))
                .isEqualTo("2");

        lab.machine.run("lxc-stop", "-k", "-P", Containers.LXC, "-n", "site");
        lab.machine.run("zfs", "set", "canmount=off", "tank/guests/subvol-100-disk-0");
        lab.machine.tried("zfs", "unmount", "tank/guests/subvol-100-disk-0");
        assertThat(lab.fail("ct", "site", "20s")).contains("no root file system at");
        assertThat(lab.runs("site")).isFalse();

        // What may be mounted is, before the container is started.
        lab.machine.run("zfs", "set", "canmount=on", "tank/guests/subvol-100-disk-0");
        lab.apply();
        assertThat(lab.runs("site")).isTrue();
    }
}
