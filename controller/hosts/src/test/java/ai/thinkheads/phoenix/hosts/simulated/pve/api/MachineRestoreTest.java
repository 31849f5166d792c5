package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Virtual machines out of their backups: {@code qmrestore}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MachineRestoreTest {

    private static final String MACHINES = "/nodes/pve/qemu";

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
                "single",
                "devices",
                "/dev/sda",
                "add_storage",
                "1");
        rig.good(
                "POST",
                "/nodes/pve/disks/zfs",
                "name",
                "other",
                "raidlevel",
                "single",
                "devices",
                "/dev/sdb",
                "add_storage",
                "1");
        rig.good(
                "POST",
                MACHINES,
                "vmid",
                "200",
                "name",
                "builder",
                "memory",
                "2048",
                "cores",
                "2",
                "scsi0",
                "tank:4,discard=on,ssd=1",
                "scsi1",
                "tank:8",
                "ide2",
                "tank:cloudinit",
                "ciuser",
                "ops",
                "net0",
                "virtio,bridge=vmbr0",
                "efidisk0",
                "tank:1,efitype=4m");
        rig.host.person().inside(200, MachineRestoreTest::written);
    }

    private static Inside written(Inside before) {
        Map<String, Inside.Node> files = new HashMap<>(before.files());
        files.put("/srv/kept", new Inside.Node("f", "precious", 0644, 0, 0));
        return new Inside(
                before.distribution(),
                files,
                before.packages(),
                before.enabled(),
                before.active(),
                before.containers());
    }

    private String backup(int vmid) {
        rig.good("POST", "/nodes/pve/vzdump", "vmid", String.valueOf(vmid), "storage", "local", "compress", "zstd");
        JsonNode all = rig.good("GET", "/nodes/pve/storage/local/content", "content", "backup");
        return all.path(all.size() - 1).path("volid").asString("");
    }

    private JsonNode config(int vmid) {
        return rig.good("GET", MACHINES + "/" + vmid + "/config");
    }

    private static String text(JsonNode config, String key) {
        return config.path(key).asString("");
    }

    private static void refused(ApiAnswer answer, int status, String message) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.message().strip()).isEqualTo(message);
    }

    @Test
    void another_number_gets_disks_of_its_own_with_what_was_on_them_and_all_options() {
        String archive = backup(200);
        assertThat(archive).matches("local:backup/vzdump-qemu-200-\\S+\\.vma\\.zst");

        String task =
                rig.good("POST", MACHINES, "vmid", "201", "archive", archive).asString("");

        assertThat(task).contains(":qmrestore:201:");
        JsonNode made = config(201);
        assertThat(text(made, "scsi0")).isEqualTo("tank:vm-201-disk-0,discard=on,size=4G,ssd=1");
        assertThat(text(made, "scsi1")).matches("tank:vm-201-disk-\\d,size=8G");
        assertThat(text(made, "ide2")).startsWith("tank:vm-201-cloudinit,media=cdrom");
        assertThat(text(made, "efidisk0")).doesNotContain("200").contains("efitype=4m");
        assertThat(text(made, "net0")).isEqualTo(text(config(200), "net0"));
        for (String same : List.of("name", "memory", "cores", "ciuser")) {
            assertThat(made.path(same)).as(same).isEqualTo(config(200).path(same));
        }
        assertThat(rig.host.person().look(201).files().get("/srv/kept").text()).isEqualTo("precious");
        assertThat(rig.host.console().state().datasets()).containsKeys("tank/vm-201-disk-0", "tank/vm-200-disk-0");
    }

    @Test
    void what_is_given_goes_before_what_was_kept_and_a_unique_one_has_cards_of_its_own() {
        String archive = backup(200);

        rig.good(
                "POST", MACHINES, "vmid", "201", "archive", archive, "storage", "other", "unique", "1", "name", "copy",
                "memory", "4096", "start", "1");

        JsonNode made = config(201);
        assertThat(text(made, "scsi0")).startsWith("other:vm-201-disk-0,");
        assertThat(text(made, "scsi1")).startsWith("other:vm-201-disk-");
        assertThat(text(made, "name")).isEqualTo("copy");
        assertThat(text(made, "memory")).isEqualTo("4096");
        assertThat(text(made, "net0"))
                .matches("virtio=BC:24:11:\\S+,bridge=vmbr0")
                .isNotEqualTo(text(config(200), "net0"));
        assertThat(rig.host.console().state().virtualMachines().get(201).running())
                .isTrue();
    }

    @Test
    void one_that_is_there_is_replaced_only_when_that_is_said_it_stands_still_and_nothing_protects_it() {
        String archive = backup(200);
        rig.good("PUT", MACHINES + "/200/config", "name", "spoiled", "delete", "scsi1");

        refused(
                rig.call("POST", MACHINES, "vmid", "200", "archive", archive),
                500,
                "unable to restore VM 200 - VM 200 already exists on node 'pve'");
        rig.good("POST", MACHINES + "/200/status/start");
        refused(
                rig.call("POST", MACHINES, "vmid", "200", "archive", archive, "force", "1"),
                500,
                "unable to restore VM 200 - vm is running");
        rig.good("POST", MACHINES + "/200/status/stop");
        rig.good("PUT", MACHINES + "/200/config", "protection", "1");
        refused(
                rig.call("POST", MACHINES, "vmid", "200", "archive", archive, "force", "1"),
                500,
                "unable to restore VM 200 - - protection mode enabled");
        rig.good("PUT", MACHINES + "/200/config", "protection", "0");
        assertThat(text(config(200), "name")).isEqualTo("spoiled");

        rig.good("POST", MACHINES, "vmid", "200", "archive", archive, "force", "1");

        assertThat(text(config(200), "name")).isEqualTo("builder");
        assertThat(text(config(200), "scsi1")).contains("size=8G");
        assertThat(rig.host.person().look(200).files()).containsKey("/srv/kept");
        assertThat(rig.host.console().state().datasets().keySet().stream()
                        .filter(each -> each.startsWith("tank/vm-200-disk-")))
                .hasSize(2);
    }

    @Test
    void a_template_becomes_a_template_again() {
        rig.good("POST", MACHINES + "/200/template");
        String archive = backup(200);

        rig.good("POST", MACHINES, "vmid", "201", "archive", archive);

        assertThat(config(201).path("template").asInt()).isEqualTo(1);
        assertThat(text(config(201), "scsi0")).startsWith("tank:base-201-disk-0");
    }

    @Test
    void an_archive_of_the_other_kind_or_of_nothing_makes_nothing() {
        rig.good("POST", "/nodes/pve/lxc", "vmid", "101", "ostemplate", ApiRig.TEMPLATE, "rootfs", "tank:2");
        String container = backup(101);
        String machine = backup(200);

        for (String archive : List.of(container, "local:backup/vzdump-qemu-9-2026_01_01-00_00_00.vma.zst")) {
            ApiAnswer answer = rig.call("POST", MACHINES, "vmid", "201", "archive", archive);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(rig.exit(String.valueOf(answer.data()))).startsWith("unable to restore VM 201 - ");
        }
        ApiAnswer answer = rig.call("POST", "/nodes/pve/lxc", "vmid", "201", "restore", "1", "ostemplate", machine);
        assertThat(rig.exit(String.valueOf(answer.data()))).startsWith("unable to restore CT 201 - ");
        assertThat(rig.call("POST", MACHINES, "vmid", "201", "archive", "nonsense")
                        .message())
                .contains("unable to parse volume ID 'nonsense'");
        assertThat(rig.call("POST", MACHINES, "vmid", "201", "force", "1").errors())
                .containsEntry("archive", "missing property - 'force' requires this property");
        assertThat(List.copyOf(rig.host.console().state().virtualMachines().keySet()))
                .containsExactly(200);
    }

    @Test
    void who_restores_needs_the_space_and_may_read_the_backup_and_make_the_guest() {
        String archive = backup(200);
        rig.good("POST", "/access/users", "userid", "ci@pve", "password", "citest123");
        String[] restore = {"vmid", "201", "archive", archive};
        rig.login("ci@pve", "citest123");
        refused(rig.call("POST", MACHINES, restore), 403, "Permission check failed (/vms/201, VM.Allocate)");

        give("/vms/201", "PVEVMAdmin");
        refused(
                rig.call("POST", MACHINES, restore),
                403,
                "Permission check failed (/storage/local, Datastore.AllocateSpace)");
        give("/storage/local", "PVEDatastoreUser");
        refused(rig.call("POST", MACHINES, restore), 403, "Permission check failed (/vms/200, VM.Backup)");
        give("/vms/200", "PVEVMUser");
        refused(
                rig.call("POST", MACHINES, restore),
                403,
                "Permission check failed (/storage/tank, Datastore.AllocateSpace)");
        give("/storage/tank", "PVEDatastoreUser");
        give("/sdn/zones/localnetwork", "PVESDNUser");

        rig.good("POST", MACHINES, restore);
        assertThat(rig.host.console().state().virtualMachines()).containsKey(201);
    }

    private void give(String path, String role) {
        rig.login("root@pam", "rootpw123");
        rig.good("PUT", "/access/acl", "path", path, "roles", role, "users", "ci@pve");
        rig.login("ci@pve", "citest123");
    }
}
