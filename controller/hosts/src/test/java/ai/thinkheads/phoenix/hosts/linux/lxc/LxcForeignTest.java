package ai.thinkheads.phoenix.hosts.linux.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.IdMap;
import ai.thinkheads.phoenix.hosts.port.GuestField;
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

/** What is made of a file that lxc-create or a person wrote, and what of it stays. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LxcForeignTest {

    private static final LxcMachine V1 = LxcMachine.parse(
            "version 5.0.2\ntype tmpfs\nv2 \nv1 memory cpu devices freezer \nswap yes\napparmor \ncpus 4\nkilobytes 8388608\n");
    private static final LxcMachine V2 = LxcMachine.parse(
            "version 6.0.4\ntype cgroup2fs\nv2 cpu memory\nv1 \napparmor Y\ncpus 4\nkilobytes 8388608\n");

    private static final String THEIRS = """
            # Template used to create this container: /usr/share/lxc/templates/lxc-busybox
            # Parameters passed to the template:

            # For additional config options, please look at lxc.container.conf(5)
            lxc.net.0.type=veth
            lxc.net.0.link = br0
            lxc.net.0.flags = up
            lxc.net.0.ipv4.address = 10.0.0.9/24 10.0.0.255
            lxc.net.0.ipv4.gateway = 10.0.0.1
            lxc.net.0.hwaddr = 00:16:3e:aa:bb:cc
            lxc.rootfs.path = dir:/var/lib/lxc/theirs/rootfs
            lxc.uts.name = "theirs"
            lxc.environment = A=b # not a comment
            lxc.mount.entry = shm dev/shm tmpfs defaults 0 0
            lxc.start.auto = 1
            lxc.start.delay = 7
            """;

    private static ContainerConfig read(String text) {
        return LxcText.parse("theirs", text, V1).config();
    }

    private static LxcFile adopted(String text, ContainerConfig config, GuestField... changed) {
        return new LxcFile(
                        150_000_000,
                        "theirs",
                        LxcFile.edit(
                                config, config, Set.of(), config.mounts(), new Mark("LxcContainer/theirs", Map.of())),
                        Map.of(),
                        Map.of(),
                        false,
                        false,
                        null,
                        List.of(),
                        null,
                        List.of(),
                        null,
                        new LxcFile.Adopted(text, Set.of()))
                .changing(Set.of(changed));
    }

    @Test
    void what_a_manifest_can_say_is_read() {
        ContainerConfig config = read(THEIRS);

        assertThat(config.hostname()).isEqualTo("theirs");
        assertThat(config.nics())
                .containsExactly(
                        new Nic("eth0", "br0", "10.0.0.9/24", "10.0.0.1", "00:16:3E:AA:BB:CC", null, null, false));
        assertThat(config.onBoot()).isTrue();
        assertThat(config.startup()).isEqualTo(new StartupConfig(null, Duration.ofSeconds(7), null));
        assertThat(config.unprivileged()).isFalse();
        assertThat(config.raw()).isEmpty();
        assertThat(config.rootDisk().volume()).isEqualTo("dir:/var/lib/lxc/theirs/rootfs");
    }

    @Test
    void without_limits_it_has_what_the_machine_has() {
        assertThat(read(THEIRS).memory()).isEqualTo(ByteSize.ofGi(8));
        assertThat(read(THEIRS).cores()).isEqualTo(4);

        ContainerConfig limited = read(THEIRS + """
                lxc.cgroup.memory.limit_in_bytes = 512M
                lxc.cgroup.memory.memsw.limit_in_bytes = 768M
                lxc.cgroup.cpu.cfs_quota_us = 150000
                """);
        assertThat(limited.memory()).isEqualTo(ByteSize.ofMi(512));
        assertThat(limited.swap()).isEqualTo(ByteSize.ofMi(256));
        assertThat(limited.cores()).isEqualTo(2);
        assertThat(limited.cpuLimit()).isEqualTo(1.5);
        assertThat(read(THEIRS + "lxc.cgroup2.cpu.max = max 100000\n").cores()).isEqualTo(4);
        assertThat(read(THEIRS + "lxc.cgroup2.cpu.max = 100000 50000\n").cores())
                .isEqualTo(2);
    }

    @Test
    void maps_profiles_and_nesting_are_read_where_manifests_have_words_for_them() {
        String maps = "lxc.idmap = u 0 100000 65536\nlxc.idmap = g 0 100000 65536\n";

        assertThat(read(THEIRS + maps).unprivileged()).isTrue();
        assertThat(read(THEIRS + maps).idMaps()).isEmpty();
        assertThat(read(THEIRS + maps.replace("100000", "300000")).idMaps())
                .contains(new IdMap("u", 0, 300_000, 65_536));
        assertThat(read(THEIRS + "lxc.include = /usr/share/lxc/config/nesting.conf\n")
                        .features())
                .containsExactly("nesting");
        assertThat(read(THEIRS + "lxc.apparmor.profile = unconfined\n").apparmor())
                .isEqualTo("unconfined");
        assertThat(read(THEIRS + "lxc.apparmor.profile = generated\n").apparmor())
                .isNull();
    }

    @Test
    void cards_that_no_manifest_can_say_stay_as_their_lines_are() {
        assertThat(read(THEIRS + "lxc.net.1.type = macvlan\nlxc.net.1.link = eth0\n")
                        .nics())
                .isEmpty();
        assertThat(read(THEIRS.replace("gateway = 10.0.0.1", "gateway = auto")).nics())
                .isEmpty();
    }

    @Test
    @Tag("promise-2")
    void what_would_start_the_hosts_root_or_take_its_network_down_is_not_taken_over() {
        assertThat(LxcForeign.obstacle(THEIRS)).isNull();
        for (String root : List.of("dir:/", "/", "dir:", "", "/rootfs", "dir:/var/..", "/var/lib/../..", "rootfs")) {
            assertThat(LxcForeign.obstacle(THEIRS.replace("dir:/var/lib/lxc/theirs/rootfs", root)))
                    .as(root)
                    .contains("no root file system of its own");
        }
        for (String root : List.of("/srv/lxc/a/", "zfs:tank/lxc/a", "overlay:/a/b:/c/d", "btrfs:/srv/a/rootfs")) {
            assertThat(LxcForeign.obstacle(THEIRS.replace("dir:/var/lib/lxc/theirs/rootfs", root)))
                    .as(root)
                    .isNull();
        }
        String bare = THEIRS.replaceAll("(?m)^lxc\\.net\\..*\n", "");
        for (String network : List.of("", "lxc.net.0.type = none\n")) {
            assertThat(LxcForeign.obstacle(bare + network)).contains("host's own network", "net_admin");
            assertThat(LxcForeign.obstacle(bare + network + "lxc.cap.drop = sys_time net_admin\n"))
                    .isNull();
        }
        assertThat(LxcForeign.obstacle(bare + "lxc.net.0.type = empty\n")).isNull();
        assertThat(LxcForeign.obstacle(LxcText.write(LxcTextTest.file(List.of(), Set.of(), List.of()), V1)))
                .contains("copy");
    }

    @Test
    @Tag("promise-2")
    void taken_over_every_line_and_every_comment_of_it_stays() {
        LxcFile file = adopted(THEIRS, read(THEIRS));
        String written = LxcText.write(file, V1);

        assertThat(written).endsWith("\n" + THEIRS).hasLineCount(THEIRS.split("\n").length + 2);
        assertThat(LxcForeign.body(file, V1)).isEqualTo(THEIRS);
        LxcText.Seen seen = LxcText.parse("theirs", written, V1);
        assertThat(seen.file()).isEqualTo(file);
        assertThat(seen.config()).isEqualTo(file.config());
        // More memory in the machine later is no change of the container.
        assertThat(LxcText.parse("theirs", written, V2).config()).isEqualTo(file.config());
    }

    @Test
    void only_the_lines_of_fields_that_change_are_written() {
        ContainerConfig config = read(THEIRS);
        ContainerConfig wish = read(THEIRS.replace("uts.name = \"theirs\"", "uts.name = other")
                        .replace("start.auto = 1", "start.auto = 0")
                        .replace("10.0.0.9/24", "10.0.0.10/24")
                + "lxc.cgroup.memory.limit_in_bytes = 64M\n");

        assertThat(LxcForeign.body(adopted(THEIRS, wish, GuestField.MEMORY), V1))
                .isEqualTo(THEIRS + "lxc.cgroup.memory.limit_in_bytes = 67108864\n");
        assertThat(LxcForeign.body(adopted(THEIRS, wish, GuestField.MEMORY), V2))
                .isEqualTo(THEIRS + "lxc.cgroup2.memory.max = 67108864\n");
        assertThat(LxcForeign.body(adopted(THEIRS, wish, GuestField.HOSTNAME), V1))
                .isEqualTo(THEIRS.replace("lxc.uts.name = \"theirs\"", "lxc.uts.name = other"));
        assertThat(LxcForeign.body(adopted(THEIRS, wish, GuestField.NICS), V1))
                .contains("lxc.net.0.ipv4.address = 10.0.0.10/24\n", "lxc.environment = A=b # not a comment\n")
                .doesNotContain("10.0.0.9");
        assertThat(LxcForeign.body(adopted(THEIRS, config, GuestField.CORES), V1))
                .isEqualTo(THEIRS + "lxc.cgroup.cpu.cfs_quota_us = 400000\n");
        assertThat(LxcForeign.body(adopted(THEIRS, wish, GuestField.ON_BOOT), V1))
                .contains("lxc.start.auto = 0\nlxc.start.delay = 7\n");
    }

    @Test
    void what_no_line_of_theirs_stands_for_is_refused_with_the_field() {
        assertThatThrownBy(() -> LxcForeign.requireChangeable(7, Set.of(GuestField.MEMORY, GuestField.DEVICES)))
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(HostException.Cause.UNSUPPORTED))
                .hasMessageContaining("spec.devices: container 7 was adopted");
    }

    @Test
    void what_somebody_changes_later_is_seen() {
        String written = LxcText.write(adopted(THEIRS, read(THEIRS)), V1);

        assertThat(LxcText.parse("theirs", written.replace("\nlxc.environment = A=b", "\nlxc.environment = A=c"), V1)
                        .config()
                        .raw())
                .containsExactly(
                        "lxc.environment: A=c # not a comment",
                        "taken out by hand lxc.environment: A=b # not a comment");
        assertThat(LxcText.parse("theirs", written + "lxc.cgroup.memory.limit_in_bytes = 32M\n", V1)
                        .config()
                        .memory())
                .isEqualTo(ByteSize.ofMi(32));
    }

    @Test
    void numbers_that_are_made_up_never_hide_a_container_that_has_one() {
        String ours = LxcText.write(adopted(THEIRS, read(THEIRS)), V1);
        StringBuilder answer = new StringBuilder("== config\n");
        // The name of each makes up some number; one of them is that of 'theirs'.
        for (String name : List.of("a", "b", "theirs")) {
            (name.equals("theirs") ? ours : THEIRS)
                    .lines()
                    .forEach(line ->
                            answer.append(name).append("/config:").append(line).append('\n'));
        }
        var entries = LxcListing.parse(answer.append("== end\n").toString()).entries("/var/lib/lxc", V1, Set.of());

        assertThat(entries).hasSize(3);
        LxcListing.Entry adopted = entries.get(150_000_000);
        assertThat(adopted).isNotNull();
        assertThat(adopted.folder()).isEqualTo("theirs");
        assertThat(adopted.observed().obstacle()).isNull();
    }
}
