package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.simulated.ManualClock;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the driver says, and leaves behind, when the machine refuses, breaks off or was changed by somebody else. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PveBadTimesTest {

    private static final String TEMPLATE = PveNode.TEMPLATE;

    private final ManualClock clock = new ManualClock();
    private final PveNode node = new PveNode(clock).ground();
    private final SimulatedHost machine = node.host();

    @AfterEach
    void stop() {
        node.checkRequests();
        node.close();
    }

    private ProxmoxHost open() {
        return node.open(true);
    }

    private ProxmoxHost open(String token) {
        return node.open(true, Map.of("token", token, "fingerprint", node.fingerprint()));
    }

    private static void fails(ThrowingCallable call, Cause cause, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(cause))
                .hasMessageContainingAll(words);
    }

    private static ContainerConfig wish(int gibibytes) {
        return wish(gibibytes, Set.of("nesting", "keyctl"));
    }

    private static ContainerConfig wish(int gibibytes, Set<String> features) {
        return new ContainerConfig(
                "web",
                1,
                null,
                ByteSize.ofMi(256),
                ByteSize.ofMi(0),
                new ContainerConfig.RootDisk("guests", ByteSize.ofGi(gibibytes), null),
                List.of(),
                List.of(),
                null,
                true,
                List.of(),
                features,
                null,
                List.of(),
                List.of(),
                List.of("lxc.cgroup2.devices.allow: c 10:200 rwm"),
                false,
                StartupConfig.UNSET,
                Set.of(),
                "",
                new Mark("LxcContainer/web", Map.of()));
    }

    @Test
    void a_wrong_token_is_told_as_such() {
        fails(() -> open("root@pam!phoenix=wrong").read(), Cause.DENIED, "root@pam!phoenix");
    }

    @Test
    void a_token_that_has_expired_is_told_as_such_and_one_that_lives_on_goes_on() {
        String made = node.call(
                "POST",
                "/access/users/root@pam/token/brief",
                "privsep",
                "0",
                "expire",
                String.valueOf(clock.now().getEpochSecond() + 60));
        ProxmoxHost host = open("root@pam!brief=" + made.replaceFirst(".*value=([0-9a-f-]+).*", "$1"));
        host.read();

        clock.sleep(Duration.ofMinutes(2));
        fails(host::read, Cause.DENIED, "root@pam!brief", "expired", "pveum user token add");
        open().read();
    }

    @Test
    void a_certificate_that_has_changed_is_refused_and_both_are_named(@TempDir Path folder) {
        String before = node.fingerprint();
        node.certificate(folder);
        int asked = node.requests.size();

        fails(
                () -> node.open(true, Map.of("token", PveNode.TOKEN, "fingerprint", before)),
                Cause.DENIED,
                "has changed",
                before,
                node.fingerprint());
        assertThat(node.requests).hasSize(asked);
    }

    @Test
    void a_missing_privilege_is_named_with_its_path_and_with_the_command_that_gives_it() {
        node.call("POST", "/access/users", "userid", "ci@pve", "password", "citest123");
        give("/", "PVEAuditor");
        give("/vms", "PVEVMAdmin");
        Map<String, String> login =
                Map.of("username", "ci@pve", "password", "citest123", "fingerprint", node.fingerprint());
        try (ProxmoxHost host = node.open(true, login)) {
            fails(
                    () -> host.containers().create(901, wish(2), TEMPLATE),
                    Cause.DENIED,
                    "user ci@pve",
                    "Datastore.AllocateSpace on /storage/guests",
                    "pveum acl modify /storage/guests");
            assertThat(machine.console().state().containers()).isEmpty();

            give("/storage/guests", "PVEDatastoreUser");
            host.containers().create(901, wish(2), TEMPLATE);
            assertThat(host.containers().read(901)).isPresent();
        }
    }

    private void give(String path, String role) {
        node.call("PUT", "/access/acl", "path", path, "roles", role, "users", "ci@pve");
    }

    @Test
    void a_template_whose_checksum_is_another_one_is_not_kept() {
        machine.person().publish("https://images/debian.tar.zst", "a".repeat(64));
        try (ProxmoxHost host = open()) {
            String id = host.templates().volumeId("library", Templates.Type.ROOTFS, "other.tar.zst");
            fails(
                    () -> download(host, "b".repeat(64)),
                    Cause.FAILED,
                    "checksum mismatch",
                    "a".repeat(64),
                    "b".repeat(64),
                    "download");
            assertThat(host.templates().read(id)).isEmpty();

            download(host, "a".repeat(64));
            assertThat(host.templates().read(id)).isPresent();
        }
    }

    private static void download(ProxmoxHost host, String sha256) {
        host.templates()
                .download("library", Templates.Type.ROOTFS, "other.tar.zst", "https://images/debian.tar.zst", sha256);
    }

    @Test
    void a_lock_that_a_crash_left_is_named_with_the_command_that_clears_it() {
        try (ProxmoxHost host = open()) {
            host.containers().create(901, wish(2), TEMPLATE);
            machine.person().lock(901, "backup");

            fails(
                    () -> host.containers().update(901, wish(2), Set.of(GuestField.CORES, GuestField.MEMORY), null),
                    Cause.LOCKED,
                    "pct unlock 901");
        }
    }

    @Test
    @Tag("promise-5")
    void a_change_by_a_person_between_reading_and_writing_is_not_overwritten() {
        try (ProxmoxHost host = open()) {
            host.containers().create(901, wish(2), TEMPLATE);
            String digest = host.containers().read(901).orElseThrow().digest().text();
            node.root("pct", "set", "901", "-memory", "999");

            fails(
                    () -> host.containers().update(901, wish(2), Set.of(GuestField.SWAP), digest),
                    Cause.CONFLICT,
                    "modified");
            assertThat(host.containers().read(901).orElseThrow().config().memory())
                    .isEqualTo(ByteSize.ofMi(999));
        }
    }

    @Test
    @Tag("promise-5")
    void a_node_that_is_away_while_its_task_runs_is_waited_for() {
        try (ProxmoxHost host = open()) {
            int[] left = {20};
            node.loses = request -> request.path().contains("/tasks/") && left[0]-- > 0;
            host.containers().create(901, wish(2), TEMPLATE);

            assertThat(left[0]).isLessThanOrEqualTo(0);
            assertThat(host.containers().read(901)).isPresent();
        }
    }

    @Test
    @Tag("promise-5")
    void a_node_that_stays_away_while_its_task_runs_is_told_and_what_it_did_is_found_afterwards() {
        try (ProxmoxHost host = open()) {
            node.loses = request -> request.path().contains("/tasks/");
            fails(
                    () -> host.containers().create(901, wish(2), TEMPLATE),
                    Cause.UNREACHABLE,
                    "went away while task vzcreate of 901 ran",
                    "has not answered for 5 min");
            node.loses = request -> false;

            assertThat(host.containers().read(901).orElseThrow().config().mark())
                    .isEqualTo(wish(2).mark());
        }
    }

    @Test
    void a_task_that_warns_is_done_and_what_it_warned_of_is_told_once() {
        try (ProxmoxHost host = open()) {
            host.containers().create(902, wish(2, Set.of()), TEMPLATE);

            assertThat(host.containers().read(902)).isPresent();
            assertThat(host.containers().warnings(902))
                    .singleElement()
                    .asString()
                    .startsWith("task vzcreate: ")
                    .contains("You may need to enable nesting");
            assertThat(host.containers().warnings(902)).isEmpty();
        }
    }

    @Test
    void a_pool_that_is_degraded_or_gone_is_seen_as_that() {
        try (ProxmoxHost host = open()) {
            String device =
                    host.read().pools().get("tank").vdevs().getFirst().devices().getFirst();
            machine.person().breakDevice("tank", device, "DEGRADED");
            assertThat(host.read().pools().get("tank").health()).isNotEqualTo("ONLINE");

            machine.person().exportPool("tank");
            assertThat(host.read().pools()).doesNotContainKey("tank");
            fails(() -> host.containers().create(901, wish(2), TEMPLATE), Cause.FAILED, "guests");
            assertThat(host.containers().read(901)).isEmpty();
        }
    }

    @Test
    void no_space_leaves_no_half_of_a_container() {
        try (ProxmoxHost host = open()) {
            machine.zfsDatasets().setProperties("tank/guests", Map.of("quota", "1M"));

            fails(() -> host.containers().create(901, wish(2), TEMPLATE), Cause.NO_SPACE, "space");
            assertThat(host.containers().read(901)).isEmpty();
            assertThat(machine.console().state().datasets().keySet()).noneMatch(name -> name.contains("901"));
        }
    }

    @Test
    void a_disk_in_use_is_not_taken() {
        try (ProxmoxHost host = open()) {
            String used = machine.console()
                    .state()
                    .pools()
                    .get("tank")
                    .vdevs()
                    .getFirst()
                    .devices()
                    .getFirst();

            assertThatThrownBy(() -> host.zfsPools()
                            .create(
                                    "other",
                                    List.of(new ZfsPools.Vdev("stripe", List.of(used))),
                                    12,
                                    Map.of(),
                                    Map.of(),
                                    new Mark("ZfsPool/other", Map.of()),
                                    false))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("tank");
            assertThat(machine.console().state().pools()).doesNotContainKey("other");
        }
    }

    @Test
    @Tag("promise-5")
    void a_creation_that_loses_the_answer_to_any_request_is_finished_by_asking_again() {
        for (int at = 0; at < 10; at++) {
            int vmid = 910 + at;
            try (ProxmoxHost host = open()) {
                int[] left = {at};
                node.loses = request -> left[0]-- == 0;
                try {
                    host.containers().create(vmid, wish(2), TEMPLATE);
                } catch (HostException e) {
                    assertThat(e.why()).isEqualTo(Cause.UNREACHABLE);
                }
                node.loses = request -> false;
                if (host.containers().read(vmid).isEmpty()) {
                    host.containers().create(vmid, wish(2), TEMPLATE);
                }
                Guests.Observed<ContainerConfig> seen =
                        host.containers().read(vmid).orElseThrow();
                host.containers()
                        .update(
                                vmid,
                                wish(2),
                                Set.of(GuestField.FEATURES, GuestField.RAW),
                                seen.digest().text());
                ContainerConfig now = host.containers().read(vmid).orElseThrow().config();
                assertThat(now.mark()).isEqualTo(wish(2).mark());
                assertThat(now.features()).isEqualTo(wish(2).features());
                assertThat(now.raw()).isEqualTo(wish(2).raw());
            }
        }
    }
}
