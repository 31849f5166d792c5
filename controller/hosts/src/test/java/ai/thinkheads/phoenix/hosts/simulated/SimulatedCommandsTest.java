package ai.thinkheads.phoenix.hosts.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.command.Tally;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.simulated.pve.SimulatedCommands;
import ai.thinkheads.phoenix.hosts.zfs.Disks;
import ai.thinkheads.phoenix.hosts.zfs.Zfs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line of the simulated machine, as drivers and people use it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SimulatedCommandsTest {

    private static final int VMID = 901;

    @TempDir
    private Path directory;

    private Lab lab;
    private SimulatedHost host;
    private SimulatedCommands commands;
    private Zfs zfs;

    @BeforeEach
    void start() {
        lab = new Lab(directory).ground();
        host = lab.host();
        commands = new SimulatedCommands(host, lab.clock());
        HostCommands programs = new HostCommands(commands);
        zfs = new Zfs(programs, lab.clock(), new Tally(), new Disks(programs, "/var/lib/none"));
    }

    private Outcome run(String... argv) {
        return commands.run(Invocation.of(argv));
    }

    private Outcome shell(String script) {
        return run("/bin/sh", "-c", script);
    }

    private String said(String script) {
        Outcome outcome = shell(script);
        assertThat(outcome.exitCode()).as(outcome.stderr()).isZero();
        return outcome.stdout();
    }

    private ContainerConfig container() {
        host.containers().create(VMID, Lab.container("web"), Lab.TEMPLATE);
        return host.containers().read(VMID).orElseThrow().config();
    }

    @Test
    void the_driver_of_ZFS_reads_by_commands_what_the_machine_is() {
        HostState state = host.read();
        Map<String, ZfsPools.Observed> pools = zfs.readPools();
        assertThat(pools).containsOnlyKeys("tank");
        ZfsPools.Observed pool = pools.get("tank");
        ZfsPools.Observed real = state.pools().get("tank");
        assertThat(pool.vdevs()).isEqualTo(real.vdevs());
        assertThat(pool.health()).isEqualTo("ONLINE");
        assertThat(pool.size()).isEqualTo(real.size());
        assertThat(pool.ashift()).isEqualTo(12);
        assertThat(pool.mark()).isEqualTo(real.mark());
        assertThat(pool.deviceHealth()).isEqualTo(real.deviceHealth());

        Map<String, ZfsDatasets.Observed> datasets = zfs.readDatasets();
        assertThat(datasets.keySet()).isEqualTo(state.datasets().keySet());
        state.datasets().forEach((name, dataset) -> {
            ZfsDatasets.Observed seen = datasets.get(name);
            assertThat(seen.local()).isEqualTo(dataset.local());
            assertThat(seen.effective()).containsAllEntriesOf(dataset.effective());
            assertThat(seen.mountpoint()).isEqualTo(dataset.mountpoint());
            assertThat(seen.mark()).isEqualTo(dataset.mark());
            assertThat(seen.used()).isEqualTo(dataset.used());
            assertThat(seen.available()).isEqualTo(dataset.available());
            assertThat(seen.uid()).isEqualTo(dataset.uid());
            assertThat(seen.mode()).isEqualTo(dataset.mode());
            assertThat(seen.children()).isEqualTo(dataset.children());
        });
    }

    @Test
    void pools_and_datasets_made_by_commands_are_the_machine_s() {
        Mark mark = new Mark("ZfsPool/fast", Map.of("a", "b"));
        zfs.pools()
                .create(
                        "fast",
                        List.of(new ZfsPools.Vdev("stripe", List.of(Lab.DISK_D))),
                        13,
                        Map.of("autotrim", "on"),
                        Map.of("compression", "zstd"),
                        mark,
                        false);
        ZfsPools.Observed pool = host.zfsPools().read("fast").orElseThrow();
        assertThat(pool.mark()).isEqualTo(mark);
        assertThat(pool.ashift()).isEqualTo(13);
        assertThat(pool.properties()).containsEntry("autotrim", "on");

        zfs.datasets().create("fast/a/b", Map.of("quota", "1G"), mark);
        zfs.datasets().setOwner("fast/a/b", 1000L, 100L, "0750");
        zfs.datasets().snapshot("fast/a/b", "before");
        ZfsDatasets.Observed dataset = host.zfsDatasets().read("fast/a/b").orElseThrow();
        assertThat(dataset.local()).containsEntry("quota", String.valueOf(1L << 30));
        assertThat(dataset.uid()).isEqualTo(1000L);
        assertThat(dataset.gid()).isEqualTo(100L);
        assertThat(dataset.mode()).isEqualTo("0750");
        assertThat(dataset.snapshots()).containsExactly("before");
        assertThat(zfs.datasets().read("fast/a/b").orElseThrow().snapshots()).containsExactly("before");

        zfs.datasets().setMark("fast/a/b", null);
        zfs.datasets().inherit("fast/a/b", Set.of("quota"));
        assertThat(host.zfsDatasets().read("fast/a/b").orElseThrow().mark()).isNull();
        zfs.datasets().destroySnapshot("fast/a/b", "before");
        zfs.datasets().destroy("fast/a/b");
        assertThat(host.zfsDatasets().read("fast/a/b")).isEmpty();
    }

    @Test
    void a_disk_in_use_and_a_disk_with_something_on_it_are_seen_by_their_names() {
        host.person().sign(Lab.DISK_C, "ext4");
        assertThatThrownBy(() -> zfs.pools().addVdev("tank", new ZfsPools.Vdev("stripe", List.of(Lab.DISK_A)), true))
                .hasMessageContaining("pool tank");
        assertThatThrownBy(() -> zfs.pools().addVdev("tank", new ZfsPools.Vdev("stripe", List.of(Lab.DISK_C)), false))
                .hasMessageContaining("ext4");
        host.person().exportPool("tank");
        assertThat(said("zpool list")).isEqualTo("no pools available\n");
        assertThat(said("zpool import")).contains("pool: tank");
        said("zpool import tank");
        assertThat(host.zfsPools().read("tank")).isPresent();
    }

    @Test
    void people_read_tables_and_programs_read_tabs_and_JSON() {
        assertThat(said("zfs list -o name,mountpoint tank/guests"))
                .isEqualTo("NAME         MOUNTPOINT\ntank/guests  /tank/guests\n");
        assertThat(said("zfs get -H -o value compression tank/library")).isEqualTo("lz4\n");
        assertThat(said("zfs get -Hp -o source compression tank/library")).isEqualTo("inherited from tank\n");
        assertThat(said("zfs list -j tank")).contains("\"vers_minor\" : 1", "\"type\" : \"FILESYSTEM\"");
        assertThat(said("zpool list -H -o name,health")).isEqualTo("tank\tONLINE\n");
        assertThat(said("zpool status -x")).isEqualTo("all pools are healthy\n");
        assertThat(said("lsblk -J -b -o NAME,SIZE,TYPE")).contains("\"name\" : \"sda\"");
        assertThat(said("zfs list | wc -l").strip())
                .isEqualTo(String.valueOf(host.read().datasets().size() + 1));
        assertThat(shell("zfs get all nope/x").stderr()).isEqualTo("cannot open 'nope/x': dataset does not exist\n");
    }

    @Test
    void a_container_s_file_is_read_and_its_raw_lines_are_written_by_hand() {
        container();
        String path = "/etc/pve/lxc/" + VMID + ".conf";
        assertThat(said("cat " + path)).contains("hostname: web\n", "rootfs: guests:", "net0: name=eth0,bridge=vmbr0");
        assertThat(said("grep -rHs '' --include='*.conf' /etc/pve/lxc/ /etc/pve/qemu-server/"))
                .contains(path + ":hostname: web");

        said("echo 'lxc.cgroup2.devices.allow: c 10:200 rwm' >> " + path);
        said("echo 'lxc.apparmor.profile: unconfined' >> " + path);
        ContainerConfig after = host.containers().read(VMID).orElseThrow().config();
        assertThat(after.raw()).containsExactly("lxc.cgroup2.devices.allow: c 10:200 rwm");
        assertThat(after.apparmor()).isEqualTo("unconfined");
        assertThat(after.mark()).isEqualTo(Lab.container("web").mark());
    }

    @Test
    void a_file_that_has_changed_since_it_was_read_is_not_replaced() {
        container();
        String path = "/etc/pve/lxc/" + VMID + ".conf";
        String text = said("cat " + path);
        String replace = "test \"$(sha1sum < \"$1\" | cut -c1-40)\" = \"$2\" || exit 75; cat > \"$1\"";
        List<String> argv = List.of(
                "flock", "--timeout", "10", "/run/lock/lxc/x.lock", "/bin/sh", "-c", replace, "phoenix", path, "0000");
        assertThat(commands.run(Invocation.of(argv).with(new byte[0])).exitCode())
                .isEqualTo(75);

        String digest = said("sha1sum " + path).substring(0, 40);
        List<String> right = new java.util.ArrayList<>(argv);
        right.set(right.size() - 1, digest);
        byte[] next = (text + "lxc.mount.entry: /a a none bind\n").getBytes(StandardCharsets.UTF_8);
        assertThat(commands.run(Invocation.of(right).with(next)).exitCode()).isZero();
        assertThat(host.containers().read(VMID).orElseThrow().config().raw())
                .containsExactly("lxc.mount.entry: /a a none bind");
    }

    @Test
    void containers_are_worked_on_as_root_does() {
        container();
        assertThat(said("pct status 901")).isEqualTo("status: stopped\n");
        assertThat(shell("pct exec 901 -- true").stderr()).contains("not running");
        said("pct start 901");
        assertThat(said("pct exec 901 -- hostname")).isEqualTo("web\n");
        assertThat(commands.run(new Invocation(
                                List.of("pct", "exec", "901", "--keep-env", "1", "--", "sh", "-c", "echo $SECRET; cat"),
                                Map.of("SECRET", "s3cret"),
                                "in".getBytes(StandardCharsets.UTF_8),
                                Duration.ofSeconds(10),
                                null))
                        .stdout())
                .isEqualTo("s3cret\nin");
        assertThat(shell("pct exec 901 -- sh -c 'exit 3'").exitCode()).isEqualTo(3);

        said("pct set 901 --features nesting=1,keyctl=1 --memory 1024");
        assertThat(host.containers().read(VMID).orElseThrow().config().features())
                .contains("nesting", "keyctl");
        assertThat(said("pct config 901")).contains("memory: 1024\n");
        assertThat(shell("pct set 901 --memory 2048 --digest 00").stderr()).contains("detected modified configuration");

        host.person().lock(VMID, "backup");
        assertThat(said("pct list")).contains("backup");
        said("pct unlock 901");
        assertThat(host.containers().read(VMID).orElseThrow().lock()).isNull();
        assertThat(run("pct", "start", "777").exitCode()).isEqualTo(2);
    }

    @Test
    void an_unconfirmed_change_of_the_network_is_taken_back_by_its_timer() {
        said("cp --preserve=all /etc/network/interfaces /etc/network/interfaces.phoenix-before");
        run(
                "systemd-run",
                "--quiet",
                "--collect",
                "--unit=phoenix-network-revert",
                "--on-active=60s",
                "--timer-property=AccuracySec=1s",
                "/bin/sh",
                "-c",
                "mv /etc/network/interfaces.phoenix-before /etc/network/interfaces && ifreload -a");
        host.networks()
                .stage(new Networks.BridgeConfig("vmbr9", List.of(), "10.9.0.1/24", null, false, null, null, null));
        host.networks().apply(Duration.ofHours(1));
        host.networks().confirm();
        assertThat(said("systemctl list-timers --output=json phoenix-network-revert.timer"))
                .contains("\"unit\":\"phoenix-network-revert.timer\"");
        assertThat(said("ip -j addr")).contains("\"local\":\"10.9.0.1\"");

        lab.clock().sleep(Duration.ofSeconds(61));
        assertThat(said("ip -j addr")).doesNotContain("vmbr9");
        assertThat(host.networks().read("vmbr9")).isEmpty();
        assertThat(host.networks().read("vmbr0")).isPresent();
        assertThat(said("systemctl list-timers --output=json")).isEqualTo("[]\n");
    }

    @Test
    void cards_and_their_driver_are_seen_and_set() {
        assertThat(shell("nvidia-smi").exitCode()).isEqualTo(127);
        host.gpus().installDriver(new Gpus.DriverConfig("560.35.03", null, null, true, false, false));
        assertThat(said("nvidia-smi --query-gpu=index,name,memory.total,pci.bus_id --format=csv,noheader,nounits"))
                .startsWith("0, NVIDIA GeForce RTX 5060 Ti, 16384, 00000000:01:00.0\n");
        assertThat(said("cat /proc/driver/nvidia/version")).contains("Open Kernel");
        assertThat(said("find /dev -maxdepth 1 -name 'nvidia*'")).contains("/dev/nvidia0\n", "/dev/nvidiactl\n");
        assertThat(said("modinfo --field version nvidia")).isEqualTo("560.35.03\n");
        said("nvidia-smi --persistence-mode=1");
        assertThat(host.gpus().read().persistence()).isTrue();
    }

    @Test
    void the_machine_s_name_time_and_packages_are_the_machine_s() {
        said("timedatectl set-timezone Europe/Berlin");
        assertThat(host.node().read().timezone()).isEqualTo("Europe/Berlin");
        said("echo 4294967296 | tee /sys/module/zfs/parameters/zfs_arc_max");
        assertThat(host.node().read().arcMax().bytes()).isEqualTo(4L << 30);
        assertThat(run("dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\\n")
                        .stdout())
                .contains("ii  pve-manager");
        said("DEBIAN_FRONTEND=noninteractive apt-get install --yes jq");
        assertThat(host.node().read().packages()).contains("jq");
        String boot = said("cat /proc/sys/kernel/random/boot_id");
        said("reboot");
        assertThat(said("cat /proc/sys/kernel/random/boot_id")).isNotEqualTo(boot);
        assertThat(said("uname -r")).isEqualTo("6.17.4-1-pve\n");
        new HostCommands(commands).write("/etc/sysctl.d/x.conf", "vm.swappiness = 10\n", "644");
        assertThat(said("cat /etc/sysctl.d/x.conf")).isEqualTo("vm.swappiness = 10\n");
    }

    @Test
    void a_script_keeps_what_a_command_ended_with() {
        assertThat(said("false; r=$?; echo $r; x=$(exit 3); echo $?; y=1; echo $?"))
                .isEqualTo("1\n3\n0\n");
    }

    @Test
    void a_program_that_is_not_there_ends_with_127_and_its_caller_is_told() {
        assertThat(shell("frobnicate --now").exitCode()).isEqualTo(127);
        assertThat(shell("frobnicate --now").stderr()).contains("frobnicate: not found");
        assertThatThrownBy(() -> run("frobnicate"))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.NOT_FOUND));
    }
}
