package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The driver with a shell, over a node that speaks Proxmox's words. */
class ModelContractTest extends HostContractTest {

    private final ModelNode node = new ModelNode();
    private final ModelShell shell = new ModelShell(node);
    private @Nullable TestApi server;

    @Override
    protected Ground prepare() throws Exception {
        return new Ground(open(true, false), "tank", "local:vztmpl/debian.tar.zst", "vmbr0");
    }

    private ProxmoxHost open(boolean withShell, boolean root) throws Exception {
        TestApi api = server == null ? TestApi.start(node::answer) : server;
        server = api;
        ProxmoxHostDriver driver = new ProxmoxHostDriver(new ProxmoxApiTest.Time(), (spec, credentials) -> shell);
        Map<String, String> credentials = root
                ? Map.of("username", "root@pam", "password", "x", "fingerprint", api.fingerprint())
                : Map.of("token", "root@pam!phoenix=secret", "fingerprint", api.fingerprint());
        return driver.openNode("pve", spec(api.endpoint().toString(), withShell), credentials);
    }

    static HypervisorSpec spec(String endpoint, boolean withShell) {
        HypervisorSpec.Shell shell =
                new HypervisorSpec.Shell(HypervisorSpec.Shell.Type.LOCAL, null, null, null, null, null);
        return new HypervisorSpec(
                HypervisorSpec.Driver.PROXMOX,
                endpoint,
                null,
                null,
                withShell ? shell : null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                null,
                null,
                null);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            ApiSchema.checkAll(server.requests);
            server.close();
        }
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
    void what_a_token_may_not_set_goes_over_the_shell_and_raw_lines_into_the_file() {
        ContainerConfig wish = rich(Set.of("nesting", "keyctl"), List.of("lxc.cgroup2.devices.allow: c 10:200 rwm"));
        host().containers().create(950, wish, ground().template());

        ContainerConfig seen = host().containers().read(950).orElseThrow().config();
        assertThat(seen.features()).isEqualTo(wish.features());
        assertThat(seen.devices()).isEqualTo(wish.devices());
        assertThat(seen.apparmor()).isEqualTo("unconfined");
        assertThat(seen.raw()).isEqualTo(wish.raw());
        assertThat(shell.runs).anyMatch(argv -> String.join(" ", argv).startsWith("pct set 950 "));
    }

    @Test
    void root_itself_needs_no_shell_and_a_token_without_one_is_told_what_to_set() throws Exception {
        ContainerConfig wish = rich(Set.of("nesting", "keyctl"), List.of());
        try (ProxmoxHost token = open(false, false);
                ProxmoxHost root = open(false, true)) {
            fails(() -> token.containers().create(950, wish, ground().template()), Cause.UNSUPPORTED, "spec.shell");
            assertThat(node.guests).doesNotContainKey(950);
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
        try (ProxmoxHost bare = open(false, false)) {
            Guests.Observed<ContainerConfig> byApi = bare.containers().read(901).orElseThrow();

            assertThat(byApi).isEqualTo(host().containers().read(901).orElseThrow());
            assertThat(bare.read().containers()).isEqualTo(host().read().containers());
        }
    }

    @Test
    @Tag("promise-10")
    void a_pass_asks_as_often_over_many_guests_as_over_few() throws Exception {
        for (boolean withShell : List.of(true, false)) {
            try (ProxmoxHost host = open(withShell, false)) {
                host.read();
                long few = passes(host);
                for (int i = 0; i < 60; i++) {
                    ModelGuest guest = new ModelGuest(true, 1000 + i + (withShell ? 0 : 500));
                    guest.current.put("hostname", "g" + i);
                    guest.current.put("rootfs", "tank:subvol-1-disk-0,size=1G");
                    node.guests.put(guest.vmid, guest);
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

    @Test
    void a_lock_that_a_crash_left_is_named_with_the_command_that_clears_it() {
        host().containers().create(901, small("web"), ground().template());
        node.guests.get(901).current.put("lock", "backup");

        fails(
                () -> host().containers().update(901, small("other"), Set.of(GuestField.HOSTNAME), null),
                Cause.LOCKED,
                "pct unlock 901");
        assertThat(host().containers().read(901).orElseThrow().lock()).isEqualTo("backup");
    }

    @Test
    void a_task_that_fails_leaves_nothing_and_can_be_done_again() {
        node.nextExit = "unable to create CT 901 - zfs error: cannot create: out of space";
        fails(() -> host().containers().create(901, small("web"), ground().template()), Cause.NO_SPACE, "vzcreate");
        assertThat(host().containers().read(901)).isEmpty();

        node.nextExit = "WARNINGS: 1";
        host().containers().create(901, small("web"), ground().template());
        assertThat(host().containers().read(901)).isPresent();
    }

    @Test
    @Tag("promise-1")
    void a_machine_is_what_was_asked_for_and_keeps_the_names_of_its_cards() {
        VmConfig wish = new VmConfig(
                "db",
                4,
                "host",
                ByteSize.ofGi(4),
                List.of(new VmConfig.Disk(null, "tank", ByteSize.ofGi(16), null, true, true)),
                List.of(new Nic("eth0", "vmbr0", "10.0.0.9/24", "10.0.0.1", null, null, null, true)),
                List.of("1.1.1.1"),
                "lab",
                new VmConfig.CloudInit("ops", "$6$a$b", List.of("ssh-ed25519 AAAA me"), null),
                true,
                List.of(),
                true,
                new StartupConfig(3, null, null),
                Set.of("lab"),
                "",
                new Mark("VirtualMachine/db", Map.of()));
        host().virtualMachines().create(960, wish, "local:import/noble.qcow2");

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
        String digest = seen.digest();
        host().virtualMachines().update(960, seen.config(), Set.of(GuestField.values()), digest);
        assertThat(host().virtualMachines().read(960).orElseThrow().digest()).isEqualTo(digest);
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
        node.files.put("/etc/network/interfaces", "auto vmbr0\niface vmbr0 inet manual\n\tbridge-ports none\n");
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
    void what_somebody_else_has_staged_is_not_applied() {
        node.staged.put("vmbr7", Map.of("iface", "vmbr7", "type", "bridge"));

        fails(() -> host().networks().apply(Duration.ofSeconds(60)), Cause.REFUSED, "vmbr7", "somebody else");
        assertThat(node.network).doesNotContainKey("vmbr7");
    }

    @Test
    void what_needs_a_shell_says_so_and_reads_go_on() throws Exception {
        try (ProxmoxHost bare = open(false, false)) {
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
        assertThat(host().read().node().version()).isEqualTo("9.2.11");
    }

    @Test
    @Tag("promise-5")
    void a_creation_cut_off_at_any_request_is_finished_or_undone_by_asking_again() {
        ContainerConfig wish = rich(Set.of("nesting", "keyctl"), List.of("lxc.cgroup2.devices.allow: c 10:200 rwm"));
        for (int cut = 0; cut < 12; cut++) {
            int vmid = 970 + cut;
            int[] left = {cut};
            node.fault = answer ->
                    answer == null ? null : left[0]-- == 0 ? TestApi.Answer.error(596, "Connection timed out") : answer;
            try {
                host().containers().create(vmid, wish, ground().template());
            } catch (HostException e) {
                assertThat(e.why()).isEqualTo(Cause.UNREACHABLE);
            }
            node.fault = answer -> answer;
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
                            seen.digest());
            ContainerConfig now = host().containers().read(vmid).orElseThrow().config();
            assertThat(now.features()).isEqualTo(wish.features());
            assertThat(now.devices()).isEqualTo(wish.devices());
            assertThat(now.raw()).isEqualTo(wish.raw());
        }
    }
}
