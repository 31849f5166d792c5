package ai.thinkheads.phoenix.kinds.endtoend;

import static ai.thinkheads.phoenix.kinds.endtoend.ProxmoxMachine.SET;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.proxmox.PveNode;
import ai.thinkheads.phoenix.hosts.simulated.Person;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong with a machine goes wrong for real: its own tokens, rights, disks and space are what refuses. Each time a condition
 * and an event say it, nothing is lost or made twice, and once it is put right everything converges by itself.
 */
@Tag("promise-8")
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProxmoxBadTimesTest {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration A_WHILE = Duration.ofSeconds(20);

    /** Longer than the longest pause before something is tried again. */
    private static final Duration UNTIL_TRIED = Duration.ofMinutes(12);

    private static final long VOLUME_BLOCK = 16 << 10;

    private static final String WEB = "LxcContainer/web";

    /** A pool with a storage on it, and a container on that; the container has no number of its own. */
    private static final String ON_A_POOL = """
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: ZfsPool
        metadata: {name: tank}
        spec: {vdevs: [{type: mirror, devices: [/dev/disk/by-id/a, /dev/disk/by-id/b]}]}
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: ZfsDataset
        metadata: {name: guests}
        spec: {pool: tank}
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: StoragePool
        metadata: {name: guests}
        spec: {type: zfspool, target: {dataset: guests}, content: [rootdir, images]}
        """ + ProxmoxMachine.LIBRARY + """
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: LxcContainer
        metadata: {name: web}
        spec:
          template: debian
          rootDisk: {storage: guests, size: 8Gi}
          features: {nesting: true}
        """;

    private static final String BEFORE_BASE =
            "---\napiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: LxcContainer\nmetadata: {name: base}";

    private static final String BEFORE_LIBRARY =
            "---\napiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: StoragePool\nmetadata: {name: library}";

    private static final String A_MACHINE_ON_IT = """
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: CloudImage
        metadata: {name: noble}
        spec:
          storage: library
          url: https://example.org/noble.img
          sha256: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: VirtualMachine
        metadata: {name: builder}
        spec:
          image: noble
          agent: false
          disks: [{name: root, storage: guests, size: 32Gi}]
          runPolicy: Stopped
        """;

    @TempDir
    private Path folder;

    private static void converges(Controller controller, Duration most) {
        assertThat(controller.converges(most))
                .as(controller.unready().toString())
                .isTrue();
    }

    private static void settled(Controller controller) {
        converges(controller, UNTIL_TRIED);
        long changes = controller.counters().changes();
        controller.again();
        assertThat(controller.counters().changes()).isEqualTo(changes);
        assertThat(controller.unready()).isEmpty();
    }

    /** Why a resource is not ready; an event has said the same. */
    private static String refused(Controller controller, String key) {
        String condition = controller.condition(key, Conditions.READY);
        assertThat(condition).as(controller.unready().toString()).startsWith("False ");
        assertThat(controller.told(key)).contains(condition.replaceFirst("False ", "Warning "));
        return condition;
    }

    // ---- who the driver is

    @Test
    @Tag("promise-9")
    void a_token_that_is_removed_is_said_and_a_new_one_in_the_secret_goes_on() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            machine.addUser();
            String first = machine.token("first");
            controller.apply(machine.hypervisor(first) + SET);
            converges(controller, LONG);

            machine.removeToken("first");
            controller.apply(SET.replace("memory: 2Gi", "memory: 3Gi"));
            controller.converges(A_WHILE);

            assertThat(refused(controller, WEB))
                    .contains(
                            "AccessDenied",
                            "API token phoenix@pve!first was not accepted",
                            "pveum user token add",
                            "Secret")
                    .doesNotContain(first.substring(first.indexOf('=') + 1));
            assertThat(machine.guests()).containsExactly(101, 102, 200, 900);

            String second = machine.token("second");
            controller.apply(machine.secret(second.replaceFirst("=.*", "=00000000-0000-0000-0000-000000000000")));
            controller.converges(A_WHILE);
            assertThat(refused(controller, "Hypervisor/pve")).contains("API token phoenix@pve!second was not accepted");

            controller.apply(machine.secret(second));
            settled(controller);
            assertThat(machine.node.call("GET", "/nodes/pve/lxc/101/config")).contains("memory=3072");
            assertThat(machine.guests()).containsExactly(101, 102, 200, 900);
        }
    }

    @Test
    @Tag("promise-6")
    void a_token_that_expires_in_the_middle_is_said_and_the_next_one_finishes_the_work() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            machine.addUser();
            Instant end = machine.now().plusSeconds(60);
            controller.apply(
                    machine.hypervisor(machine.token("brief", "expire", String.valueOf(end.getEpochSecond()))) + SET);
            converges(controller, LONG);
            controller.scheduler.advance(Duration.ofMinutes(2));
            controller.apply(SET.replace("memory: 2Gi", "memory: 3Gi"));
            controller.converges(A_WHILE);

            assertThat(refused(controller, WEB))
                    .contains("AccessDenied", "API token phoenix@pve!brief was not accepted", "expired");

            controller.apply(machine.secret(machine.token("lasting")));
            settled(controller);
            assertThat(machine.node.call("GET", "/nodes/pve/lxc/101/config")).contains("memory=3072");
        }
    }

    /** A place where the user is given a smaller role than elsewhere, who notices, and what is then said to be missing. */
    private record Smaller(String path, String role, String who, String missing) {}

    @Test
    @Tag("promise-6")
    void a_privilege_that_is_taken_away_is_named_with_its_path_and_once_it_is_back_the_rest_is_done() throws Exception {
        for (Smaller each : List.of(
                new Smaller("/nodes/pve", "NoAccess", "Hypervisor/pve", "Sys.Audit on /nodes/pve"),
                new Smaller("/nodes/pve", "PVEAuditor", "NetworkBridge/vmbr1", "Sys.Modify on /nodes/pve"),
                new Smaller("/storage", "PVEDatastoreUser", "StoragePool/thin", "Datastore.Allocate on /storage"),
                new Smaller(
                        "/storage/library",
                        "PVEDatastoreUser",
                        "LxcTemplate/debian",
                        "Datastore.AllocateTemplate on /storage/library"),
                new Smaller(
                        "/storage/thin", "PVEAuditor", "LxcContainer/base", "Datastore.AllocateSpace on /storage/thin"),
                new Smaller(
                        "/sdn/zones/localnetwork",
                        "PVEAuditor",
                        "LxcContainer/base",
                        "SDN.Use on /sdn/zones/localnetwork/vmbr1"),
                new Smaller("/vms", "PVEAuditor", "LxcContainer/base", "VM.Allocate on /vms/900"),
                new Smaller("/vms/101", "PVEAuditor", WEB, "VM.Allocate on /vms/101"),
                new Smaller("/vms/200", "PVEVMUser", "VirtualMachine/builder", "VM.Allocate on /vms/200"))) {
            try (ProxmoxMachine machine = new ProxmoxMachine();
                    Controller controller = machine.controller()) {
                machine.addUser();
                machine.give(each.path(), each.role());
                controller.apply(machine.hypervisor(machine.token("controller")) + SET);
                controller.converges(A_WHILE);

                assertThat(refused(controller, each.who()))
                        .as(each.toString())
                        .contains("AccessDenied", each.missing(), "pveum acl modify");

                machine.take(each.path(), each.role());
                settled(controller);
                assertThat(machine.guests()).containsExactly(101, 102, 200, 900);
            }
        }
    }

    @Test
    @Tag("promise-2")
    @Tag("promise-4")
    void guests_that_the_token_may_no_longer_see_are_not_made_again() throws Exception {
        for (boolean shell : List.of(true, false)) {
            try (ProxmoxMachine machine = new ProxmoxMachine()) {
                machine.addUser();
                String token = machine.token("controller");
                String manifests = machine.hypervisor(token).replace(shell ? "\0" : ", shell: {type: local}", "")
                        + ON_A_POOL
                                .substring(ON_A_POOL.indexOf(BEFORE_LIBRARY))
                                .replace("storage: guests", "storage: thin")
                        + """
                        ---
                        apiVersion: phoenix.thinkheads.ai/v1alpha1
                        kind: StoragePool
                        metadata: {name: thin}
                        spec: {type: lvmthin, target: {volumeGroup: pve, thinPool: data}, content: [rootdir, images]}
                        """;
                try (Controller controller = machine.controller()) {
                    controller.apply(manifests);
                    converges(controller, LONG);
                    assertThat(machine.guests()).hasSize(1);
                    int vmid = machine.guests().iterator().next();

                    machine.give("/vms", "NoAccess");
                    controller.again();
                    controller.converges(A_WHILE);

                    assertThat(refused(controller, "Hypervisor/pve")).contains("AccessDenied", "VM.Audit on /vms");
                    assertThat(machine.guests()).containsExactly(vmid);
                }
                try (Controller forgetful = machine.controller()) {
                    forgetful.apply(manifests);
                    forgetful.converges(A_WHILE);
                    assertThat(refused(forgetful, "Hypervisor/pve")).contains("VM.Audit on /vms");
                    assertThat(machine.guests()).hasSize(1);

                    machine.take("/vms", "NoAccess");
                    settled(forgetful);
                    assertThat(machine.guests()).hasSize(1);
                }
            }
        }
    }

    // ---- its disks

    @Test
    void a_pool_that_degrades_stays_ready_is_said_and_a_new_disk_in_the_manifest_mends_it() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + ON_A_POOL);
            converges(controller, LONG);

            machine.node.host().person().breakDevice("tank", "/dev/disk/by-id/b", "FAULTED");
            controller.again();

            String degraded = "PoolDegraded: pool tank is DEGRADED: /dev/disk/by-id/b is FAULTED"
                    + "; put a new disk in its place in spec.vdevs and the pool resilvers";
            assertThat(controller.condition("ZfsPool/tank", Conditions.DEGRADED))
                    .isEqualTo("True " + degraded);
            assertThat(controller.told("ZfsPool/tank")).contains("Warning " + degraded);
            assertThat(controller.unready()).isEmpty();

            controller.apply(ON_A_POOL.replace("by-id/b]", "by-id/c]"));
            settled(controller);
            assertThat(machine.state().pools().get("tank").health()).isEqualTo("ONLINE");
            assertThat(controller.condition("ZfsPool/tank", Conditions.DEGRADED))
                    .doesNotStartWith("True");
            assertThat(controller.told("ZfsPool/tank")).anyMatch(each -> each.startsWith("Normal Recovered: "));
            assertThat(machine.guests()).hasSize(1);
        }
    }

    @Test
    @Tag("promise-2")
    void a_pool_that_is_suspended_is_not_ready_and_goes_on_when_its_disks_do() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + ON_A_POOL);
            converges(controller, LONG);
            Person person = machine.node.host().person();

            person.breakDevice("tank", "/dev/disk/by-id/a", "FAULTED");
            person.breakDevice("tank", "/dev/disk/by-id/b", "FAULTED");
            controller.again();
            controller.converges(A_WHILE);
            assertThat(refused(controller, "ZfsPool/tank"))
                    .contains("PoolUnavailable", "its data cannot be reached", "zpool status tank");

            person.breakDevice("tank", "/dev/disk/by-id/a", "ONLINE");
            person.breakDevice("tank", "/dev/disk/by-id/b", "ONLINE");
            controller.again();
            settled(controller);
            assertThat(machine.guests()).hasSize(1);
        }
    }

    @Test
    @Tag("promise-2")
    @Tag("promise-4")
    void a_pool_that_is_gone_is_never_made_anew_and_is_imported_when_its_disks_are_back() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + ON_A_POOL);
            converges(controller, LONG);
            int vmid = machine.guests().iterator().next();
            Person person = machine.node.host().person();

            person.stop(vmid);
            machine.node.root("zpool", "export", "tank");
            person.plug("/dev/disk/by-id/a", false);
            person.plug("/dev/disk/by-id/b", false);
            controller.again();
            controller.converges(A_WHILE);

            assertThat(refused(controller, "ZfsPool/tank")).contains("DiskMissing", "spec.vdevs[0].devices");
            assertThat(machine.state().pools()).doesNotContainKey("tank");
            assertThat(machine.guests()).containsExactly(vmid);

            // One of two is enough for a mirror.
            person.plug("/dev/disk/by-id/a", true);
            converges(controller, UNTIL_TRIED);
            assertThat(controller.told("ZfsPool/tank")).anyMatch(each -> each.startsWith("Normal ImportPool"));
            assertThat(controller.condition("ZfsPool/tank", Conditions.DEGRADED))
                    .startsWith("True PoolDegraded: pool tank is DEGRADED: /dev/disk/by-id/b is UNAVAIL");

            person.plug("/dev/disk/by-id/b", true);
            controller.again();
            settled(controller);
            assertThat(controller.condition("ZfsPool/tank", Conditions.DEGRADED))
                    .doesNotStartWith("True");
            assertThat(machine.guests()).containsExactly(vmid);
            assertThat(machine.state().datasets()).containsKey("tank/guests/subvol-" + vmid + "-disk-0");
        }
    }

    @Test
    @Tag("promise-2")
    void a_pool_that_was_exported_is_imported_by_the_next_pass_with_all_that_is_on_it() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + ON_A_POOL);
            converges(controller, LONG);
            int vmid = machine.guests().iterator().next();

            machine.node.host().person().stop(vmid);
            machine.node.root("zpool", "export", "tank");
            controller.again();

            assertThat(controller.told("ZfsPool/tank"))
                    .anyMatch(each -> each.startsWith("Warning DriftDetected"))
                    .anyMatch(each -> each.startsWith("Normal ImportPool"));
            settled(controller);
            assertThat(machine.guests()).containsExactly(vmid);
            assertThat(machine.state().containers().get(vmid).running()).isTrue();
        }
    }

    @Test
    @Tag("promise-2")
    void a_disk_on_which_another_pool_or_a_file_system_lies_is_not_taken_until_a_person_has_cleared_it()
            throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            String pool = """
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: ZfsPool
                metadata: {name: data}
                spec: {vdevs: [{type: mirror, devices: [/dev/disk/by-id/c, /dev/disk/by-id/d]}]}
                """;
            machine.node.root("zpool", "create", "scratch", "/dev/disk/by-id/c");
            machine.node.root("zfs", "create", "scratch/precious");
            controller.apply(machine.hypervisor() + pool);
            controller.converges(A_WHILE);

            assertThat(refused(controller, "ZfsPool/data"))
                    .contains("DiskInUse", "spec.vdevs[0].devices", "/dev/disk/by-id/c is in use: pool scratch");
            assertThat(machine.state().datasets()).containsKey("scratch/precious");

            machine.node.root("zpool", "export", "scratch");
            controller.again();
            assertThat(refused(controller, "ZfsPool/data"))
                    .contains("DiskNotBlank", "/dev/disk/by-id/c", "exported pool scratch");
            assertThat(machine.state().importable()).containsExactly("scratch");

            machine.node.root("zpool", "import", "scratch");
            machine.node.root("zpool", "destroy", "scratch");
            machine.node.host().person().sign("/dev/disk/by-id/d", "ext4");
            controller.again();
            assertThat(refused(controller, "ZfsPool/data")).contains("DiskNotBlank", "/dev/disk/by-id/d", "ext4");

            machine.node.host().person().sign("/dev/disk/by-id/d", null);
            controller.again();
            settled(controller);
            assertThat(machine.state().pools().get("data").vdevs()).hasSize(1);
        }
    }

    @Test
    void a_full_pool_is_said_leaves_no_half_of_a_guest_and_what_is_freed_is_used() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + ON_A_POOL.substring(0, ON_A_POOL.lastIndexOf("---")));
            converges(controller, LONG);
            long free = machine.state().datasets().get("tank").available().bytes();
            machine.node.root(
                    "zfs",
                    "create",
                    "-V",
                    String.valueOf(free / VOLUME_BLOCK * VOLUME_BLOCK - (64L << 20)),
                    "tank/fill");

            controller.apply(ON_A_POOL + A_MACHINE_ON_IT);
            controller.converges(A_WHILE);

            assertThat(refused(controller, WEB)).contains("NoSpace", "space", "raise the quota");
            assertThat(refused(controller, "VirtualMachine/builder")).contains("NoSpace");
            assertThat(machine.guests()).isEmpty();
            assertThat(machine.state().datasets().keySet()).noneMatch(name -> name.contains("-disk-"));

            machine.node.root("zfs", "destroy", "tank/fill");
            settled(controller);
            assertThat(machine.guests()).hasSize(2);
        }
    }

    // ---- the machine and the way to it

    @Test
    @Tag("promise-6")
    void a_certificate_that_has_changed_stops_everything_until_it_is_known_again() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            String known = machine.hypervisor();
            String before = machine.node.fingerprint();
            machine.node.certificate(folder);
            controller.apply(known + SET);
            controller.converges(A_WHILE);

            assertThat(refused(controller, "Hypervisor/pve"))
                    .contains("AccessDenied", "has changed", before, machine.node.fingerprint());
            assertThat(machine.guests()).isEmpty();

            controller.apply(machine.secret(PveNode.TOKEN));
            settled(controller);
            assertThat(machine.guests()).containsExactly(101, 102, 200, 900);
        }
    }

    @Test
    @Tag("promise-5")
    void a_node_that_goes_away_in_the_middle_of_a_task_is_said_and_nothing_is_made_twice() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + SET.substring(0, SET.indexOf(BEFORE_BASE)));
            converges(controller, LONG);
            machine.node.loses = request -> request.path().contains("/tasks/");
            controller.apply(SET.substring(0, SET.indexOf(BEFORE_BASE.replace("base", "web"))));
            controller.converges(A_WHILE);
            controller.scheduler.advance(Duration.ofMinutes(6));

            assertThat(controller.told("LxcContainer/base"))
                    .anyMatch(each -> each.startsWith("Warning HostUnreachable: ")
                            && each.contains("node pve went away while task vzcreate of 900 ran"));

            machine.node.loses = request -> false;
            controller.apply(SET);
            converges(controller, UNTIL_TRIED);
            assertThat(machine.guests()).containsExactly(101, 102, 200, 900);
        }
    }

    @Test
    @Tag("promise-5")
    void a_power_cut_in_the_middle_of_a_task_is_told_by_the_task_itself_and_the_work_is_done_after_the_boot()
            throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine(HypervisorSpec.Simulated.Latency.REALISTIC);
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + SET.substring(0, SET.indexOf(BEFORE_BASE)));
            converges(controller, LONG);
            controller.apply(SET);
            while (!machine.node
                    .call("GET", "/nodes/pve/tasks", "source", "all")
                    .contains("type=vzcreate")) {
                controller.scheduler.advance(Duration.ofMillis(200));
            }
            assertThat(machine.guests()).isEmpty();

            machine.node.powerOff();
            controller.scheduler.advance(Duration.ofSeconds(90));
            machine.node.powerOn();
            converges(controller, UNTIL_TRIED);

            assertThat(controller.warnings())
                    .anyMatch(each -> each.contains("task vzcreate of")
                            && each.contains("was cut off, as by a restart of the node"));
            assertThat(machine.guests()).containsExactly(101, 102, 200, 900);
            settled(controller);
        }
    }

    @Test
    @Tag("promise-5")
    void a_controller_that_dies_at_any_command_is_followed_by_one_that_finishes_it() throws Exception {
        int commands = cutAtCommand(Integer.MAX_VALUE, false);
        assertThat(commands).isGreaterThan(15);
        int stride = Boolean.getBoolean("phoenix.thorough") ? 1 : 7;
        for (int at = 0; at < commands; at += stride) {
            cutAtCommand(at, at % 2 == 0);
        }
    }

    /** Lets the controller die at a command, done or not, and one that knows nothing go on; answers how many there were. */
    private static int cutAtCommand(int at, boolean done) throws Exception {
        String manifests = ON_A_POOL.replace("features: {nesting: true}", """
            features: {nesting: true, keyctl: true}
              rawConfig: ["lxc.cap.drop: sys_rawio"]
              mounts: [{name: data, path: /data, storage: guests, size: 4Gi}]\
            """);
        try (ProxmoxMachine machine = new ProxmoxMachine()) {
            int[] seen = {0};
            boolean[] dead = {false};
            machine.node.cutsBefore = argv -> dead[0] || !done && (dead[0] = seen[0]++ == at);
            machine.node.cutsAfter = argv -> done && (dead[0] |= seen[0]++ == at);
            machine.node.instead = request -> dead[0] ? PveNode.refusal(599, "Too many redirections") : null;
            try (Controller controller = machine.controller()) {
                controller.apply(machine.hypervisor() + manifests);
                controller.converges(at == Integer.MAX_VALUE ? LONG : Duration.ofSeconds(5));
            }
            machine.node.cutsBefore = argv -> false;
            machine.node.cutsAfter = argv -> false;
            dead[0] = false;
            try (Controller controller = machine.controller()) {
                controller.apply(machine.hypervisor() + manifests);
                assertThat(controller.converges(LONG))
                        .as("cut at command " + at + (done ? ", done" : "") + ": " + controller.unready() + " "
                                + controller.warnings())
                        .isTrue();
                assertThat(machine.guests()).hasSize(1);
                assertThat(machine.state().datasets().keySet().stream().filter(each -> each.contains("-disk-")))
                        .hasSize(2);
                long before = controller.counters().changes();
                controller.again();
                assertThat(controller.counters().changes()).isEqualTo(before);
            }
            return seen[0];
        }
    }

    // ---- what its tasks say

    @Test
    void a_task_that_warns_is_done_and_what_it_warned_of_is_an_event() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + ON_A_POOL.replace("  features: {nesting: true}\n", ""));

            settled(controller);
            assertThat(controller.told(WEB))
                    .anyMatch(each -> each.startsWith("Warning HostWarning: ")
                            && each.contains("task vzcreate: ")
                            && each.contains("You may need to enable nesting"));
        }
    }

    @Test
    @Tag("promise-6")
    void a_template_whose_checksum_is_wrong_is_not_kept_and_the_right_one_is() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            String url = "https://example.org/debian-13.tar.zst";
            machine.node.host().person().publish(url, "c".repeat(64));
            controller.apply(machine.hypervisor() + SET);
            controller.converges(A_WHILE);

            assertThat(refused(controller, "LxcTemplate/debian"))
                    .contains("HostFailed", "checksum mismatch: got 'cccc", "its log ends");
            assertThat(machine.node.call("GET", "/nodes/pve/storage/library/content"))
                    .doesNotContain("debian");

            machine.node.host().person().publish(url, "a".repeat(64));
            settled(controller);
        }
    }

    // ---- what others did

    @Test
    @Tag("promise-6")
    void a_lock_that_a_crash_left_is_named_with_the_command_that_clears_it() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + SET);
            converges(controller, LONG);
            machine.node.host().person().lock(101, "snapshot");
            controller.apply(SET.replace("memory: 2Gi", "memory: 3Gi"));
            controller.converges(A_WHILE);

            assertThat(refused(controller, WEB)).contains("HostLocked", "is locked (snapshot)", "pct unlock 101");

            machine.node.root("pct", "unlock", "101");
            settled(controller);
            assertThat(machine.node.call("GET", "/nodes/pve/lxc/101/config")).contains("memory=3072");
        }
    }

    @Test
    @Tag("promise-5")
    void what_a_person_changes_between_reading_and_writing_is_kept_and_the_wish_is_planned_anew() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + SET);
            converges(controller, LONG);
            boolean[] edited = {false};
            machine.node.instead = request -> {
                if (!edited[0]
                        && request.method().equals("PUT")
                        && request.path().endsWith("/lxc/101/config")) {
                    edited[0] = true;
                    machine.node.call("PUT", "/nodes/pve/lxc/101/config", "cpuunits", "50");
                }
                return null;
            };
            controller.apply(SET.replace("memory: 2Gi", "memory: 3Gi"));
            settled(controller);

            assertThat(edited[0]).isTrue();
            assertThat(controller.told(WEB))
                    .anyMatch(each -> each.startsWith("Warning ChangedByOther: ") && each.contains("modified"));
            assertThat(machine.node.call("GET", "/nodes/pve/lxc/101/config")).contains("memory=3072", "cpuunits=50");
        }
    }
}
