package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.simulated.Lab;
import ai.thinkheads.phoenix.hosts.simulated.pve.SimulatedCommands;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.PveApi;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.PveServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the driver says, and leaves behind, when the machine refuses, breaks off or was changed by somebody else. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PveBadTimesTest {

    private static final String TEMPLATE = "library:vztmpl/debian.tar.zst";

    @TempDir
    private Path directory;

    private Lab lab;
    private PveApi api;
    private PveServer server;
    private Commands commands;
    private volatile int cut = -1;
    /** How many questions about tasks get no answer. */
    private volatile int absent;

    @BeforeEach
    void start() throws Exception {
        lab = new Lab(directory).ground();
        api = new PveApi(lab.host(), lab.clock(), new Random(3), "secret", Runnable::run);
        api.addToken("root@pam!phoenix", "secret", false);
        commands = new SimulatedCommands(lab.host(), lab.clock(), api.guestFiles());
        server = listen();
    }

    private PveServer listen() throws Exception {
        return PveServer.start(api, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), directory, exchange -> {
            boolean asksForTask = exchange.request().path().contains("/tasks/");
            if (cut-- == 0 || (asksForTask && absent-- > 0)) {
                throw new IllegalStateException("the wire was cut");
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ProxmoxHost open(String token) throws Exception {
        return open(token, server.fingerprint());
    }

    private ProxmoxHost open(String token, String fingerprint) {
        ProxmoxHostDriver driver = new ProxmoxHostDriver(new ProxmoxApiTest.Time(), (spec, credentials) -> commands);
        return driver.openNode(
                "lab",
                ModelContractTest.spec(server.endpoint().toString(), true),
                Map.of("token", token, "fingerprint", fingerprint));
    }

    private static void fails(ThrowingCallable call, Cause cause, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(cause))
                .hasMessageContainingAll(words);
    }

    private static ContainerConfig wish(int gibibytes) {
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
                Set.of("nesting", "keyctl"),
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
    void a_wrong_token_is_told_as_such() throws Exception {
        fails(() -> open("root@pam!phoenix=wrong").read(), Cause.DENIED, "root@pam!phoenix");
    }

    @Test
    void a_certificate_that_has_changed_is_refused_and_both_are_named() throws Exception {
        String before = server.fingerprint();
        server.close();
        Files.delete(directory.resolve("pve-ssl.p12"));
        server = listen();

        fails(() -> open("root@pam!phoenix=secret", before).read(), Cause.DENIED, before, server.fingerprint());
    }

    @Test
    void a_missing_privilege_is_named_with_its_path() throws Exception {
        api.addToken("root@pam!poor", "secret", true);

        fails(
                () -> {
                    try (ProxmoxHost host = open("root@pam!poor=secret")) {
                        host.containers().create(901, wish(2), TEMPLATE);
                    }
                },
                Cause.DENIED,
                "privilege");
        assertThat(lab.host().console().state().containers()).isEmpty();
    }

    @Test
    void a_lock_that_a_crash_left_is_named_with_the_command_that_clears_it() throws Exception {
        try (ProxmoxHost host = open("root@pam!phoenix=secret")) {
            host.containers().create(901, wish(2), TEMPLATE);
            lab.host().person().lock(901, "backup");

            fails(
                    () -> host.containers().update(901, wish(2), Set.of(GuestField.CORES, GuestField.MEMORY), null),
                    Cause.LOCKED,
                    "pct unlock 901");
        }
    }

    @Test
    @Tag("promise-5")
    void a_change_by_a_person_between_reading_and_writing_is_not_overwritten() throws Exception {
        try (ProxmoxHost host = open("root@pam!phoenix=secret")) {
            host.containers().create(901, wish(2), TEMPLATE);
            String digest = host.containers().read(901).orElseThrow().digest();
            commands.run(Commands.Invocation.of("pct", "set", "901", "-memory", "999"));

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
    void a_node_that_is_away_while_its_task_runs_is_waited_for() throws Exception {
        try (ProxmoxHost host = open("root@pam!phoenix=secret")) {
            absent = 20;
            host.containers().create(901, wish(2), TEMPLATE);

            assertThat(absent).isLessThanOrEqualTo(0);
            assertThat(host.containers().read(901)).isPresent();
        }
    }

    @Test
    @Tag("promise-5")
    void a_node_that_stays_away_while_its_task_runs_is_told_and_what_it_did_is_found_afterwards() throws Exception {
        try (ProxmoxHost host = open("root@pam!phoenix=secret")) {
            absent = Integer.MAX_VALUE;
            fails(
                    () -> host.containers().create(901, wish(2), TEMPLATE),
                    Cause.UNREACHABLE,
                    "went away while task vzcreate of 901 ran",
                    "has not answered for 5 min");
            absent = 0;

            assertThat(host.containers().read(901).orElseThrow().config().mark())
                    .isEqualTo(wish(2).mark());
        }
    }

    @Test
    void a_task_that_warns_is_done_and_what_it_warned_of_is_told_once() throws Exception {
        try (ProxmoxHost host = open("root@pam!phoenix=secret")) {
            host.containers().create(902, wish(2), TEMPLATE);

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
    void a_pool_that_is_degraded_or_gone_is_seen_as_that() throws Exception {
        try (ProxmoxHost host = open("root@pam!phoenix=secret")) {
            String device =
                    host.read().pools().get("tank").vdevs().getFirst().devices().getFirst();
            lab.host().person().breakDevice("tank", device, "DEGRADED");
            assertThat(host.read().pools().get("tank").health()).isNotEqualTo("ONLINE");

            lab.host().person().exportPool("tank");
            assertThat(host.read().pools()).doesNotContainKey("tank");
            fails(() -> host.containers().create(901, wish(2), TEMPLATE), Cause.FAILED, "guests");
            assertThat(host.containers().read(901)).isEmpty();
        }
    }

    @Test
    void no_space_leaves_no_half_of_a_container() throws Exception {
        try (ProxmoxHost host = open("root@pam!phoenix=secret")) {
            lab.host().zfsDatasets().setProperties("tank/guests", Map.of("quota", "1M"));

            fails(() -> host.containers().create(901, wish(2), TEMPLATE), Cause.NO_SPACE, "space");
            assertThat(host.containers().read(901)).isEmpty();
            assertThat(lab.host().console().state().datasets().keySet()).noneMatch(name -> name.contains("901"));
        }
    }

    @Test
    void a_disk_in_use_is_not_taken() throws Exception {
        try (ProxmoxHost host = open("root@pam!phoenix=secret")) {
            String used = lab.host()
                    .console()
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
            assertThat(lab.host().console().state().pools()).doesNotContainKey("other");
        }
    }

    @Test
    @Tag("promise-5")
    void a_creation_that_loses_the_answer_to_any_request_is_finished_by_asking_again() throws Exception {
        for (int at = 0; at < 10; at++) {
            int vmid = 910 + at;
            try (ProxmoxHost host = open("root@pam!phoenix=secret")) {
                cut = at;
                try {
                    host.containers().create(vmid, wish(2), TEMPLATE);
                } catch (HostException e) {
                    assertThat(e.why()).isEqualTo(Cause.UNREACHABLE);
                }
                cut = -1;
                if (host.containers().read(vmid).isEmpty()) {
                    host.containers().create(vmid, wish(2), TEMPLATE);
                }
                Guests.Observed<ContainerConfig> seen =
                        host.containers().read(vmid).orElseThrow();
                host.containers().update(vmid, wish(2), Set.of(GuestField.FEATURES, GuestField.RAW), seen.digest());
                ContainerConfig now = host.containers().read(vmid).orElseThrow().config();
                assertThat(now.mark()).isEqualTo(wish(2).mark());
                assertThat(now.features()).isEqualTo(wish(2).features());
                assertThat(now.raw()).isEqualTo(wish(2).raw());
            }
        }
    }
}
