package ai.thinkheads.phoenix.hosts.linux.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is written into a container's file, and what is read in one that somebody had hold of. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LxcTextTest {

    private static final LxcMachine V1 = LxcMachine.parse(
            "version 5.0.2\ntype tmpfs\nv2 \nv1 memory cpu cpuset pids devices freezer \nswap yes\napparmor \n");
    private static final LxcMachine V2 =
            LxcMachine.parse("version 6.0.4\ntype cgroup2fs\nv2 cpuset cpu io memory pids\nv1 \napparmor Y\n");
    private static final LxcMachine BARE = LxcMachine.parse("version 5.0.2\ntype tmpfs\nv2 \nv1 \napparmor \n");

    static LxcFile file(List<String> raw, Set<String> features, List<Nic> nics) {
        ContainerConfig config = new ContainerConfig(
                "web",
                2,
                1.5,
                ByteSize.ofMi(256),
                ByteSize.ofMi(64),
                new ContainerConfig.RootDisk("tank", ByteSize.ofGi(2), "tank:subvol-901-disk-0"),
                nics,
                List.of("10.0.0.53"),
                "example.org",
                true,
                List.of(),
                features,
                null,
                List.of(
                        new MountPoint("mp0", "/srv/a b", "/pool/a b", null, null, null, true, false),
                        new MountPoint(
                                "mp1", "/data", null, "tank", ByteSize.ofGi(1), "tank:subvol-901-disk-1", false, true)),
                List.of(),
                raw,
                true,
                new StartupConfig(3, Duration.ofSeconds(5), null),
                Set.of("lab", "web"),
                "a\nb = c # \"d\"",
                new Mark("LxcContainer/web", Map.of("feature/nginx", "1@abc")));
        return new LxcFile(
                901,
                "web",
                config,
                Map.of(
                        "tank:subvol-901-disk-0",
                        "/tank/subvol-901-disk-0",
                        "tank:subvol-901-disk-1",
                        "/tank/subvol-901-disk-1"),
                Map.of(),
                false,
                false,
                null,
                List.of("tank:subvol-901-disk-7"),
                null,
                List.of(),
                new LxcFile.Started(42, config),
                null);
    }

    private static LxcFile file() {
        return file(List.of(), Set.of(), List.of(nic("10.0.0.5/24")));
    }

    private static Nic nic(String address) {
        return new Nic("eth0", "vmbr0", address, "10.0.0.1", "02:00:00:00:00:01", 7, 1400, false);
    }

    @Test
    void what_is_written_is_read_again() {
        for (LxcMachine machine : List.of(V1, V2, BARE)) {
            LxcText.Seen seen = LxcText.parse("web", LxcText.write(file(), machine), machine);

            assertThat(seen.file()).isEqualTo(file());
            assertThat(seen.config()).isEqualTo(file().config());
        }
    }

    @Test
    void limits_go_where_the_host_has_them() {
        assertThat(LxcText.lines(file(), V1))
                .contains(
                        "lxc.cgroup.memory.limit_in_bytes = 268435456",
                        "lxc.cgroup.memory.memsw.limit_in_bytes = 335544320",
                        "lxc.cgroup.cpu.cfs_quota_us = 150000",
                        "lxc.apparmor.profile = unconfined");
        assertThat(LxcText.lines(file(), V2))
                .contains(
                        "lxc.cgroup2.memory.max = 268435456",
                        "lxc.cgroup2.cpu.max = 150000 100000",
                        "lxc.apparmor.profile = generated");
        assertThat(LxcText.lines(file(), BARE)).noneMatch(line -> line.startsWith("lxc.cgroup"));
    }

    @Test
    @Tag("promise-6")
    void a_limit_that_the_host_does_not_enforce_is_said() {
        assertThat(V1.unenforced(file().config())).isEmpty();
        assertThat(V2.unenforced(file().config())).singleElement().asString().contains("spec.swap", "64Mi");
        assertThat(BARE.unenforced(file().config()))
                .hasSize(2)
                .anySatisfy(each -> assertThat(each).contains("spec.memory", "256Mi"))
                .anySatisfy(each -> assertThat(each).contains("spec.cores"));
    }

    @Test
    void cards_mounts_and_the_place_in_the_boot_order_are_what_was_asked_for() {
        assertThat(LxcText.lines(file(), V1))
                .containsSequence(
                        "lxc.net.0.type = veth",
                        "lxc.net.0.link = vmbr0",
                        "lxc.net.0.flags = up",
                        "lxc.net.0.name = eth0",
                        "lxc.net.0.veth.pair = veth901i0",
                        "lxc.net.0.hwaddr = 02:00:00:00:00:01",
                        "lxc.net.0.mtu = 1400",
                        "lxc.net.0.veth.vlan.id = 7",
                        "lxc.net.0.ipv4.address = 10.0.0.5/24",
                        "lxc.net.0.ipv4.gateway = 10.0.0.1")
                .contains(
                        "lxc.mount.entry = /pool/a\\040b srv/a\\040b none bind,create=dir,ro 0 0",
                        "lxc.mount.entry = /tank/subvol-901-disk-1 data none bind,create=dir 0 0",
                        "lxc.start.auto = 1",
                        "lxc.start.order = 3",
                        "lxc.start.delay = 5",
                        "lxc.idmap = u 0 100000 65536");
        assertThat(LxcText.lines(file(List.of(), Set.of(), List.of(nic("2001:db8::5/64"))), V1))
                .contains("lxc.net.0.ipv6.address = 2001:db8::5/64");
    }

    @Test
    @Tag("promise-2")
    void no_container_is_without_a_root_of_its_own_or_on_the_hosts_network_with_its_switch() {
        assertThat(LxcText.lines(file(), V1)).contains("lxc.rootfs.path = dir:/tank/subvol-901-disk-0");
        assertThatThrownBy(() -> LxcText.write(file().withVolumes(Map.of()), V1))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("no root file system of its own");
        assertThatThrownBy(() -> LxcText.write(file().withVolumes(Map.of("tank:subvol-901-disk-0", "/")), V1))
                .isInstanceOf(HostException.class);
        assertThat(LxcText.lines(file(List.of(), Set.of(), List.of()), V1)).contains("lxc.net.0.type = empty");
        assertThat(LxcText.lines(file(List.of("lxc.net.1.type: none"), Set.of(), List.of()), V1))
                .endsWith("lxc.cap.drop = net_admin");
        for (String raw : List.of("lxc.rootfs.path: dir:/", "lxc.include: /etc/x", "memory: 1", "nothing")) {
            assertThatThrownBy(() -> LxcText.lines(file(List.of(raw), Set.of(), List.of()), V1))
                    .as(raw)
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("spec.rawConfig");
        }
    }

    @Test
    void a_line_cannot_be_broken_to_smuggle_in_another() {
        assertThatThrownBy(() -> LxcText.write(
                        file(List.of("lxc.environment: A=b\nlxc.rootfs.path = dir:/"), Set.of(), List.of()), V1))
                .isInstanceOf(HostException.class);
    }

    @Test
    void what_somebody_changed_is_seen() {
        String text = LxcText.write(file(), V1);

        assertThat(LxcText.parse("web", text.replace("limit_in_bytes = 268435456", "limit_in_bytes=1G"), V1)
                        .config()
                        .memory())
                .isEqualTo(ByteSize.ofGi(1));
        assertThat(LxcText.parse("web", text.replace("lxc.start.auto = 1\n", "lxc.start.auto = 0\n"), V1)
                        .config()
                        .onBoot())
                .isFalse();
        assertThat(LxcText.parse("web", text + "lxc.cap.drop = sys_time\n", V1)
                        .config()
                        .raw())
                .containsExactly("lxc.cap.drop: sys_time");
        assertThat(LxcText.parse("web", text.replace("lxc.net.0.link = vmbr0\n", "lxc.net.0.link = br9\n"), V1)
                        .config()
                        .raw())
                .containsExactly("lxc.net.0.link: br9", "taken out by hand lxc.net.0.link: vmbr0");
    }

    @Test
    void a_comment_that_is_not_phoenixs_any_more_is_said() {
        String text = LxcText.write(file(), V1).replace("\"vmid\":901,", "\"vmid\":901,,");
        LxcText.Damage damage = LxcText.parse("web", text, V1).damage();

        assertThat(damage).isNotNull();
        assertThat(damage.line()).isEqualTo(2);
        assertThat(damage.vmid()).isEqualTo(901);
        assertThat(damage.what()).isNotBlank();
    }

    @Test
    void a_listing_tells_of_all_and_of_what_runs() {
        String text = LxcText.write(file(), V1);
        StringBuilder answer = new StringBuilder("== config\n");
        text.lines().forEach(line -> answer.append("web/config:").append(line).append('\n'));
        answer.append("theirs/config:lxc.uts.name = theirs\n== partial\ntheirs/partial\n== state\n")
                .append(
                        "NAME STATE   PID  IPV4                 IPV6\nweb  RUNNING 42 10.0.0.5, 172.17.0.1 2001:db8::5\n")
                .append("== since\n/proc/42 1700000000\n== end\n");

        var entries = LxcListing.parse(answer.toString()).entries("/var/lib/lxc", V1, Set.of());

        LxcListing.Entry web = entries.get(901);
        assertThat(web).isNotNull();
        assertThat(web.observed().running()).isTrue();
        assertThat(web.observed().addresses()).containsExactly("10.0.0.5", "172.17.0.1", "2001:db8::5");
        assertThat(web.observed().startedAt()).isEqualTo(java.time.Instant.ofEpochSecond(1_700_000_000));
        assertThat(web.text()).isEqualTo(text);
        assertThat(entries.values())
                .filteredOn(each -> each.file() == null)
                .singleElement()
                .satisfies(each -> assertThat(each.observed().lock()).isEqualTo("create"));
        assertThatThrownBy(() -> LxcListing.parse("== config\n")).hasMessageContaining("ended too early");
    }

    @Test
    void a_comment_that_lost_a_part_is_told_with_the_part() {
        String text = LxcText.write(file(), V1);

        LxcText.Seen seen = LxcText.parse("web", text.replaceFirst("\"startup\":\\{[^}]*}", "\"startup\":null"), V1);

        assertThat(seen.file()).isNull();
        assertThat(seen.damage()).isEqualTo(new LxcText.Damage(2, "config.startup is missing", 901));
    }

    @Test
    void one_damaged_comment_makes_one_container_unreadable_which_keeps_its_number_and_whose_it_is() {
        String text = LxcText.write(file(), V1);
        StringBuilder answer = new StringBuilder("== config\n");
        text.lines().forEach(line -> answer.append("web/config:").append(line).append('\n'));
        text.replace("\"vmid\":901,\"name\":\"web\"", "\"vmid\":902,\"name\":\"torn\"")
                .replaceFirst("\"cores\":\\d+", "\"cores\":}")
                .lines()
                .forEach(line -> answer.append("torn/config:").append(line).append('\n'));
        answer.append("== partial\n== state\nNAME STATE PID IPV4 IPV6\ntorn RUNNING 42 10.0.0.6 -\n")
                .append("== since\n/proc/42 1700000000\n== end\n");

        var entries = LxcListing.parse(answer.toString()).entries("/var/lib/lxc", V1, Set.of());

        assertThat(entries).containsOnlyKeys(901, 902);
        assertThat(entries.get(901).observed().obstacle()).isNull();
        LxcListing.Entry torn = entries.get(902);
        assertThat(torn.observed().obstacle())
                .contains(
                        "line 2 of /var/lib/lxc/torn/config", "put back a copy", "lxc-destroy -P /var/lib/lxc -n torn");
        assertThat(torn.observed().running()).isTrue();
        assertThat(torn.observed().config().mark().owner())
                .isEqualTo(file().config().mark().owner());
        assertThatThrownBy(() -> LxcState.own(torn))
                .isInstanceOf(HostException.class)
                .hasMessageContainingAll("'torn' (902) is left alone", "line 2 of /var/lib/lxc/torn/config");
    }
}
