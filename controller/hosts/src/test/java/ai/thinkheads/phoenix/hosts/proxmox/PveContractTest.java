package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostContractTest;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.simulated.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The driver with a shell, over the API and the command line of a simulated machine, as people meet a real one. */
class PveContractTest extends HostContractTest {

    private static final Map<String, String> ROOT = Map.of("username", "root@pam", "password", PveNode.PASSWORD);

    private final ManualClock clock = new ManualClock();
    private final PveNode node = new PveNode(clock, version()).ground();

    /** Which Proxmox VE it is. */
    String version() {
        return "9.2.11";
    }

    @Override
    protected Ground prepare() {
        return new Ground(node.open(true), PveNode.GUESTS, PveNode.TEMPLATE, "vmbr0");
    }

    /** As root itself, with a password. */
    private ProxmoxHost asRoot() {
        Map<String, String> credentials = new java.util.HashMap<>(ROOT);
        credentials.put("fingerprint", node.fingerprint());
        return node.open(false, credentials);
    }

    @AfterEach
    void stop() {
        node.checkRequests();
        node.close();
    }

    private static void fails(ThrowingCallable call, Cause cause, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(cause))
                .hasMessageContainingAll(words);
    }

    private ContainerConfig rich(Set<String> features, List<String> raw) {
        ContainerConfig small = small("rich");
        return new ContainerConfig(
                small.hostname(),
                small.cores(),
                null,
                small.memory(),
                small.swap(),
                small.rootDisk(),
                small.nics(),
                List.of(),
                null,
                true,
                List.of(),
                features,
                "unconfined",
                List.of(),
                List.of(new ContainerConfig.DeviceNode("/dev/fuse", null, null, null)),
                raw,
                false,
                StartupConfig.UNSET,
                Set.of(),
                "",
                new Mark("LxcContainer/rich", Map.of()));
    }

    @Test
    @Tag("ask-13")
    @Tag("ask-16")
    void what_a_token_may_not_set_goes_over_the_shell_and_raw_lines_into_the_file() {
        ContainerConfig wish = rich(Set.of("nesting", "keyctl"), List.of("lxc.cgroup2.devices.allow: c 10:200 rwm"));
        host().containers().create(950, wish, ground().template());

        ContainerConfig seen = host().containers().read(950).orElseThrow().config();
        assertThat(seen.features()).isEqualTo(wish.features());
        assertThat(seen.devices()).isEqualTo(wish.devices());
        assertThat(seen.apparmor()).isEqualTo("unconfined");
        assertThat(seen.raw()).isEqualTo(wish.raw());
        assertThat(host().containers().warnings(950)).isEmpty();
        assertThat(node.runs).anyMatch(argv -> String.join(" ", argv).startsWith("pct set 950 "));
    }

    @Test
    @Tag("ask-16")
    void root_itself_needs_no_shell_and_a_token_without_one_is_told_what_to_set() throws Exception {
        ContainerConfig wish = rich(Set.of("nesting", "keyctl"), List.of());
        try (ProxmoxHost token = node.open(false);
                ProxmoxHost root = asRoot()) {
            fails(() -> token.containers().create(950, wish, ground().template()), Cause.UNSUPPORTED, "spec.shell");
            assertThat(node.host().console().state().containers()).doesNotContainKey(950);
            ContainerConfig before = small("web");
            token.containers().create(951, before, ground().template());
            fails(
                    () -> token.containers().update(951, wish, Set.of(GuestField.FEATURES), null),
                    Cause.DENIED,
                    "features other than nesting",
                    "spec.shell");
            root.containers().update(951, wish, Set.of(GuestField.FEATURES, GuestField.DEVICES), null);
            assertThat(token.containers().read(951).orElseThrow().config().features())
                    .isEqualTo(wish.features());
        }
    }

    @Test
    void what_a_running_guest_cannot_take_is_pending_until_it_restarts() {
        host().containers().create(901, small("web"), ground().template());
        host().containers().start(901);
        ContainerConfig wish = rich(Set.of("nesting"), List.of());
        host().containers().update(901, wish, Set.of(GuestField.FEATURES, GuestField.CORES), null);

        Guests.Observed<ContainerConfig> seen = host().containers().read(901).orElseThrow();
        assertThat(seen.pending()).containsExactly(GuestField.FEATURES);
        assertThat(seen.effective().features()).isEmpty();
        host().containers().shutdown(901, Duration.ofSeconds(5));
        assertThat(host().containers().read(901).orElseThrow().pending()).isEmpty();
    }

    @Test
    void without_a_shell_the_api_says_the_same() throws Exception {
        host().containers().create(901, small("web"), ground().template());
        host().containers().start(901);
        host().containers().update(901, rich(Set.of("nesting"), List.of()), Set.of(GuestField.FEATURES), null);
        host().containers().snapshot(901, "before", "first");
        try (ProxmoxHost bare = node.open(false)) {
            Guests.Observed<ContainerConfig> byApi = bare.containers().read(901).orElseThrow();

            assertThat(byApi).isEqualTo(host().containers().read(901).orElseThrow());
            assertThat(bare.read().containers()).isEqualTo(host().read().containers());
        }
    }

    @Test
    @Tag("promise-10")
    void a_pass_asks_as_often_over_many_guests_as_over_few() {
        for (boolean withShell : List.of(true, false)) {
            try (ProxmoxHost host = node.open(withShell)) {
                host.read();
                long few = passes(host);
                for (int i = 0; i < 60; i++) {
                    node.host()
                            .containers()
                            .create(1000 + i + (withShell ? 0 : 500), small("g" + i), ground().template());
                }
                host.read();
                assertThat(passes(host)).isLessThanOrEqualTo(withShell ? few : few + 24);
                assertThat(host.read().containers()).hasSizeGreaterThanOrEqualTo(60);
            }
        }
    }

    private static long passes(ProxmoxHost host) {
        long before = host.requests() + host.commands();
        host.read();
        return host.requests() + host.commands() - before;
    }

    private static VmConfig machine(int cores) {
        return new VmConfig(
                "db",
                cores,
                "host",
                ByteSize.ofGi(4),
                List.of(new VmConfig.Disk(null, PveNode.GUESTS, ByteSize.ofGi(16), null, true, true)),
                List.of(new Nic("eth0", "vmbr0", "10.0.0.9/24", "10.0.0.1", null, null, null, true)),
                List.of("1.1.1.1"),
                "lab",
                new VmConfig.CloudInit(
                        "ops",
                        "$6$a$b",
                        List.of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJustATestKeyThatIsLongEnough me"),
                        null),
                true,
                List.of(),
                true,
                new StartupConfig(3, null, null),
                Set.of("lab"),
                "",
                new Mark("VirtualMachine/db", Map.of()));
    }

    @Test
    @Tag("promise-1")
    void a_machine_is_what_was_asked_for_and_keeps_the_names_of_its_cards() {
        VmConfig wish = machine(4);
        host().virtualMachines().create(960, wish, PveNode.IMAGE);

        Guests.Observed<VmConfig> seen = host().virtualMachines().read(960).orElseThrow();
        assertThat(seen.config().mark()).isEqualTo(wish.mark());
        assertThat(seen.config().disks()).singleElement().satisfies(disk -> {
            assertThat(disk.size()).isEqualTo(ByteSize.ofGi(16));
            assertThat(disk.slot()).isEqualTo("scsi0");
        });
        assertThat(seen.config().nics()).singleElement().satisfies(nic -> {
            assertThat(nic.name()).isEqualTo("eth0");
            assertThat(nic.mac()).isNotNull();
            assertThat(nic.address()).isEqualTo("10.0.0.9/24");
        });
        assertThat(seen.config().cloudInit()).isEqualTo(wish.cloudInit());
        assertThat(seen.config().cores()).isEqualTo(4);
        String digest = seen.digest().text();
        host().virtualMachines().update(960, seen.config(), Set.of(GuestField.values()), digest);
        assertThat(host().virtualMachines().read(960).orElseThrow().digest().text())
                .isEqualTo(digest);
    }

    @Test
    void a_machine_goes_through_its_whole_life() {
        Guests<VmConfig, VmConfig.Disk> machines = host().virtualMachines();
        machines.create(960, machine(4), PveNode.IMAGE);
        machines.grow(960, "scsi0", ByteSize.ofGi(20));
        machines.attach(960, new VmConfig.Disk("scsi1", PveNode.GUESTS, ByteSize.ofGi(2), null, true, true), null);
        machines.start(960);
        assertThat(host().shell()
                        .run(new GuestShell.Command(
                                GuestShell.Target.guest(GuestKind.VIRTUAL_MACHINE, 960),
                                List.of("/bin/sh", "-c", "cat; exit 3"),
                                Map.of(),
                                "asked".getBytes(StandardCharsets.UTF_8),
                                Duration.ofMinutes(1),
                                false,
                                null)))
                .satisfies(result -> {
                    assertThat(result.exitCode()).isEqualTo(3);
                    assertThat(result.output()).contains("asked");
                });
        VmConfig running = machines.read(960).orElseThrow().config();
        machines.update(960, machine(8), Set.of(GuestField.CORES), null);
        assertThat(machines.read(960).orElseThrow().pending()).containsExactly(GuestField.CORES);
        assertThat(machines.read(960).orElseThrow().effective().cores()).isEqualTo(running.cores());

        machines.shutdown(960, Duration.ofSeconds(30));
        assertThat(machines.read(960).orElseThrow().effective().cores()).isEqualTo(8);
        machines.snapshot(960, "before", "first");
        machines.detach(960, "scsi1", null);
        machines.rollback(960, "before");
        assertThat(machines.read(960).orElseThrow().config().disks()).hasSize(2);
        machines.deleteSnapshot(960, "before");
        machines.move(960, "scsi1", "library");
        Guests.Observed<VmConfig> moved = machines.read(960).orElseThrow();
        assertThat(moved.config().disks())
                .extracting(VmConfig.Disk::storage)
                .containsExactlyInAnyOrder(PveNode.GUESTS, "library");
        machines.destroyUnused(960, moved.unused().getFirst());
        machines.detach(960, "scsi1", null);
        machines.destroyUnused(960, machines.read(960).orElseThrow().unused().getFirst());

        machines.makeTemplate(960);
        machines.clone(960, 961, "copy", new Mark("VirtualMachine/copy", Map.of()), false, null, null);
        Guests.Observed<VmConfig> copy = machines.read(961).orElseThrow();
        assertThat(copy.clonedFrom()).isEqualTo(960);
        assertThat(copy.config().disks())
                .singleElement()
                .satisfies(disk -> assertThat(disk.size()).isEqualTo(ByteSize.ofGi(20)));
        fails(() -> machines.destroy(960), Cause.FAILED, "linked clone");
        machines.destroy(961);
        machines.destroy(960);
        assertThat(host().read().virtualMachines()).isEmpty();
    }

    @Test
    void a_distribution_comes_from_proxmoxs_own_list_and_is_checked() {
        host().templates().bootstrap("library", "0123-debian-13.tar.zst", "debian", "trixie");

        assertThat(host().templates().read("library:vztmpl/0123-debian-13.tar.zst"))
                .isPresent();
        assertThat(node.requests)
                .filteredOn(each -> each.path().endsWith("/download-url"))
                .singleElement()
                .satisfies(each -> assertThat(each.params())
                        .containsEntry("checksum-algorithm", "sha512")
                        .containsKey("checksum"));
    }

    @Test
    void the_network_is_changed_with_a_way_back_and_kept_by_a_confirmation() {
        Networks networks = host().networks();
        Networks.BridgeConfig wish = new Networks.BridgeConfig(
                "vmbr1",
                List.of("enp5s0"),
                "10.1.0.1/24",
                null,
                true,
                1500,
                null,
                new Mark("NetworkBridge/lan", Map.of()));
        networks.stage(wish);
        assertThat(networks.staged()).containsEntry("vmbr1", "changed");
        assertThat(networks.read("vmbr1")).isEmpty();

        networks.apply(Duration.ofSeconds(60));
        assertThat(networks.read("vmbr1").orElseThrow().config()).isEqualTo(wish);
        assertThat(networks.read("vmbr1").orElseThrow().revertDeadline()).isNotNull();
        networks.confirm();
        assertThat(networks.read("vmbr1").orElseThrow().revertDeadline()).isNull();
        fails(networks::confirm, Cause.REFUSED, "no change of the network to confirm");
    }

    @Test
    void a_change_of_the_network_that_nobody_confirms_is_taken_back_by_the_machine_itself() {
        Networks networks = host().networks();
        networks.stage(new Networks.BridgeConfig(
                "vmbr1", List.of("enp5s0"), null, null, false, null, null, new Mark("NetworkBridge/lan", Map.of())));
        networks.apply(Duration.ofSeconds(60));
        assertThat(node.host().console().state().bridges()).containsKey("vmbr1");

        clock.sleep(Duration.ofSeconds(61));
        assertThat(networks.read("vmbr1")).isEmpty();
        assertThat(node.host().console().state().bridges()).containsOnlyKeys("vmbr0");
    }

    @Test
    void a_machine_that_somebody_changed_since_it_was_read_is_a_conflict_too() {
        host().virtualMachines().create(960, machine(4), PveNode.IMAGE);
        VmConfig wish = machine(8);
        String digest =
                host().virtualMachines().read(960).orElseThrow().digest().text();
        int[] puts = {0};
        node.instead = request -> {
            if (request.method().equals("PUT") && puts[0]++ == 0) {
                node.call("PUT", "/nodes/pve/qemu/960/config", "memory", "8192");
            }
            return null;
        };

        fails(
                () -> host().virtualMachines().update(960, wish, Set.of(GuestField.TAGS, GuestField.CORES), digest),
                Cause.CONFLICT,
                "file change");
        assertThat(host().virtualMachines().read(960).orElseThrow().config().memory())
                .isEqualTo(ByteSize.ofGi(8));
    }

    @Test
    void what_somebody_else_has_staged_is_not_applied() {
        node.host()
                .person()
                .stage(new Networks.BridgeConfig("vmbr7", List.of(), null, null, false, null, null, null), "somebody");

        fails(() -> host().networks().apply(Duration.ofSeconds(60)), Cause.REFUSED, "vmbr7", "somebody else");
        assertThat(node.host().console().state().bridges()).doesNotContainKey("vmbr7");
    }

    @Test
    void what_needs_a_shell_says_so_and_reads_go_on() throws Exception {
        try (ProxmoxHost bare = node.open(false)) {
            assertThat(bare.read().pools()).isEmpty();
            assertThat(bare.zfsPools().read("tank")).isEmpty();
            fails(() -> bare.zfsPools().importPool("tank"), Cause.UNSUPPORTED, "spec.shell");
            fails(() -> bare.networks().apply(Duration.ofSeconds(9)), Cause.UNSUPPORTED, "spec.shell");
            fails(() -> bare.node().ensureDirectory("/srv/a", null, null, null), Cause.UNSUPPORTED, "spec.shell");
        }
    }

    @Test
    void an_image_gets_a_name_that_proxmox_knows_the_format_by() {
        Templates templates = host().templates();
        String id = templates.volumeId("local", Templates.Type.DISK_IMAGE, "noble.img");
        templates.download(
                "local", Templates.Type.DISK_IMAGE, "noble.img", "https://example.org/noble.img", "a".repeat(64));

        assertThat(id).isEqualTo("local:import/noble.img.qcow2");
        assertThat(templates.read(id)).isPresent();
    }

    @Test
    void the_mark_of_the_node_is_in_its_notes() {
        Mark mark = new Mark("Hypervisor/lab", Map.of("feature/docker", "1@x"));
        host().node().setMark(mark);

        assertThat(host().node().read().mark()).isEqualTo(mark);
        assertThat(host().read().node().version()).isEqualTo(version());
    }

    @Test
    @Tag("promise-5")
    void a_creation_cut_off_at_any_request_whether_it_was_done_or_not_is_finished_by_asking_again() {
        ContainerConfig wish = rich(Set.of("nesting", "keyctl"), List.of("lxc.cgroup2.devices.allow: c 10:200 rwm"));
        for (int cut = 0; cut < 24; cut++) {
            int vmid = 970 + cut;
            int[] left = {cut / 2};
            boolean done = cut % 2 == 0;
            if (done) {
                node.loses = request -> left[0]-- == 0;
            } else {
                node.instead = request -> left[0]-- == 0 ? PveNode.refusal(596, "Connection timed out") : null;
            }
            try {
                host().containers().create(vmid, wish, ground().template());
            } catch (HostException e) {
                assertThat(e.why()).isEqualTo(Cause.UNREACHABLE);
            }
            node.loses = request -> false;
            node.instead = request -> null;
            if (host().containers().read(vmid).isEmpty()) {
                host().containers().create(vmid, wish, ground().template());
            }
            Guests.Observed<ContainerConfig> seen =
                    host().containers().read(vmid).orElseThrow();
            assertThat(seen.config().mark()).isEqualTo(wish.mark());
            host().containers()
                    .update(
                            vmid,
                            wish,
                            Set.of(GuestField.FEATURES, GuestField.DEVICES, GuestField.RAW, GuestField.APPARMOR),
                            seen.digest().text());
            ContainerConfig now = host().containers().read(vmid).orElseThrow().config();
            assertThat(now.features()).isEqualTo(wish.features());
            assertThat(now.devices()).isEqualTo(wish.devices());
            assertThat(now.raw()).isEqualTo(wish.raw());
        }
    }
}
