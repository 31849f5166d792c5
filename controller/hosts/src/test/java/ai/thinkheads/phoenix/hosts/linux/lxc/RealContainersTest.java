package ai.thinkheads.phoenix.hosts.linux.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.linux.LinuxHost;
import ai.thinkheads.phoenix.hosts.linux.Machine;
import ai.thinkheads.phoenix.hosts.linux.RealClock;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostContractTest;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real containers of busybox, with their volumes in folders. */
@Tag("host")
class RealContainersTest extends HostContractTest {

    protected final Machine machine = new Machine();

    /** Where the volumes lie. */
    protected Storages.Definition guests() throws Exception {
        return new Storages.Definition("guests", "dir", Set.of("rootdir"), Map.of("path", "/mnt/guests"));
    }

    @Override
    protected Ground prepare() throws Exception {
        machine.tried("ip", "link", "add", "lab0", "type", "bridge");
        machine.tried("ip", "addr", "add", "10.77.0.1/24", "dev", "lab0");
        machine.run("ip", "link", "set", "lab0", "up");
        Storages.Definition guests = guests();
        LinuxHost host = machine.open(LxcGuests::new, null);
        host.storages().create(guests);
        host.storages()
                .create(new Storages.Definition("library", "dir", Set.of("vztmpl"), Map.of("path", "/mnt/library")));
        String template = host.templates().volumeId("library", Templates.Type.ROOTFS, "busybox.tar.gz");
        if (host.templates().read(template).isEmpty()) {
            host.templates().bootstrap("library", "busybox.tar.gz", "busybox", null);
        }
        return new Ground(host, "guests", template, "lab0");
    }

    @AfterEach
    void clear() throws Exception {
        try {
            destroyAll();
        } finally {
            machine.run("sh", "-c", "rm -rf --one-file-system /mnt/guests /mnt/library");
            machine.close();
        }
    }

    private void destroyAll() {
        for (int vmid : List.of(903, 902, 901)) {
            host().containers().read(vmid).ifPresent(seen -> {
                host().containers().shutdown(vmid, Duration.ofSeconds(5));
                host().containers().destroy(vmid);
            });
        }
        assertThat(machine.run(
                        "sh", "-c", "ls /var/lib/lxc /mnt/guests/private 2>/dev/null | grep -v :$ | grep . || true"))
                .describedAs("left over")
                .isEmpty();
    }

    protected Guests.Observed<ContainerConfig> made() {
        host().containers().create(901, small("web"), ground().template());
        return read();
    }

    protected Guests.Observed<ContainerConfig> read() {
        return host().containers().read(901).orElseThrow();
    }

    private GuestShell.Result sh(Map<String, String> environment, byte[] stdin, Duration timeout, String... argv) {
        return host().shell()
                .run(new GuestShell.Command(
                        GuestShell.Target.guest(GuestKind.CONTAINER, 901),
                        List.of(argv),
                        environment,
                        stdin,
                        timeout,
                        false,
                        null));
    }

    protected String sh(String script) {
        GuestShell.Result result = sh(Map.of(), new byte[0], Duration.ofSeconds(20), "sh", "-c", script);
        assertThat(result.exitCode()).describedAs(result.output()).isZero();
        return result.output().strip();
    }

    @Test
    void it_has_its_name_its_address_its_owner_and_its_limits() throws Exception {
        made();
        host().containers().start(901);

        assertThat(sh("hostname; id -u; ip -o -4 addr show eth0 | awk '{print $4}'"))
                .isEqualTo("web\n0\n10.77.0.5/24");
        assertThat(sh("cat /proc/self/uid_map | tr -s ' '").strip()).isEqualTo("0 100000 65536");
        assertThat(read().addresses()).contains("10.77.0.5");
        assertThat(machine.run("ping", "-c1", "-W2", "10.77.0.5")).contains("1 received");
        String key = Files.exists(Path.of("/sys/fs/cgroup/memory")) ? "memory.limit_in_bytes" : "memory.max";
        assertThat(machine.run("lxc-cgroup", "-n", "web", key)).isEqualTo(String.valueOf(256 << 20));

        host().containers().update(901, withMemory(read().config(), 128), Set.of(GuestField.MEMORY), null);

        assertThat(machine.run("lxc-cgroup", "-n", "web", key)).isEqualTo(String.valueOf(128 << 20));
        assertThat(read().pending()).isEmpty();
    }

    @Test
    void what_it_cannot_take_while_it_runs_waits_for_the_next_start() {
        made();
        host().containers().start(901);
        ContainerConfig before = read().config();
        ContainerConfig renamed = new ContainerConfig(
                "other",
                before.cores(),
                before.cpuLimit(),
                before.memory(),
                before.swap(),
                before.rootDisk(),
                before.nics(),
                before.nameservers(),
                before.searchDomain(),
                before.unprivileged(),
                before.idMaps(),
                before.features(),
                before.apparmor(),
                before.mounts(),
                before.devices(),
                before.raw(),
                before.onBoot(),
                before.startup(),
                before.tags(),
                before.description(),
                before.mark());
        host().containers()
                .update(
                        901,
                        renamed,
                        Set.of(GuestField.HOSTNAME),
                        read().digest().text());

        assertThat(read().pending()).containsExactly(GuestField.HOSTNAME);
        assertThat(read().effective().hostname()).isEqualTo("web");
        assertThat(sh("hostname")).isEqualTo("web");

        host().containers().shutdown(901, Duration.ofSeconds(10));
        host().containers().start(901);

        assertThat(read().pending()).isEmpty();
        assertThat(sh("hostname; cat /etc/hostname")).isEqualTo("other\nother");
    }

    @Test
    @Tag("promise-9")
    void values_arrive_as_they_are_and_secrets_are_in_no_argument() throws Exception {
        made();
        host().containers().start(901);
        String odd = "a b\"c'd$(touch /tmp/x)`e`\\f\ng\tä";
        byte[] input = "in\0put\n".getBytes(StandardCharsets.UTF_8);

        GuestShell.Result result = sh(
                Map.of("ODD", odd, "PHOENIX_HOST_ONLY", "given"),
                input,
                Duration.ofSeconds(20),
                "sh",
                "-c",
                "printf '%s|%s|' \"$ODD\" \"$1\"; od -An -c | tr -d ' \\n'; echo \"|$JAVA_HOME|$PATH\"; tr '\\0' ' ' </proc/1/cmdline >/dev/null;"
                        + " exit 7",
                "sh",
                odd);

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.output())
                .isEqualTo(odd + "|" + odd
                        + "|in\\0put\\n||/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
        CompletableFuture<GuestShell.Result> slow = CompletableFuture.supplyAsync(
                () -> sh(Map.of("TOKEN", "very-secret-9"), new byte[0], Duration.ofSeconds(20), "sleep", "2.71"));
        String processes = "";
        for (int i = 0; i < 200 && !processes.contains("\nsleep 2.71"); i++) {
            new RealClock().sleep(Duration.ofMillis(50));
            processes = machine.run("ps", "axww", "-o", "args");
            assertThat(processes).doesNotContain("very-secret-9");
        }
        assertThat(processes).contains("\nsleep 2.71");
        assertThat(slow.join().exitCode()).isZero();
    }

    @Test
    void a_command_that_hangs_is_killed_in_the_container_and_megabytes_are_bounded() {
        made();
        host().containers().start(901);

        GuestShell.Result hung = sh(Map.of(), new byte[0], Duration.ofSeconds(1), "sh", "-c", "sleep 4242; true");
        GuestShell.Result loud = sh(
                Map.of(),
                new byte[0],
                Duration.ofSeconds(20),
                "sh",
                "-c",
                "i=0; while [ $i -lt 200 ]; do head -c 20000 /dev/zero | tr '\\0' x; i=$((i+1)); done; echo; echo end");

        assertThat(hung.exitCode()).isEqualTo(-1);
        assertThat(sh("ps | grep -c '[s]leep 4242' || true")).isEqualTo("0");
        assertThat(loud.exitCode()).isZero();
        assertThat(loud.output()).hasSizeLessThanOrEqualTo(64 << 10).endsWith("x\nend\n");
    }

    @Test
    void frozen_it_keeps_its_memory_and_gets_no_time_and_shuts_down_as_if_it_ran() throws Exception {
        made();
        host().containers().start(901);
        sh("sh -c 'while :; do date +%s.%N >/ticks; usleep 50000; done' >/dev/null 2>&1 &");

        host().containers().freeze(901);
        host().containers().freeze(901);

        assertThat(read().running()).isTrue();
        assertThat(read().frozen()).isTrue();
        assertThat(machine.run("lxc-info", "-n", "web", "-sH").strip()).isEqualTo("FROZEN");
        String root = "/mnt/guests/private";
        String ticks = machine.run("sh", "-c", "cat $(find " + root + " -name ticks)");
        Thread.sleep(300);
        assertThat(machine.run("sh", "-c", "cat $(find " + root + " -name ticks)"))
                .isEqualTo(ticks);
        assertThatThrownBy(() -> sh("true")).hasMessage("container 901 is frozen");

        host().containers().thaw(901);

        assertThat(read().frozen()).isFalse();
        assertThat(sh("pgrep -f ticks | head -n 1")).isNotEmpty();

        host().containers().freeze(901);
        host().containers().shutdown(901, Duration.ofSeconds(10));
        assertThat(read().running()).isFalse();
        assertThat(read().frozen()).isFalse();
    }

    @Test
    void lxc_starts_them_at_boot_in_their_order() {
        host().containers().create(901, atBoot(small("web"), 2), ground().template());
        host().containers().create(902, atBoot(small("db"), 1), ground().template());
        host().containers().create(903, small("manual"), ground().template());

        assertThat(machine.run("lxc-autostart", "-L").lines().map(line -> line.split("\\s+")[0]))
                .containsExactly("db", "web");
    }

    private static ContainerConfig atBoot(ContainerConfig config, int order) {
        return new ContainerConfig(
                config.hostname(),
                config.cores(),
                config.cpuLimit(),
                config.memory(),
                config.swap(),
                config.rootDisk(),
                config.nics(),
                config.nameservers(),
                config.searchDomain(),
                config.unprivileged(),
                config.idMaps(),
                config.features(),
                config.apparmor(),
                config.mounts(),
                config.devices(),
                config.raw(),
                true,
                new StartupConfig(order, null, null),
                config.tags(),
                config.description(),
                config.mark());
    }

    @Test
    void a_directory_and_a_volume_come_and_go_while_it_runs() throws Exception {
        made();
        host().containers().start(901);
        Path shared = Files.createDirectories(Path.of("/mnt/shared folder"));
        Files.writeString(shared.resolve("file"), "hello\n");
        host().containers()
                .attach(901, new MountPoint(null, "/shared", shared.toString(), null, null, null, true, false), null);
        host().containers()
                .attach(
                        901,
                        new MountPoint(null, "/data", null, "guests", ByteSize.ofMi(64), null, false, true),
                        read().digest().text());

        assertThat(sh("cat /shared/file; touch /shared/no 2>&1 | grep -o 'Read-only.*'; touch /data/yes; ls /data"))
                .isEqualTo("hello\nRead-only file system\nyes");

        host().containers().shutdown(901, Duration.ofSeconds(10));
        host().containers().start(901);
        assertThat(sh("cat /shared/file; ls /data")).isEqualTo("hello\nyes");

        host().containers().detach(901, "mp1", null);
        assertThat(sh("ls /data")).isEmpty();
        assertThat(read().unused()).hasSize(1);
        host().containers().destroyUnused(901, read().unused().getFirst());
        assertThat(Files.exists(shared.resolve("file"))).isTrue();
        machine.run("rm", "-r", shared.toString());
    }

    @Test
    void a_port_is_asked_for_within_its_own_network() {
        made();
        host().containers().start(901);
        GuestShell.Target target = GuestShell.Target.guest(GuestKind.CONTAINER, 901);
        Duration patience = Duration.ofSeconds(3);
        assertThat(host().shell().probe(target, 8080, "/", false, patience).ok())
                .isFalse();

        sh("mkdir -p /www; echo fine >/www/index.html; httpd -p 10.77.0.5:8080 -h /www");

        assertThat(host().shell().probe(target, 8080, null, false, patience).ok())
                .isTrue();
        GuestShell.Result answer = host().shell().probe(target, 8080, "/", false, patience);
        assertThat(answer.ok()).describedAs(answer.output()).isTrue();
        assertThat(host().shell()
                        .probe(target, 8080, "/missing", false, patience)
                        .ok())
                .isFalse();
    }

    @Test
    void devices_are_its_own_nodes_with_its_own_owners() {
        ContainerConfig base = small("web");
        ContainerConfig config = new ContainerConfig(
                base.hostname(),
                base.cores(),
                base.cpuLimit(),
                base.memory(),
                base.swap(),
                base.rootDisk(),
                base.nics(),
                base.nameservers(),
                base.searchDomain(),
                base.unprivileged(),
                base.idMaps(),
                base.features(),
                base.apparmor(),
                base.mounts(),
                List.of(new ContainerConfig.DeviceNode("/dev/net/tun", "0666", 0L, 44L)),
                base.raw(),
                base.onBoot(),
                base.startup(),
                base.tags(),
                base.description(),
                base.mark());
        host().containers().create(901, config, ground().template());
        host().containers().start(901);

        assertThat(sh("stat -c '%a %u %g %t:%T' /dev/net/tun")).isEqualTo("666 0 44 a:c8");
        assertThat(read().config().devices()).isEqualTo(config.devices());
    }

    @Test
    @Tag("promise-2")
    void what_a_person_writes_into_its_file_is_seen_and_does_not_start() throws Exception {
        made();
        Path file = Path.of("/var/lib/lxc/web/config");
        String text = Files.readString(file)
                .replaceAll("(?m)^lxc.rootfs.path = .*$", "lxc.rootfs.path = dir:/")
                .replaceAll("(?m)^(lxc\\.cgroup2?\\.memory\\.(limit_in_bytes|max)) = .*$", "$1 = 64M");
        Files.writeString(file, text + "lxc.environment = A=b\n");

        ContainerConfig seen = read().config();
        assertThat(seen.memory()).isEqualTo(ByteSize.ofMi(64));
        assertThat(seen.raw()).contains("lxc.environment: A=b", "lxc.rootfs.path: dir:/");

        host().containers().start(901);

        assertThat(read().config().raw()).isEmpty();
        assertThat(sh("ls / | grep -c home || true")).isEqualTo("0");
    }

    @Test
    void raw_lines_that_would_start_the_host_itself_are_refused_and_its_network_is_not_given_with_its_switch() {
        made();
        ContainerConfig config = read().config();
        assertThatThrownBy(() -> host().containers()
                        .update(901, raw(config, "lxc.rootfs.path: dir:/"), Set.of(GuestField.RAW), null))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(Cause.REFUSED))
                .hasMessageContaining("spec.rawConfig");
        host().containers()
                .update(
                        901,
                        raw(config, "lxc.net.0.type: none"),
                        Set.of(GuestField.RAW),
                        read().digest().text());
        assertThat(machine.run("tail", "-n1", "/var/lib/lxc/web/config")).isEqualTo("lxc.cap.drop = net_admin");
    }

    private static ContainerConfig raw(ContainerConfig of, String line) {
        return new ContainerConfig(
                of.hostname(),
                of.cores(),
                of.cpuLimit(),
                of.memory(),
                of.swap(),
                of.rootDisk(),
                of.nics(),
                of.nameservers(),
                of.searchDomain(),
                of.unprivileged(),
                of.idMaps(),
                of.features(),
                of.apparmor(),
                of.mounts(),
                of.devices(),
                List.of(line),
                of.onBoot(),
                of.startup(),
                of.tags(),
                of.description(),
                of.mark());
    }

    @Test
    @Tag("promise-2")
    void somebody_elses_containers_are_seen_and_left_alone() throws Exception {
        Files.createDirectories(Path.of("/var/lib/lxc/theirs/rootfs"));
        Files.writeString(
                Path.of("/var/lib/lxc/theirs/config"),
                "lxc.uts.name = theirs\nlxc.rootfs.path = dir:/var/lib/lxc/theirs/rootfs\nlxc.net.0.type = veth\n"
                        + "lxc.net.0.link = lab0\n");
        Files.createFile(Path.of("/var/lib/lxc/theirs/partial"));
        try {
            Guests.Observed<ContainerConfig> theirs =
                    host().read().containers().values().iterator().next();
            int vmid = theirs.vmid();

            assertThat(theirs.config().mark()).isNull();
            assertThat(theirs.config().hostname()).isEqualTo("theirs");
            assertThat(host().containers().read(vmid)).contains(theirs);
            assertThatThrownBy(() -> host().containers().destroy(vmid)).hasMessageContaining("made by somebody else");
            assertThatThrownBy(() -> host().containers().start(vmid)).hasMessageContaining("made by somebody else");

            // A leftover of a killed lxc-create does not stand in the way of a container of that name.
            host().containers()
                    .create(
                            901,
                            withMark(named("theirs"), new Mark("LxcContainer/theirs", Map.of())),
                            ground().template());
            assertThat(read().config().hostname()).isEqualTo("theirs");
            assertThat(Files.exists(Path.of("/var/lib/lxc/theirs-901/config"))).isTrue();
        } finally {
            machine.run("rm", "-r", "/var/lib/lxc/theirs");
        }
    }

    private ContainerConfig named(String hostname) {
        return small(hostname);
    }

    @Test
    void a_folder_renamed_by_hand_is_known_again_and_a_copy_is_not_taken_for_it() throws Exception {
        made();
        machine.run("mv", "/var/lib/lxc/web", "/var/lib/lxc/moved");
        host().containers().start(901);
        assertThat(read().running()).isTrue();
        host().containers().shutdown(901, Duration.ofSeconds(10));
        machine.run("mv", "/var/lib/lxc/moved", "/var/lib/lxc/web");
        host().containers().release(901);
        machine.run("cp", "-r", "/var/lib/lxc/web", "/var/lib/lxc/copy");

        assertThat(host().read().containers().values())
                .extracting(each -> each.vmid() == 901)
                .containsExactlyInAnyOrder(true, false);
        machine.run("rm", "-r", "/var/lib/lxc/copy");
    }

    @Test
    @Tag("promise-5")
    void one_that_died_while_it_was_made_is_seen_as_half_made_and_goes_whole() throws Exception {
        made();
        Path file = Path.of("/var/lib/lxc/web/config");
        Files.writeString(file, Files.readString(file).replace("\"lock\":null", "\"lock\":\"create\""));

        assertThat(read().lock()).isEqualTo("create");
        assertThatThrownBy(() -> host().containers().start(901)).hasMessageContaining("half made");
        host().containers().destroy(901);
        assertThat(host().containers().read(901)).isEmpty();
    }

    @Test
    void a_broken_archive_leaves_nothing_behind() throws Exception {
        Files.write(Path.of("/mnt/library/template/cache/broken.tar.gz"), new byte[] {31, -117, 8, 0, 1, 2, 3});

        assertThatThrownBy(() -> host().containers().create(901, small("web"), "library:vztmpl/broken.tar.gz"))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("gzip");
        assertThat(host().containers().read(901)).isEmpty();
        machine.run("rm", "/mnt/library/template/cache/broken.tar.gz");
    }

    @Test
    void a_download_with_the_wrong_checksum_leaves_nothing_behind() throws Exception {
        Path file = Files.writeString(Path.of("/mnt/library/some file.txt"), "content\n");
        String url = file.toUri().toString();
        assertThatThrownBy(() ->
                        host().templates().download("library", Templates.Type.ROOTFS, "a.tar.gz", url, "00".repeat(32)))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(Cause.REFUSED))
                .hasMessageContaining("434728a410a78f56fc1b5899c3593436e61ab0c731e9072d95e96db290205e53");
        assertThat(host().templates().read("library:vztmpl/a.tar.gz")).isEmpty();

        host().templates()
                .download(
                        "library",
                        Templates.Type.ROOTFS,
                        "a.tar.gz",
                        url,
                        "434728a410a78f56fc1b5899c3593436e61ab0c731e9072d95e96db290205e53");
        assertThat(host().templates()
                        .read("library:vztmpl/a.tar.gz")
                        .orElseThrow()
                        .sha256())
                .startsWith("434728a4");
        host().templates().delete("library:vztmpl/a.tar.gz");
        assertThat(machine.run("ls", "-A", "/mnt/library/template/cache")).isEqualTo("busybox.tar.gz");
    }

    @Test
    void a_template_is_never_started() {
        made();
        host().containers().makeTemplate(901);
        assertThat(read().template()).isTrue();
        assertThatThrownBy(() -> host().containers().start(901)).hasMessageContaining("template");
    }

    @Test
    void a_snapshot_of_a_folder_is_refused_with_what_would_do() {
        made();
        assertThatThrownBy(() -> host().containers().snapshot(901, "before", ""))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(Cause.REFUSED))
                .hasMessageContaining("zfspool");
    }
}
