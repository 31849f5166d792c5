package ai.thinkheads.phoenix.proof.host;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.hosts.linux.Machine;
import ai.thinkheads.phoenix.proof.Checkout;
import ai.thinkheads.phoenix.proof.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests applied to a real machine, and to two of them by one controller. */
@Tag("host")
@DisplayNameGeneration(ReplaceUnderscores.class)
class LinuxHostTest {

    @TempDir
    private Path folder;

    private Machine machine;
    private Shell shell;
    private Path manifests;

    @BeforeEach
    void open() throws Exception {
        machine = new Machine().withZfs();
        machine.disk("a", 512);
        machine.disk("b", 512);
        shell = new Shell(folder.resolve("state"));
        manifests = Files.createDirectory(folder.resolve("manifests"));
        for (String name : new String[] {"00-host.yaml", "10-ground.yaml"}) {
            Files.copy(Checkout.top().resolve("samples/linux-host").resolve(name), manifests.resolve(name));
        }
    }

    @AfterEach
    void close() {
        if (machine != null) {
            machine.tried("ip", "link", "del", "lab0");
            machine.tried("sh", "-c", "rm -f /etc/network/interfaces.d/phoenix; nft delete table ip phoenix");
            machine.close();
        }
    }

    private Shell.Outcome apply() {
        Shell.Outcome outcome = shell.run("apply", "-f", manifests.toString(), "-o", "json");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        return outcome;
    }

    private static int changes(Shell.Outcome outcome) {
        return outcome.json().path("host").path("changes").asInt(-1);
    }

    private void rewrite(String file, String from, String to) throws Exception {
        Path path = manifests.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(from);
        Files.writeString(path, text.replace(from, to));
    }

    @Test
    @Tag("promise-1")
    @Tag("promise-6")
    void the_sample_becomes_a_real_pool_real_datasets_a_bridge_and_storages_and_a_second_apply_changes_nothing() {
        assertThat(changes(apply())).isPositive();

        assertThat(machine.run("zpool", "list", "-H", "-o", "name,health")).isEqualTo("tank\tONLINE");
        assertThat(machine.run("zfs", "get", "-Hp", "-o", "value", "quota", "tank/guests"))
                .isEqualTo("2147483648");
        assertThat(machine.run("stat", "-c", "%u %g %a", "/tank/library")).isEqualTo("0 33 750");
        assertThat(machine.run("ip", "-br", "-4", "addr", "show", "lab0")).contains("10.87.0.1/24");
        assertThat(machine.run("nft", "list", "ruleset")).contains("masquerade");
        assertThat(machine.run("readlink", "-f", "/etc/localtime")).endsWith("Europe/Berlin");
        assertThat(Path.of("/etc/network/interfaces.d/phoenix")).content().contains("iface lab0");

        assertThat(changes(apply())).isZero();
        Shell.Outcome difference = shell.run("diff", "-f", manifests.toString());
        assertThat(difference.exitCode()).as(difference.out()).isZero();
    }

    @Test
    @Tag("promise-4")
    void everything_is_found_again_by_its_mark_when_the_state_of_the_controller_is_lost() {
        apply();
        shell = new Shell(folder.resolve("another"));

        assertThat(changes(apply())).isZero();
    }

    @Test
    void what_a_person_changes_by_hand_is_put_right() {
        apply();
        machine.run("zfs", "set", "quota=none", "tank/guests");
        machine.run("zfs", "unmount", "tank/guests");
        // ZFS in user space holds a dataset for a moment after it was used.
        machine.run(
                "sh",
                "-c",
                "for i in 1 2 3 4 5 6 7 8 9 0; do zfs destroy tank/library && exit; sleep 0.5; done; exit 1");
        machine.run("ip", "link", "del", "lab0");
        machine.run("ln", "-sfn", "/usr/share/zoneinfo/Asia/Tokyo", "/etc/localtime");

        assertThat(changes(apply())).isPositive();

        assertThat(machine.run("zfs", "get", "-Hp", "-o", "value", "quota", "tank/guests"))
                .isEqualTo("2147483648");
        assertThat(machine.run("stat", "-c", "%u %g %a", "/tank/library")).isEqualTo("0 33 750");
        assertThat(machine.run("ip", "-br", "-4", "addr", "show", "lab0")).contains("10.87.0.1/24");
        assertThat(machine.run("zfs", "get", "-H", "-o", "value", "mounted", "tank/guests"))
                .isEqualTo("yes");
        assertThat(changes(apply())).isZero();
    }

    @Test
    void a_broken_disk_is_a_condition_and_its_replacement_in_the_manifest_heals_the_pool() throws Exception {
        apply();
        machine.run("zpool", "offline", "tank", machine.roots().disks() + "/a");

        shell.run("apply", "-f", manifests.toString(), "--timeout", "10s");
        assertThat(shell.run("get", "zfspool", "tank", "-o", "yaml").out()).contains("DEGRADED");

        String fresh = machine.disk("c", 512);
        rewrite("10-ground.yaml", machine.roots().disks() + "/a,", fresh + ",");
        Shell.Outcome replaced = shell.run("apply", "-f", manifests.toString(), "-o", "json");
        assertThat(machine.run("zpool", "status", "tank"))
                .as(replaced.out() + replaced.err())
                .contains(fresh);
    }

    /** A pool and datasets that somebody has made by hand, other ones for each seed. */
    private void grow(Random random) {
        String disks = machine.roots().disks().toString();
        machine.run("zpool", "create", "-o", "ashift=12", "tank", "mirror", disks + "/a", disks + "/b");
        for (int i = 0; i < 2 + random.nextInt(4); i++) {
            List<String> argv = new ArrayList<>(List.of("zfs", "create"));
            new TreeMap<>(Map.of(
                            "compression", List.of("on", "off", "gzip"),
                            "atime", List.of("on", "off"),
                            "recordsize", List.of("16384", "131072"),
                            "quota", List.of("67108864", "134217728"),
                            "mountpoint", List.of("/tank/at" + i, "/tank/other" + i)))
                    .forEach((name, values) -> {
                        if (random.nextInt(3) == 0) {
                            argv.addAll(List.of("-o", name + "=" + values.get(random.nextInt(values.size()))));
                        }
                    });
            argv.add("tank/" + (random.nextBoolean() ? "data-" : "Media.") + i);
            machine.run(argv.toArray(String[]::new));
        }
    }

    private String facts() {
        return machine.run(
                "zfs",
                "get",
                "-Hrp",
                "-o",
                "name,property,value,source",
                "compression,atime,recordsize,quota,mountpoint",
                "tank");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @Tag("promise-7")
    void what_somebody_has_made_by_hand_is_adopted_by_marks_alone_and_then_there_is_no_difference(long seed)
            throws Exception {
        rewrite("00-host.yaml", "  timezone: Europe/Berlin\n", "");
        grow(new Random(seed));
        String before = facts();
        Path out = folder.resolve("adopted");

        Shell.Outcome adopted = shell.run(
                "adopt", "--all", "-f", manifests.resolve("00-host.yaml").toString(), "-o", out.toString());
        assertThat(adopted.exitCode()).as(adopted.out() + adopted.err()).isZero();
        assertThat(adopted.err()).as(adopted.out()).contains("ZfsPool/tank", "ZfsDataset/");
        Shell.Outcome applied = shell.run("apply", "-f", out.toString());
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isZero();

        Shell.Outcome next = shell.run("diff", "-f", out.toString());
        assertThat(next.exitCode()).as(next.out()).isZero();
        assertThat(facts()).isEqualTo(before);
        assertThat(shell.run("adopt", "--all").out()).isEmpty();
    }

    @Test
    @Tag("promise-2")
    void an_exported_pool_is_taken_over_with_its_data() throws Exception {
        apply();
        machine.run("sh", "-c", "echo kept >/tank/guests/file");
        machine.run("zpool", "export", "tank");
        rewrite("10-ground.yaml", "  properties:\n    atime", "  adopt: true\n  properties:\n    atime");

        apply();

        assertThat(Path.of("/tank/guests/file")).hasContent("kept");
    }

    @Test
    @Tag("promise-8")
    void a_pool_of_another_layout_and_a_quota_below_what_is_used_are_said_and_nothing_is_lost() throws Exception {
        apply();
        // What is used is counted some seconds after it was written.
        machine.run(
                "sh",
                "-c",
                "head -c 8388608 /dev/urandom >/tank/guests/file; sync; i=0;"
                        + " while [ $(zfs get -Hpo value used tank/guests) -lt 4194304 ] && [ $i -lt 90 ];"
                        + " do sleep 0.5; i=$((i+1)); done");
        rewrite("10-ground.yaml", "quota: 2Gi", "quota: 1Mi");
        shell.run("apply", "-f", manifests.toString(), "--timeout", "10s");
        assertThat(shell.run("get", "zfsdataset", "guests", "-o", "yaml").out())
                .contains("QuotaBelowUsed", "spec.quota");

        rewrite("10-ground.yaml", "type: mirror", "type: stripe");
        Shell.Outcome outcome = shell.run("apply", "-f", manifests.toString(), "--timeout", "10s");

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(shell.run("get", "zfspool", "tank", "-o", "yaml").out()).contains("stripe");
        assertThat(Files.size(Path.of("/tank/guests/file"))).isEqualTo(8 << 20);
        assertThat(machine.run("zpool", "status", "tank")).contains("mirror");
    }

    @Test
    @Tag("promise-8")
    void a_device_that_is_missing_is_named_and_the_pool_is_made_when_it_comes() throws Exception {
        rewrite("10-ground.yaml", "disks/b]", "disks/late]");

        Shell.Outcome outcome = shell.run("apply", "-f", manifests.toString(), "--timeout", "5s");

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(shell.run("describe", "zfspool", "tank").out()).contains("disks/late");
        assertThat(machine.run("zpool", "list", "-H")).doesNotContain("tank");
        machine.disk("late", 512);
        apply();
    }

    @Test
    @Tag("promise-2")
    void a_pool_of_its_own_that_somebody_exported_is_imported_again_with_its_data() throws Exception {
        apply();
        machine.run("sh", "-c", "echo kept >/tank/guests/file");
        machine.run("zpool", "export", "tank");

        assertThat(changes(apply())).isPositive();

        assertThat(Path.of("/tank/guests/file")).hasContent("kept");
        assertThat(changes(apply())).isZero();
    }

    @Test
    @Tag("promise-8")
    void a_virtual_machine_is_a_clear_condition() throws Exception {
        Files.writeString(
                manifests.resolve("20-vm.yaml"),
                String.join(
                        "\n",
                        "apiVersion: phoenix.thinkheads.ai/v1alpha1",
                        "kind: VirtualMachine",
                        "metadata: {name: desk}",
                        "spec:",
                        "  vmid: 9000",
                        "  cores: 1",
                        "  memory: 512Mi",
                        ""));

        Shell.Outcome outcome = shell.run("apply", "-f", manifests.toString(), "--timeout", "10s");

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(shell.run("get", "vm", "desk", "-o", "yaml").out() + outcome.err())
                .contains("Hypervisor/lab runs no virtual machines");
    }

    @Test
    void one_controller_drives_two_hosts_one_of_them_over_ssh() throws Exception {
        try (SecondHost beta = new SecondHost(machine, Files.createDirectory(folder.resolve("beta")))) {
            second(beta);

            apply();

            assertThat(beta.inside("hostname").stdout()).isEqualTo("beta-host\n");
            assertThat(beta.inside("zpool list -H -o name,health").stdout()).isEqualTo("tank\tONLINE\n");
            assertThat(beta.inside("zfs get -Hp -o value quota tank/files").stdout())
                    .isEqualTo("104857600\n");
            assertThat(beta.inside("ip -br -4 addr show lab0").stdout()).contains("10.89.0.1/24");
            assertThat(machine.run("hostname")).isNotEqualTo("beta-host");
            assertThat(machine.run("ip", "-br", "-4", "addr", "show", "lab0")).contains("10.87.0.1/24");
            assertThat(machine.tried("zfs", "list", "tank/files").ok()).isFalse();
            assertThat(changes(apply())).isZero();

            Files.writeString(manifests.resolve("02-more.yaml"), more());
            Thread cuts = Thread.startVirtualThread(() -> {
                for (int i = 0; i < 6; i++) {
                    machine.pause(400);
                    beta.inside("pkill -f '^sshd: root'");
                }
            });
            apply();
            cuts.join();
            assertThat(beta.inside("zfs list -H -o name -r tank").stdout()).hasLineCount(8);
            assertThat(changes(apply())).isZero();

            beta.inside("pkill -o sshd");
            long cut = System.nanoTime();
            Shell.Outcome lost = shell.run("apply", "-f", manifests.toString(), "--timeout", "10s");
            // Not once for every resource on the host that does not answer.
            assertThat(java.time.Duration.ofNanos(System.nanoTime() - cut))
                    .isLessThan(java.time.Duration.ofSeconds(60));
            assertThat(lost.exitCode()).isNotZero();
            assertThat(lost.out() + lost.err()).contains(SecondHost.ADDRESS).doesNotContain("PRIVATE KEY");
            assertThat(shell.run("get", "zfspool", "tank").out()).contains("True");
        }
    }

    private static String more() {
        StringBuilder more = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            more.append("""
                    ---
                    apiVersion: phoenix.thinkheads.ai/v1alpha1
                    kind: ZfsDataset
                    metadata: {name: more-%1$d}
                    spec: {hypervisor: beta, pool: tank-beta, path: more-%1$d, quota: 10Mi}
                    """.formatted(i));
        }
        return more.toString();
    }

    private void second(SecondHost beta) throws Exception {
        rewrite("10-ground.yaml", "spec:\n", "spec:\n  hypervisor: lab\n");
        Files.writeString(manifests.resolve("01-beta.yaml"), """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Secret
                metadata: {name: beta-key}
                spec:
                  stringData:
                    key: |
                %s
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Hypervisor
                metadata: {name: beta}
                spec:
                  driver: linux
                  hostname: beta-host
                  shell:
                    type: ssh
                    address: %s
                    key: {name: beta-key, key: key}
                    hostKey: %s
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: ZfsPool
                metadata: {name: tank-beta}
                spec:
                  hypervisor: beta
                  poolName: tank
                  autotrim: false
                  vdevs:
                    - {type: stripe, devices: [/var/lib/phoenix-host/disks/a]}
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: ZfsDataset
                metadata: {name: files-beta}
                spec:
                  hypervisor: beta
                  pool: tank-beta
                  path: files
                  quota: 100Mi
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: NetworkBridge
                metadata: {name: lab0-beta}
                spec:
                  hypervisor: beta
                  interfaceName: lab0
                  address: 10.89.0.1/24
                """.formatted(
                beta.privateKey().stripTrailing().indent(8).stripTrailing(), SecondHost.ADDRESS, beta.hostKey()));
    }
}
