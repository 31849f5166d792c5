package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GuestFileTest {

    private static final String TEXT = """
            #made by hand%3A do not touch
            arch: amd64
            cores: 2
            features: nesting=1
            hostname: web
            memory: 512
            mp0: tank:subvol-101-disk-1,mp=/data,size=8G
            rootfs: tank:subvol-101-disk-0,size=8G
            unprivileged: 1
            unused0: tank:subvol-101-disk-2
            lxc.apparmor.profile: unconfined
            lxc.cgroup2.devices.allow: c 10:200 rwm

            [pve:pending]
            delete: mp0
            features: nesting=1,keyctl=1

            [before]
            #first
            cores: 1
            memory: 256
            snaptime: 1795404551

            [earlier]
            cores: 1
            snaptime: 1795404000
            """;

    @Test
    void a_file_has_what_is_in_force_what_waits_and_what_was() {
        GuestFile file = GuestFile.parse(TEXT);

        assertThat(file.current())
                .containsEntry("cores", "2")
                .containsEntry("description", "made by hand: do not touch\n");
        assertThat(file.next()).doesNotContainKey("mp0").containsEntry("features", "nesting=1,keyctl=1");
        assertThat(file.snapshots()).extracting("name").containsExactly("earlier", "before");
        assertThat(file.snapshots().getLast().description()).isEqualTo("first");
        assertThat(file.unused()).isEqualTo(Map.of("unused0", "tank:subvol-101-disk-2"));
        assertThat(file.lxc())
                .containsExactly(
                        new GuestFile.Line("lxc.apparmor.profile", "unconfined"),
                        new GuestFile.Line("lxc.cgroup2.devices.allow", "c 10:200 rwm"));
    }

    @Test
    void raw_lines_are_exchanged_and_nothing_else() {
        String changed = GuestFile.withRaw(TEXT, List.of(new GuestFile.Line("lxc.idmap", "u 0 100000 65536")));

        GuestFile before = GuestFile.parse(TEXT);
        GuestFile after = GuestFile.parse(changed);
        assertThat(after.lxc()).containsExactly(new GuestFile.Line("lxc.idmap", "u 0 100000 65536"));
        assertThat(after.current()).isEqualTo(before.current());
        assertThat(after.pending()).isEqualTo(before.pending());
        assertThat(after.snapshots()).isEqualTo(before.snapshots());
        assertThat(changed).endsWith("\n").doesNotContain("\n\n\n");
    }

    @Test
    void the_digest_is_that_of_the_text() {
        assertThat(GuestFile.parse("memory: 512\n").digest())
                .isEqualTo(GuestFile.digest("memory: 512\n"))
                .hasSize(40);
    }
}
