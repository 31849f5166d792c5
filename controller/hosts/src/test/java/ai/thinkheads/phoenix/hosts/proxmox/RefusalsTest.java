package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Tag("promise-8")
class RefusalsTest {

    private static HostException refused(int status, String path, String message) {
        return Refusals.of(new Refusals.Answer("PUT", path, status, message, Map.of(), "API token root@pam!phoenix"));
    }

    @Test
    void a_missing_privilege_is_named_with_its_path_and_the_command() {
        assertThat(refused(403, "/nodes/pve/lxc/101/config", "Permission check failed (/vms/101, VM.Config.CPU)\n"))
                .satisfies(e -> assertThat(e.why()).isEqualTo(Cause.DENIED))
                .hasMessageContaining("API token root@pam!phoenix lacks the privilege VM.Config.CPU on /vms/101")
                .hasMessageContaining("pveum acl modify /vms/101");
    }

    @Test
    void what_only_root_may_do_says_what_to_set() {
        assertThat(
                        refused(
                                403,
                                "/nodes/pve/lxc/101/config",
                                "Permission check failed (changing feature flags (except nesting) is only allowed for root@pam)"))
                .satisfies(e -> assertThat(e.why()).isEqualTo(Cause.DENIED))
                .hasMessageContaining("set spec.shell");
        assertThat(refused(500, "/nodes/pve/qemu/101/config", "only root can set 'args' config")
                        .why())
                .isEqualTo(Cause.DENIED);
    }

    @Test
    void a_lock_is_named_with_the_command_that_clears_it() {
        assertThat(refused(500, "/nodes/pve/lxc/101/config", "CT is locked (create)"))
                .satisfies(e -> assertThat(e.why()).isEqualTo(Cause.LOCKED))
                .hasMessageContaining("pct unlock 101");
        assertThat(refused(500, "/nodes/pve/qemu/200/status/start", "VM is locked (backup)"))
                .hasMessageContaining("qm unlock 200");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                500|/nodes/pve/lxc/101/config|detected modified configuration - file changed by other user? Try again.|CONFLICT
                500|/nodes/pve/qemu/101/config|checksum mismatch (file change by other user?)|CONFLICT
                500|/nodes/pve/qemu/101/config|checksum missmatch (file change by other user?)|CONFLICT
                500|/nodes/pve/lxc/999/config|Configuration file 'nodes/pve/lxc/999.conf' does not exist|NOT_FOUND
                400|/nodes/pve/storage/tank/status|No such storage.|NOT_FOUND
                500|/storage/tank|delete storage failed: storage 'tank' does not exist|NOT_FOUND
                500|/nodes/pve/lxc|CT 101 already exists on node 'pve'|REFUSED
                500|/nodes/pve/lxc/101/config|can't lock file '/run/lock/lxc/pve-config-101.lock' - got timeout|LOCKED
                500|/storage|cfs-lock 'file-storage_cfg' error: got lock request timeout|LOCKED
                500|/nodes/pve/lxc|zfs error: cannot create 'tank/x': out of space|NO_SPACE
                500|/nodes/other/lxc|hostname lookup 'other' failed - failed to get address info|REFUSED
                500|/nodes/pve/disks/zfs|device '/dev/sda' is already in use|REFUSED
                400|/nodes/pve/lxc/101/config|unable to modify read-only option: 'unprivileged'|REFUSED
                501|/nope|Method 'GET /nope' not implemented|UNSUPPORTED
                595|/nodes/other/status|No route to host|UNREACHABLE
                596|/nodes/other/status|Connection timed out|UNREACHABLE
                401|/version|No ticket|DENIED
                """)
    void every_text_of_proxmox_has_its_meaning(int status, String path, String message, Cause cause) {
        assertThat(refused(status, path, message).why()).isEqualTo(cause);
    }

    @Test
    void what_is_wrong_with_each_parameter_is_said() {
        HostException e = Refusals.of(new Refusals.Answer(
                "POST",
                "/nodes/pve/lxc",
                400,
                "Parameter verification failed.\n",
                Map.of(
                        "net0",
                        "invalid format - format error\nnet0.type: value 'bad' does not have a value in the enumeration 'veth'\n",
                        "memory",
                        "type check ('integer') failed - got 'abc'"),
                "user root@pam"));

        assertThat(e.why()).isEqualTo(Cause.REFUSED);
        assertThat(e)
                .hasMessage("memory: type check ('integer') failed - got 'abc'; net0: invalid format - format error:"
                        + " net0.type: value 'bad' does not have a value in the enumeration 'veth'");
    }
}
