package ai.thinkheads.phoenix.hosts.simulated;

import static ai.thinkheads.phoenix.hosts.simulated.Refusals.assertFails;
import static ai.thinkheads.phoenix.hosts.simulated.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GuestSemanticsTest {

    @TempDir
    Path root;

    private Lab lab;
    private Guests<ContainerConfig, MountPoint> containers;

    @BeforeEach
    void ground() {
        lab = new Lab(root).ground();
        containers = lab.host().containers();
    }

    private Guests.Observed<ContainerConfig> read(int vmid) {
        return containers.read(vmid).orElseThrow();
    }

    static ContainerConfig changed(
            ContainerConfig of, Set<String> features, List<String> dns, Set<String> tags, String text) {
        return new ContainerConfig(
                of.hostname(),
                4,
                of.cpuLimit(),
                ByteSize.ofMi(1024),
                of.swap(),
                of.rootDisk(),
                of.nics(),
                dns,
                of.searchDomain(),
                of.unprivileged(),
                of.idMaps(),
                features,
                of.apparmor(),
                of.mounts(),
                of.devices(),
                of.raw(),
                of.onBoot(),
                of.startup(),
                tags,
                text,
                of.mark());
    }

    @Test
    void values_are_normalised_as_proxmox_does() {
        lab.web(101);
        containers.update(
                101,
                changed(read(101).config(), Set.of("nesting"), List.of(), Set.of("Web", "web", "lab"), "a text"),
                Set.of(GuestField.TAGS, GuestField.DESCRIPTION),
                null);

        ContainerConfig seen = read(101).config();
        assertThat(seen.tags()).containsExactlyInAnyOrder("web", "lab");
        assertThat(seen.description()).isEqualTo("a text\n");
        assertThat(seen.nics().getFirst().mac()).matches("BC:24:11(:[0-9A-F]{2}){3}");
        assertThat(seen.rootDisk().volume()).isEqualTo("guests:subvol-101-disk-0");
    }

    @Test
    void what_a_running_container_cannot_take_is_pending_until_it_stops() {
        lab.web(101);
        containers.start(101);
        containers.update(
                101,
                changed(read(101).config(), Set.of("nesting", "keyctl"), List.of("9.9.9.9"), Set.of(), ""),
                Set.of(GuestField.FEATURES, GuestField.DNS, GuestField.MEMORY, GuestField.CORES),
                null);

        Guests.Observed<ContainerConfig> running = read(101);
        assertThat(running.pending()).containsExactlyInAnyOrder(GuestField.FEATURES, GuestField.DNS);
        assertThat(running.effective().memory()).isEqualTo(ByteSize.ofMi(1024));
        assertThat(running.effective().cores()).isEqualTo(4);
        assertThat(running.effective().features()).containsExactly("nesting");

        containers.shutdown(101, Duration.ofSeconds(10));
        assertThat(read(101).pending()).isEmpty();
        assertThat(read(101).effective().features()).containsExactlyInAnyOrder("nesting", "keyctl");
    }

    @Test
    void every_field_is_online_or_pending_as_the_capabilities_say() {
        assertThat(lab.host().capabilities().onlineContainerFields())
                .contains(GuestField.MEMORY, GuestField.SWAP, GuestField.NICS, GuestField.HOSTNAME, GuestField.TAGS)
                .doesNotContain(
                        GuestField.FEATURES, GuestField.DNS, GuestField.DEVICES, GuestField.RAW, GuestField.ID_MAPS);
        assertThat(lab.host().capabilities().onlineVmFields()).doesNotContain(GuestField.MEMORY, GuestField.CORES);
    }

    @Test
    void a_lock_property_refuses_at_once_and_a_lock_file_after_ten_seconds() {
        lab.web(101);
        lab.host().person().lock(101, "backup");
        Duration before = lab.clock().elapsed();
        assertFails(HostException.Cause.LOCKED, "locked (backup)", () -> containers.start(101));
        assertThat(lab.clock().elapsed()).isEqualTo(before);
        assertThat(read(101).lock()).isEqualTo("backup");

        lab.host().person().lock(101, null);
        lab.host().person().lockFile(101);
        assertFails(HostException.Cause.LOCKED, "got timeout", () -> containers.start(101));
        assertThat(lab.clock().elapsed().minus(before)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        lab.host().person().unlockFile(101);
        containers.start(101);
    }

    @Test
    void a_full_clone_of_a_running_container_needs_a_snapshot() {
        lab.web(101);
        containers.start(101);
        assertRefused(
                "only possible from a snapshot", () -> containers.clone(101, 102, "copy", Lab.MARK, true, null, null));
        containers.snapshot(101, "before", "");
        containers.clone(101, 102, "copy", Lab.MARK, true, null, "before");
        assertThat(read(102).snapshots()).isEmpty();
        assertThat(read(102).running()).isFalse();
    }

    @Test
    void a_linked_clone_needs_a_template_on_a_storage_that_can() {
        lab.web(101);
        assertRefused("Linked clone feature", () -> containers.clone(101, 102, "copy", Lab.MARK, false, null, null));
        containers.makeTemplate(101);
        containers.clone(101, 102, "copy", Lab.MARK, false, null, null);
        assertThat(read(102).clonedFrom()).isEqualTo(101);
        assertThat(read(102).config().rootDisk().volume()).isEqualTo("guests:basevol-101-disk-0/subvol-102-disk-0");
        assertRefused(
                "not allowed for linked", () -> containers.clone(101, 103, "x", Lab.MARK, false, "library", null));

        containers.create(110, Lab.container("dir", "library", List.of()), Lab.TEMPLATE);
        containers.makeTemplate(110);
        assertRefused("Linked clone feature", () -> containers.clone(110, 111, "x", Lab.MARK, false, null, null));
        containers.clone(110, 111, "x", Lab.MARK, true, "guests", null);
        assertThat(read(111).config().rootDisk().volume()).isEqualTo("guests:subvol-111-disk-0");
    }

    @Test
    void a_base_with_linked_clones_cannot_go_away() {
        lab.web(101);
        containers.makeTemplate(101);
        containers.clone(101, 102, "copy", Lab.MARK, false, null, null);
        assertRefused("still in use by linked clone", () -> containers.destroy(101));
        assertThat(containers.read(101)).isPresent();
        containers.destroy(102);
        containers.destroy(101);
        assertThat(lab.host().read().datasets().keySet()).noneMatch(name -> name.contains("disk-0"));
    }

    @Test
    void a_template_does_not_start_and_has_no_way_back() {
        lab.web(101);
        containers.makeTemplate(101);
        assertRefused("template", () -> containers.start(101));
        assertRefused("template", () -> containers.makeTemplate(101));
        assertRefused("read-only", () -> containers.grow(101, "rootfs", ByteSize.ofGi(20)));
        containers.update(
                101, changed(read(101).config(), Set.of(), List.of(), Set.of(), ""), Set.of(GuestField.MEMORY), null);
        assertThat(read(101).config().memory()).isEqualTo(ByteSize.ofMi(1024));
    }

    @Test
    void a_running_one_or_one_with_snapshots_does_not_become_a_template() {
        lab.web(101);
        containers.start(101);
        assertRefused("running", () -> containers.makeTemplate(101));
        containers.shutdown(101, Duration.ofSeconds(5));
        containers.snapshot(101, "before", "");
        assertRefused("contains snapshots", () -> containers.makeTemplate(101));
    }

    @Test
    void snapshots_need_a_storage_that_can_and_no_directories() {
        containers.create(110, Lab.container("dir", "library", List.of()), Lab.TEMPLATE);
        assertRefused("snapshot feature is not available", () -> containers.snapshot(110, "before", ""));
        lab.web(101);
        lab.host().node().ensureDirectory("/srv/media", null, null, null);
        containers.attach(101, new MountPoint(null, "/media", "/srv/media", null, null, null, false, false), null);
        assertRefused("snapshot feature is not available", () -> containers.snapshot(101, "before", ""));
    }

    @Test
    void zfs_goes_back_to_the_newest_snapshot_only_and_leaves_the_container_stopped() {
        lab.web(101);
        containers.start(101);
        lab.sh(101, "echo one > /root/file");
        containers.snapshot(101, "one", "first");
        lab.sh(101, "echo two > /root/file");
        containers.snapshot(101, "two", "second");
        lab.sh(101, "echo three > /root/file");

        assertRefused("not most recent", () -> containers.rollback(101, "one"));
        containers.rollback(101, "two");
        assertThat(read(101).running()).isFalse();
        containers.start(101);
        assertThat(lab.sh(101, "cat /root/file").output()).isEqualTo("two\n");
        containers.deleteSnapshot(101, "two");
        containers.rollback(101, "one");
        containers.start(101);
        assertThat(lab.sh(101, "cat /root/file").output()).isEqualTo("one\n");
    }

    @Test
    void protection_and_running_keep_from_destruction() {
        lab.web(101);
        lab.host().person().protect(101, true);
        assertRefused("protection mode enabled", () -> containers.destroy(101));
        lab.host().person().protect(101, false);
        containers.start(101);
        assertRefused("is running", () -> containers.destroy(101));
    }

    @Test
    void a_mount_that_leaves_a_running_container_is_free_when_it_stops() {
        lab.web(101);
        containers.attach(
                101, new MountPoint(null, "/data", null, "guests", ByteSize.ofGi(4), null, false, true), null);
        containers.start(101);
        lab.sh(101, "echo kept > /data/file");
        containers.detach(101, "mp0", null);
        assertThat(read(101).config().mounts()).isEmpty();
        assertThat(read(101).effective().mounts()).hasSize(1);
        assertThat(read(101).unused()).isEmpty();
        containers.shutdown(101, Duration.ofSeconds(5));
        assertThat(read(101).unused()).containsExactly("guests:subvol-101-disk-1");

        containers.attach(
                101,
                new MountPoint(null, "/data", null, "guests", null, "guests:subvol-101-disk-1", false, true),
                null);
        containers.start(101);
        assertThat(lab.sh(101, "cat /data/file").output()).isEqualTo("kept\n");
        assertThat(read(101).unused()).isEmpty();
    }

    @Test
    void a_read_only_mount_cannot_be_written_and_a_directory_is_shared_with_the_host() {
        lab.web(101);
        lab.host().node().ensureDirectory("/srv/media", null, null, null);
        lab.host().person().putFile("/srv/media/film", "light");
        containers.attach(101, new MountPoint(null, "/media", "/srv/media", null, null, null, true, false), null);
        containers.start(101);
        assertThat(lab.sh(101, "cat /media/film").output()).isEqualTo("light");
        assertThat(lab.sh(101, "echo x > /media/other").exitCode()).isNotZero();
    }

    @Test
    void a_storage_keeps_only_what_it_is_for() {
        assertRefused(
                "does not support content type 'rootdir'",
                () -> containers.create(101, Lab.container("x", "local", List.of()), Lab.TEMPLATE));
        assertFails(
                HostException.Cause.NOT_FOUND,
                "does not exist",
                () -> containers.create(101, Lab.container("x", "nowhere", List.of()), Lab.TEMPLATE));
        assertThat(containers.read(101)).isEmpty();
    }

    @Test
    void a_missing_bridge_lets_create_pass_and_start_fail() {
        ContainerConfig of = Lab.container("web");
        ContainerConfig strange = new ContainerConfig(
                of.hostname(),
                of.cores(),
                null,
                of.memory(),
                of.swap(),
                of.rootDisk(),
                List.of(new Nic("eth0", "vmbr9", "dhcp", null, null, null, null, false)),
                List.of(),
                null,
                true,
                List.of(),
                Set.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                false,
                StartupConfig.UNSET,
                Set.of(),
                "",
                Lab.MARK);
        containers.create(101, strange, Lab.TEMPLATE);
        assertFails(HostException.Cause.FAILED, "bridge 'vmbr9' does not exist", () -> containers.start(101));
    }

    @Test
    void containers_may_want_more_memory_than_there_is_and_machines_may_not() {
        Guests<VmConfig, VmConfig.Disk> machines = lab.host().virtualMachines();
        machines.create(201, Lab.machineConfig("one", 20), Lab.IMAGE);
        machines.create(202, Lab.machineConfig("two", 20), Lab.IMAGE);
        machines.start(201);
        assertFails(HostException.Cause.FAILED, "cannot allocate memory", () -> machines.start(202));
        machines.shutdown(201, Duration.ofSeconds(10));
        machines.start(202);
        assertThat(machines.read(202).orElseThrow().agent()).isTrue();
    }

    @Test
    void a_machines_disk_grows_and_shrinking_is_refused() {
        Guests<VmConfig, VmConfig.Disk> machines = lab.host().virtualMachines();
        machines.create(201, Lab.machineConfig("one", 2), Lab.IMAGE);
        machines.grow(201, "scsi0", ByteSize.ofGi(20));
        assertThat(machines.read(201).orElseThrow().config().disks().getFirst().size())
                .isEqualTo(ByteSize.ofGi(20));
        assertRefused("shrinking disks is not supported", () -> machines.grow(201, "scsi0", ByteSize.ofGi(10)));
        machines.makeTemplate(201);
        machines.clone(201, 202, "clone", Lab.MARK, false, null, null);
        assertThat(machines.read(202).orElseThrow().clonedFrom()).isEqualTo(201);
    }

    @Test
    void the_same_disk_size_is_fine() {
        lab.web(101);
        containers.grow(101, "rootfs", ByteSize.ofGi(8));
        assertThat(read(101).config().rootDisk().size()).isEqualTo(ByteSize.ofGi(8));
    }

    @Test
    void a_person_changes_the_digest() {
        lab.web(101);
        String digest = read(101).digest().text();
        lab.host().person().edit(101, config -> GuestForms.CONTAINER.withMark((ContainerConfig) config, null));
        assertThat(read(101).digest().text()).isNotEqualTo(digest);
        assertFails(
                HostException.Cause.CONFLICT,
                "detected modified configuration",
                () -> containers.detach(101, "mp0", digest));
    }

    @Test
    void tasks_have_upids_and_end_with_a_status() {
        lab.web(101);
        containers.start(101);
        List<Tasks.Task> tasks = lab.host().tasks().list();
        assertThat(tasks.getLast().type()).isEqualTo("vzstart");
        assertThat(tasks.getLast().upid())
                .matches("UPID:lab:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:vzstart:101:root@pam:");
        assertThat(tasks.getLast().exitStatus()).isEqualTo("OK");
        assertFails(HostException.Cause.REFUSED, "running", () -> containers.destroy(101));
        assertThat(lab.host().tasks().list().getLast().succeeded()).isFalse();
    }

    @Test
    void an_allocation_waits_ten_seconds_for_its_storage() {
        lab.host().person().lockStorage("guests");
        Duration before = lab.clock().elapsed();
        assertFails(HostException.Cause.LOCKED, "pve-storage-guests' - got timeout", () -> lab.web(101));
        assertThat(lab.clock().elapsed().minus(before)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        lab.host().person().unlockStorage("guests");
        lab.web(101);
    }

    @Test
    void a_container_without_nesting_is_made_with_a_warning() {
        ContainerConfig of = Lab.container("plain");
        containers.create(101, changed(of, Set.of(), List.of(), Set.of(), ""), Lab.TEMPLATE);
        Tasks.Task task = lab.host().tasks().list().getLast();
        assertThat(task.exitStatus()).isEqualTo("WARNINGS: 1");
        assertThat(task.succeeded()).isTrue();
    }
}
