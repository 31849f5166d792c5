package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a client meets: who may do what, in which order things are looked at, and what becomes of what is written. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PveApiTest {

    private static final String CT = "/nodes/pve/lxc/101";

    private ApiRig rig;

    @BeforeEach
    void start() {
        rig = new ApiRig("/dev/sda", "/dev/sdb");
        rig.good(
                "POST",
                "/nodes/pve/disks/zfs",
                "name",
                "tank",
                "raidlevel",
                "mirror",
                "devices",
                "/dev/sda,/dev/sdb",
                "add_storage",
                "1");
    }

    private void container(String... more) {
        String[] usual = {
            "vmid", "101",
            "ostemplate", ApiRig.TEMPLATE,
            "rootfs", "tank:2",
            "features", "nesting=1",
            "net0", "name=eth0,bridge=vmbr0,ip=dhcp"
        };
        String[] all = java.util.Arrays.copyOf(usual, usual.length + more.length);
        System.arraycopy(more, 0, all, usual.length, more.length);
        rig.good("POST", "/nodes/pve/lxc", all);
    }

    private static void refused(ApiAnswer answer, int status, String message) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.message().strip()).isEqualTo(message);
    }

    // ---- who asks

    @Test
    void one_that_is_not_known_is_told_nothing_whatever_is_asked() {
        rig.token("root@pam!rig", "wrong");

        assertThat(rig.call("GET", "/version").status()).isEqualTo(401);
        assertThat(rig.call("GET", "/nope").status()).isEqualTo(401);
    }

    @Test
    void a_ticket_writes_only_with_its_prevention_token() {
        ApiAnswer login = rig.api.answer(new ApiRequest(
                "POST", "/access/ticket", Map.of("username", "root@pam", "password", "rootpw123"), Map.of()));
        String ticket = String.valueOf(((Map<?, ?>) login.data()).get("ticket"));
        Map<String, String> cookie = Map.of("cookie", "PVEAuthCookie=" + ticket);

        assertThat(rig.api
                        .answer(new ApiRequest("GET", "/version", Map.of(), cookie))
                        .status())
                .isEqualTo(200);
        assertThat(rig.api
                        .answer(new ApiRequest("PUT", "/nodes/pve/time", Map.of("timezone", "UTC"), cookie))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void a_token_cannot_draw_a_ticket() {
        refused(
                rig.call("POST", "/access/ticket", "username", "root@pam", "password", "rootpw123"),
                403,
                "Permission check failed (API token not allowed)");
    }

    @Test
    void a_separate_token_has_what_both_it_and_its_user_were_given() {
        rig.good("POST", "/access/users", "userid", "ci@pve", "password", "citest123");
        String secret = rig.good("POST", "/access/users/ci@pve/token/t1", "privsep", "1")
                .path("value")
                .asString("");
        rig.good("PUT", "/access/acl", "path", "/vms", "roles", "PVEVMAdmin", "users", "ci@pve");
        container();

        rig.token("ci@pve!t1", secret);
        refused(rig.call("GET", CT + "/config"), 403, "Permission check failed (/vms/101, VM.Audit)");
        assertThat(rig.good("GET", "/nodes/pve/lxc")).isEmpty();

        rig.login("root@pam", "rootpw123");
        rig.good("PUT", "/access/acl", "path", "/vms/101", "roles", "PVEAuditor", "tokens", "ci@pve!t1");
        rig.token("ci@pve!t1", secret);
        assertThat(rig.good("GET", "/nodes/pve/lxc")).hasSize(1);
        refused(rig.call("POST", CT + "/status/start"), 403, "Permission check failed (/vms/101, VM.PowerMgmt)");
    }

    @Test
    void the_roles_of_the_closest_place_count_and_no_others() {
        rig.good("POST", "/access/users", "userid", "ci@pve", "password", "citest123");
        rig.good("PUT", "/access/acl", "path", "/vms", "roles", "PVEVMAdmin", "users", "ci@pve");
        rig.good("PUT", "/access/acl", "path", "/vms/101", "roles", "NoAccess", "users", "ci@pve");
        container();
        rig.login("ci@pve", "citest123");

        refused(rig.call("GET", CT + "/config"), 403, "Permission check failed (/vms/101, VM.Audit)");
    }

    // ---- in which order

    @Test
    void a_missing_privilege_hides_a_wrong_parameter_and_all_wrong_parameters_come_together() {
        ApiAnswer wrong = rig.call("POST", CT + "/clone", "newid", "x", "bogus", "1", "full", "maybe");

        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.errors()).containsOnlyKeys("newid", "bogus", "full");
        rig.good("POST", "/access/users", "userid", "ci@pve", "password", "citest123");
        rig.login("ci@pve", "citest123");
        assertThat(rig.call("POST", CT + "/clone", "bogus", "1").status()).isEqualTo(403);
    }

    @Test
    void what_there_is_not_is_501_and_another_node_cannot_be_found() {
        refused(rig.call("GET", "/nope"), 501, "Method 'GET /nope' not implemented");
        refused(rig.call("PATCH", "/version"), 501, "Method 'PATCH /version' not implemented");
        assertThat(rig.call("GET", "/nodes/other/status").message()).startsWith("hostname lookup 'other' failed");
        refused(rig.call("GET", CT + "/config"), 500, "Configuration file 'nodes/pve/lxc/101.conf' does not exist");
    }

    // ---- what only root may

    @Test
    void no_token_is_root_not_even_one_of_roots() {
        container();

        assertThat(rig.call("PUT", CT + "/config", "features", "nesting=1,keyctl=1")
                        .status())
                .isEqualTo(403);
        assertThat(rig.call("PUT", CT + "/config", "mp0", "/srv,mp=/srv").status())
                .isEqualTo(403);
        rig.login("root@pam", "rootpw123");
        assertThat(rig.call("PUT", CT + "/config", "features", "nesting=1,keyctl=1")
                        .status())
                .isEqualTo(200);
    }

    // ---- what becomes of what is written

    @Test
    void what_waits_for_a_restart_is_shown_as_such_and_can_be_taken_back() {
        container();
        rig.good("POST", CT + "/status/start");
        rig.good("PUT", CT + "/config", "memory", "1024", "nameserver", "9.9.9.9", "tty", "4");

        assertThat(pending("memory").path("value").asInt()).isEqualTo(1024);
        assertThat(pending("nameserver").path("pending").asString("")).isEqualTo("9.9.9.9");
        assertThat(pending("tty").path("pending").asInt()).isEqualTo(4);
        assertThat(rig.good("GET", CT + "/config").path("tty").asInt()).isEqualTo(4);
        assertThat(rig.good("GET", CT + "/config", "current", "1").has("tty")).isFalse();

        rig.good("PUT", CT + "/config", "revert", "nameserver");
        rig.good("POST", CT + "/status/stop");
        JsonNode after = rig.good("GET", CT + "/config", "current", "1");
        assertThat(after.has("nameserver")).isFalse();
        assertThat(after.path("tty").asInt()).isEqualTo(4);
    }

    private JsonNode pending(String key) {
        for (JsonNode each : rig.good("GET", CT + "/pending")) {
            if (each.path("key").asString("").equals(key)) {
                return each;
            }
        }
        throw new AssertionError("no " + key);
    }

    @Test
    void a_disk_that_is_taken_off_is_kept_as_unused_until_that_is_deleted() {
        container("mp0", "tank:3,mp=/data,mountoptions=noatime");
        assertThat(rig.good("GET", CT + "/config").path("mp0").asString(""))
                .isEqualTo("tank:subvol-101-disk-1,mountoptions=noatime,mp=/data,size=3G");

        rig.good("PUT", CT + "/config", "delete", "mp0");
        JsonNode off = rig.good("GET", CT + "/config");
        rig.good("PUT", CT + "/config", "delete", "unused0");

        assertThat(off.path("unused0").asString("")).isEqualTo("tank:subvol-101-disk-1");
        assertThat(rig.good("GET", CT + "/config").has("unused0")).isFalse();
        assertThat(rig.host.console().state().datasets()).doesNotContainKey("tank/subvol-101-disk-1");
    }

    @Test
    void a_write_with_a_digest_of_before_somebody_elses_change_is_refused() {
        container();
        String digest = rig.good("GET", CT + "/config").path("digest").asString("");
        rig.root("pct set 101 -memory 2048");

        refused(
                rig.call("PUT", CT + "/config", "swap", "0", "digest", digest),
                500,
                "detected modified configuration - file changed by other user? Try again.");
        assertThat(rig.good("GET", CT + "/config").path("memory").asInt()).isEqualTo(2048);
    }

    @Test
    void raw_lines_are_written_in_the_file_shown_and_copied() {
        container();
        rig.root("echo 'lxc.cgroup2.devices.allow: c 10:200 rwm' >> /etc/pve/lxc/101.conf");
        rig.good("PUT", CT + "/config", "cores", "3");
        rig.good("POST", CT + "/clone", "newid", "102", "full", "1");

        assertThat(rig.good("GET", "/nodes/pve/lxc/102/config")
                        .path("lxc")
                        .path(0)
                        .path(1)
                        .asString(""))
                .isEqualTo("c 10:200 rwm");
        assertThat(rig.good("GET", "/nodes/pve/lxc/102/config").path("cores").asInt())
                .isEqualTo(3);
    }

    @Test
    void a_container_and_a_machine_share_one_row_of_numbers() {
        container();

        refused(rig.call("POST", "/nodes/pve/qemu", "vmid", "101"), 500, "CT 101 already exists on node 'pve'");
        assertThat(rig.good("GET", "/cluster/nextid").asString("")).isEqualTo("100");
    }

    @Test
    void a_machine_is_made_changed_grown_copied_and_destroyed() {
        rig.good(
                "POST",
                "/nodes/pve/qemu",
                "vmid",
                "200",
                "name",
                "vm",
                "memory",
                "1024",
                "cores",
                "2",
                "scsi0",
                "tank:4,discard=on,ssd=1",
                "net0",
                "virtio,bridge=vmbr0",
                "ide2",
                "tank:cloudinit");
        rig.good("PUT", "/nodes/pve/qemu/200/resize", "disk", "scsi0", "size", "+2G");
        rig.good("POST", "/nodes/pve/qemu/200/config", "balloon", "512");

        JsonNode config = rig.good("GET", "/nodes/pve/qemu/200/config");
        assertThat(config.path("scsi0").asString("")).isEqualTo("tank:vm-200-disk-0,discard=on,size=6G,ssd=1");
        assertThat(config.path("net0").asString("")).matches("virtio=BC:24:11:\\S+,bridge=vmbr0");
        assertThat(config.path("memory").isString()).isTrue();
        rig.good("POST", "/nodes/pve/qemu/200/clone", "newid", "201", "name", "copy", "full", "1");
        assertThat(rig.good("GET", "/nodes/pve/qemu/201/config").path("balloon").asInt())
                .isEqualTo(512);
        rig.good("DELETE", "/nodes/pve/qemu/200");
        assertThat(rig.good("GET", "/nodes/pve/qemu")).hasSize(1);
    }

    @Test
    void a_task_is_found_by_its_number_and_tells_its_log() {
        container();
        JsonNode tasks = rig.good("GET", "/nodes/pve/tasks", "vmid", "101");
        String upid = tasks.path(0).path("upid").asString("");

        ApiAnswer log = rig.call("GET", "/nodes/pve/tasks/" + upid + "/log");

        assertThat(upid).matches("UPID:pve:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:vzcreate:101:root@pam!rig:");
        assertThat(log.more()).containsKey("total");
        assertThat(String.valueOf(log.data())).contains("TASK OK");
        assertThat(rig.call("GET", "/nodes/pve/tasks/UPID:nonsense/status").errors())
                .containsEntry("upid", "unable to parse worker upid");
    }

    @Test
    void network_changes_wait_until_they_are_applied_together() {
        rig.good("POST", "/nodes/pve/network", "iface", "vmbr7", "type", "bridge", "cidr", "10.7.0.1/24");

        ApiAnswer staged = rig.call("GET", "/nodes/pve/network");
        assertThat(String.valueOf(staged.more().get("changes"))).contains("+iface vmbr7");
        assertThat(rig.host.console().state().bridges()).doesNotContainKey("vmbr7");
        assertThat(rig.call("POST", "/nodes/pve/network", "iface", "vmbr7", "type", "bridge")
                        .errors())
                .containsEntry("iface", "interface already exists");

        rig.good("PUT", "/nodes/pve/network");
        assertThat(rig.call("GET", "/nodes/pve/network").more()).isEmpty();
        assertThat(rig.host.console().state().bridges()).containsKey("vmbr7");
    }

    @Test
    void storages_are_defined_changed_and_removed_and_what_is_fixed_is_not_in_the_change() {
        assertThat(rig.call("PUT", "/storage/tank", "pool", "other").errors()).containsOnlyKeys("pool");
        refused(
                rig.call("POST", "/storage", "storage", "tank", "type", "zfspool", "pool", "tank"),
                500,
                "create storage failed: storage ID 'tank' already defined");
        refused(rig.call("GET", "/nodes/pve/storage/nope/status"), 400, "No such storage.");
        refused(rig.call("DELETE", "/storage/nope"), 500, "delete storage failed: storage 'nope' does not exist");
        rig.good("DELETE", "/storage/tank");
        assertThat(rig.host.console().state().pools()).containsKey("tank");
    }

    @Test
    void a_defect_of_a_format_names_the_part() {
        ApiAnswer answer = rig.call("PUT", CT + "/config", "net0", "bridge=vmbr0,tag=9999", "cores", "0");

        assertThat(answer.errors().get("net0")).contains("net0.name: property is missing", "net0.tag: value must have");
        assertThat(answer.errors().get("cores")).isEqualTo("value must have a minimum value of 1");
        assertThat(List.copyOf(answer.errors().keySet())).hasSize(2);
    }
}
