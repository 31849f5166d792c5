package ai.thinkheads.phoenix.kinds.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.time.SimulationClock;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.proxmox.PveNode;
import ai.thinkheads.phoenix.hosts.simulated.Latencies;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.ApiAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests applied by the engine through the proxmox driver, over https, to a simulated machine. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProxmoxEndToEndTest {

    private static final Duration LONG = Duration.ofMinutes(3);

    private static final String SET = """
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: NetworkBridge
            metadata: {name: vmbr1}
            spec: {address: 10.1.0.1/24}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: StoragePool
            metadata: {name: thin}
            spec: {type: lvmthin, target: {volumeGroup: pve, thinPool: data}, content: [rootdir, images]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: StoragePool
            metadata: {name: library}
            spec: {type: dir, target: {path: /srv/library}, content: [vztmpl, import]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcTemplate
            metadata: {name: debian}
            spec:
              storage: library
              source:
                url: https://example.org/debian-13.tar.zst
                sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcContainer
            metadata: {name: base}
            spec:
              vmid: 900
              template: debian
              isTemplate: true
              cores: 2
              memory: 1Gi
              rootDisk: {storage: thin, size: 8Gi}
              features: {nesting: true, keyctl: true}
              network: {interfaces: [{bridge: vmbr1}]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcContainer
            metadata: {name: web}
            spec:
              vmid: 101
              cloneFrom: {name: base}
              cores: 4
              memory: 2Gi
              swap: 512Mi
              features: {nesting: true, keyctl: true}
              tags: [shop]
              description: The shop.
              dns: {servers: [1.1.1.1], searchDomain: lab.internal}
              network: {interfaces: [{bridge: vmbr1, address: 10.1.0.11/24, gateway: 10.1.0.1, firewall: true}]}
              mounts: [{name: data, path: /data, storage: thin, size: 4Gi}]
              startup: {onBoot: true, order: 2}
              rawConfig: ["lxc.cap.drop: sys_rawio"]
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcContainer
            metadata: {name: db}
            spec:
              vmid: 102
              template: debian
              rootDisk: {storage: thin, size: 16Gi}
              network: {interfaces: [{bridge: vmbr1, address: 10.1.0.12/24}]}
              features: {nesting: true}
              devices: [{path: /dev/fuse}]
              runPolicy: Stopped
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
              vmid: 200
              image: noble
              cores: 4
              memory: 4Gi
              agent: false
              disks:
                - {name: root, storage: thin, size: 32Gi}
                - {name: cache, storage: thin, size: 8Gi}
              cloudInit: {user: ops, sshKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample ops]}
              network: {interfaces: [{bridge: vmbr1, address: 10.1.0.20/24, gateway: 10.1.0.1}]}
              runPolicy: Stopped
            """;

    private static final ApiAnswer AWAY = PveNode.refusal(599, "Too many redirections");

    private static final String BEFORE_BASE =
            "---\napiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: LxcContainer\nmetadata: {name: base}";
    private static final String BEFORE_WEB = BEFORE_BASE.replace("base", "web");

    @TempDir
    Path folder;

    /**
     * A machine, whose time is that of whichever controller is at work. It answers when all is done, but where it takes its time: then
     * its tasks go on beside the controller's own.
     */
    private static final class Machine implements HostClock, AutoCloseable {
        final PveNode node;
        private final ThreadLocal<Duration> waited = ThreadLocal.withInitial(() -> Duration.ZERO);
        private Duration before = Duration.ZERO;
        private @Nullable Controller controller;

        Machine() {
            this(HypervisorSpec.Simulated.Latency.NONE);
        }

        Machine(HypervisorSpec.Simulated.Latency latency) {
            boolean slow = latency == HypervisorSpec.Simulated.Latency.REALISTIC;
            node = new PveNode(this, slow ? this::beside : Runnable::run, latency);
            node.host().person().putFile("/dev/fuse", "");
        }

        private void beside(Runnable task) {
            Controller now = Objects.requireNonNull(controller);
            now.scheduler.execute("task of the machine", task);
        }

        @Override
        public Instant now() {
            return Instant.parse("2026-01-01T00:00:00Z").plus(elapsed());
        }

        @Override
        public Duration elapsed() {
            Controller now = controller;
            return before.plus(now == null ? Duration.ZERO : now.clock.elapsed())
                    .plus(waited.get());
        }

        /** What answers at once keeps nobody else from work: it waits in a time of its own. */
        @Override
        public void sleep(Duration duration) {
            try {
                Objects.requireNonNull(controller).scheduler.sleep(duration);
            } catch (IllegalStateException | NullPointerException e) {
                waited.set(waited.get().plus(duration));
            }
        }

        String hypervisor() {
            return """
                    apiVersion: phoenix.thinkheads.ai/v1alpha1
                    kind: Hypervisor
                    metadata: {name: pve}
                    spec: {driver: proxmox, endpoint: "%s", credentials: {name: api}, shell: {type: local}}
                    ---
                    apiVersion: phoenix.thinkheads.ai/v1alpha1
                    kind: Secret
                    metadata: {name: api}
                    spec: {stringData: {token: "%s", fingerprint: "%s"}}
                    """.formatted(node.endpoint(), PveNode.TOKEN, node.fingerprint());
        }

        Controller controller() {
            before = elapsed();
            Controller fresh = new Controller(new SimulationClock(), node::driver, node.credentials());
            controller = fresh;
            return fresh;
        }

        HostState state() {
            return node.host().console().state();
        }

        Set<Integer> guests() {
            HostState now = state();
            Set<Integer> all = new TreeSet<>(now.containers().keySet());
            all.addAll(now.virtualMachines().keySet());
            return all;
        }

        /** As the driver reads it. */
        HostState read() {
            try (var host = node.open(true)) {
                return host.read();
            }
        }

        @Override
        public void close() {
            node.close();
        }
    }

    @Test
    @Tag("promise-1")
    void a_set_converges_and_a_second_look_changes_nothing() throws Exception {
        try (Machine machine = new Machine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + SET);

            assertThat(controller.converges(LONG))
                    .as(controller.unready().toString())
                    .isTrue();
            assertThat(controller.warnings()).isEmpty();
            assertThat(machine.guests()).containsExactly(101, 102, 200, 900);
            machine.node.checkRequests();

            long changes = controller.counters().changes();
            controller.again();
            assertThat(controller.counters().changes()).isEqualTo(changes);
            assertThat(controller.unready()).isEmpty();
        }
    }

    @Test
    void the_machine_is_what_the_simulated_driver_makes_of_the_same_set() throws Exception {
        List<String> simulated = new ArrayList<>();
        SimulationClock clock = new SimulationClock();
        HostDriver[] driver = new HostDriver[1];
        try (Controller controller = new Controller(
                clock,
                time -> {
                    driver[0] = new SimulatedHostDriver(folder, time, new Random(3));
                    return driver[0];
                },
                Map.of())) {
            controller.apply("""
                    apiVersion: phoenix.thinkheads.ai/v1alpha1
                    kind: Hypervisor
                    metadata: {name: pve}
                    spec: {driver: simulated, simulated: {cpus: 8}}
                    """ + SET);
            assertThat(controller.converges(LONG))
                    .as(controller.unready().toString())
                    .isTrue();
            HypervisorSpec spec = controller
                    .store
                    .get(ai.thinkheads.phoenix.api.Kinds.HYPERVISOR, "pve")
                    .orElseThrow()
                    .spec();
            simulated.addAll(words(driver[0].open("pve", spec, Map.of()).read()));
        }
        try (Machine machine = new Machine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + SET);
            assertThat(controller.converges(LONG))
                    .as(controller.unready().toString())
                    .isTrue();

            assertThat(words(machine.read())).containsExactlyElementsOf(simulated);
        }
    }

    @Test
    @Tag("promise-5")
    void a_controller_that_dies_at_any_change_is_followed_by_one_that_finishes_it() throws Exception {
        int changes = cut(Integer.MAX_VALUE, false);
        assertThat(changes).isGreaterThan(15);
        int stride = Boolean.getBoolean("phoenix.thorough") ? 1 : 9;
        for (int at = 0; at < changes; at += stride) {
            cut(at, at % 2 == 0);
        }
    }

    /** Lets the controller die at a change, done or not, and another one that knows nothing go on; answers how many there were. */
    private static int cut(int at, boolean done) throws Exception {
        try (Machine machine = new Machine()) {
            int[] seen = {0};
            boolean[] dead = {false};
            boolean[] first = {true};
            machine.node.instead = request -> {
                if (first[0] && !request.method().equals("GET")) {
                    dead[0] |= seen[0]++ == at;
                    return dead[0] && (!done || seen[0] > at + 1) ? AWAY : null;
                }
                return dead[0] ? AWAY : null;
            };
            try (Controller controller = machine.controller()) {
                controller.apply(machine.hypervisor() + SET);
                controller.converges(at == Integer.MAX_VALUE ? LONG : Duration.ofSeconds(5));
            }
            first[0] = false;
            dead[0] = false;
            try (Controller controller = machine.controller()) {
                controller.apply(machine.hypervisor() + SET);
                assertThat(controller.converges(LONG))
                        .as("cut at change " + at + (done ? ", done" : "") + ": " + controller.unready() + " "
                                + controller.warnings())
                        .isTrue();
                assertThat(machine.guests()).containsExactly(101, 102, 200, 900);
                long before = controller.counters().changes();
                controller.again();
                assertThat(controller.counters().changes()).isEqualTo(before);
            }
            return seen[0];
        }
    }

    @Test
    @Tag("ask-1")
    void fifty_clones_at_once_meet_no_lock_and_take_as_long_as_the_source_needs() throws Exception {
        try (Machine machine = new Machine(HypervisorSpec.Simulated.Latency.REALISTIC);
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + SET.substring(0, SET.indexOf(BEFORE_WEB)));
            assertThat(controller.converges(LONG))
                    .as(controller.unready().toString())
                    .isTrue();
            int locks = machine.node.lockErrors();
            Duration begun = controller.clock.elapsed();
            for (int i = 0; i < 50; i++) {
                controller.apply("""
                        apiVersion: phoenix.thinkheads.ai/v1alpha1
                        kind: LxcContainer
                        metadata: {name: copy-%d}
                        spec:
                          cloneFrom: {name: base}
                          features: {nesting: true, keyctl: true}
                          network: {interfaces: [{bridge: vmbr1}]}
                          runPolicy: Stopped
                        """.formatted(i));
            }
            assertThat(controller.converges(Duration.ofMinutes(20)))
                    .as(controller.unready().toString())
                    .isTrue();
            Duration took = controller.clock.elapsed().minus(begun);

            assertThat(machine.guests()).hasSize(51);
            assertThat(machine.node.lockErrors() - locks).isZero();
            Duration best = Latencies.REALISTIC.of("clone-linked").multipliedBy(50);
            assertThat(took).isBetween(best, best.multipliedBy(11).dividedBy(10));
        }
    }

    @Test
    @Tag("ask-20")
    void a_pass_that_changes_nothing_asks_as_often_over_many_guests_as_over_few() throws Exception {
        List<Long> asked = new ArrayList<>();
        for (int guests : Boolean.getBoolean("phoenix.thorough") ? List.of(10, 100, 1_000) : List.of(3, 30)) {
            asked.add(quietPass(guests));
        }
        assertThat(asked).hasSizeGreaterThan(1).allMatch(each -> each.equals(asked.getFirst()));
    }

    /** Something is wrong while the set is applied; then it is put right, and everything converges. */
    private static void recovers(Consumer<PveNode> wrong, Consumer<PveNode> right, String... said) throws Exception {
        try (Machine machine = new Machine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + SET);
            wrong.accept(machine.node);
            controller.converges(Duration.ofSeconds(20));
            String words = controller.unready() + " " + controller.warnings();
            assertThat(words).contains(said);
            assertThat(words).doesNotContain(PveNode.TOKEN);
            right.accept(machine.node);
            assertThat(controller.converges(Duration.ofMinutes(12)))
                    .as(controller.unready().toString())
                    .isTrue();
            assertThat(machine.guests()).containsExactly(101, 102, 200, 900);
        }
    }

    private static void refuses(String call, int status, String message, String... said) throws Exception {
        recovers(
                node -> node.instead = request -> (request.method() + " " + request.path()).matches(call)
                        ? PveNode.refusal(status, message)
                        : null,
                node -> node.instead = request -> null,
                said);
    }

    @Test
    @Tag("promise-6")
    void a_token_that_ends_is_said_and_everything_goes_on_with_it_again() throws Exception {
        refuses(".*", 401, "", "API token root@pam!phoenix", "expired");
    }

    @Test
    @Tag("promise-6")
    void a_privilege_that_is_missing_is_named_with_its_path() throws Exception {
        refuses(
                "POST /nodes/pve/lxc",
                403,
                "Permission check failed (/storage/thin, Datastore.AllocateSpace)",
                "Datastore.AllocateSpace on /storage/thin",
                "pveum acl modify /storage/thin");
    }

    @Test
    @Tag("promise-6")
    void a_certificate_that_has_changed_stops_everything_until_it_is_known_again() throws Exception {
        recovers(node -> node.certificate(folder), PveNode::firstCertificate, "the certificate of", "has changed");
    }

    @Test
    @Tag("promise-6")
    void a_node_that_goes_away_in_the_middle_of_a_task_is_said_and_nothing_is_made_twice() throws Exception {
        AtomicInteger left = new AtomicInteger(1_000);
        recovers(
                node -> node.loses = request -> request.path().contains("/tasks/") && left.decrementAndGet() >= 0,
                node -> assertThat(left.get()).isNegative(),
                "went away while task");
    }

    @Test
    @Tag("promise-6")
    void a_storage_without_space_and_a_wrong_checksum_are_what_the_task_said() throws Exception {
        refuses("POST /nodes/pve/qemu", 500, "zfs error: cannot create 'tank/x': out of space", "out of space");
        String url = "https://example.org/debian-13.tar.zst";
        recovers(
                node -> node.host().person().publish(url, "c".repeat(64)),
                node -> node.host().person().publish(url, "a".repeat(64)),
                "checksum mismatch: got 'cccc",
                "its log ends");
    }

    @Test
    @Tag("promise-6")
    void a_lock_that_a_crash_left_is_named_with_the_command_and_a_persons_edit_is_kept() throws Exception {
        try (Machine machine = new Machine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + SET);
            assertThat(controller.converges(LONG))
                    .as(controller.unready().toString())
                    .isTrue();
            machine.node.host().person().lock(101, "snapshot");
            controller.apply(SET.replace("memory: 2Gi", "memory: 3Gi"));
            controller.converges(Duration.ofSeconds(20));
            assertThat(controller.unready().toString()).contains("pct unlock 101");

            machine.node.host().person().lock(101, null);
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
            assertThat(controller.converges(Duration.ofMinutes(12)))
                    .as(controller.unready().toString())
                    .isTrue();
            assertThat(edited[0]).isTrue();
            assertThat(machine.node.call("GET", "/nodes/pve/lxc/101/config")).contains("memory=3072", "cpuunits=50");
        }
    }

    /** Makes so many containers, looks at everything again, and answers how many requests and commands that took. */
    private static long quietPass(int guests) throws Exception {
        try (Machine machine = new Machine();
                Controller controller = machine.controller()) {
            controller.apply(machine.hypervisor() + SET.substring(0, SET.indexOf(BEFORE_BASE)));
            for (int i = 0; i < guests; i++) {
                controller.apply("""
                        apiVersion: phoenix.thinkheads.ai/v1alpha1
                        kind: LxcContainer
                        metadata: {name: guest-%d}
                        spec:
                          template: debian
                          rootDisk: {storage: thin, size: 8Gi}
                          network: {interfaces: [{bridge: vmbr1, address: 10.1.%d.%d/16}]}
                        """.formatted(i, 1 + i / 250, 1 + i % 250));
            }
            assertThat(controller.converges(Duration.ofMinutes(30)))
                    .as(controller.unready().toString())
                    .isTrue();
            controller.again();
            long changes = controller.counters().changes();
            int before = machine.node.asked();
            long begun = System.nanoTime();
            controller.again();
            long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            assertThat(controller.counters().changes()).isEqualTo(changes);
            assertThat(controller.unready()).isEmpty();
            assertThat(millis).as("milliseconds for a pass over " + guests).isLessThan(2_000);
            return machine.node.asked() - before;
        }
    }

    /** What a machine is, but for what each host makes up itself: hardware addresses, names of volumes, the host's own bridge. */
    private static List<String> words(HostState state) {
        List<String> words = new ArrayList<>();
        new TreeMap<>(state.bridges()).forEach((name, bridge) -> {
            if (!name.equals("vmbr0")) {
                words.add(bridge.config().toString());
            }
        });
        List.of("library", "thin")
                .forEach(id -> words.add(id + " "
                        + new TreeMap<>(state.storages().get(id).definition().options()) + " "
                        + new java.util.TreeSet<>(
                                state.storages().get(id).definition().content())));
        new TreeMap<>(state.containers())
                .values()
                .forEach(guest -> words.add(guest(guest) + container(guest.config())));
        new TreeMap<>(state.virtualMachines())
                .values()
                .forEach(guest -> words.add(guest(guest)
                        + guest.config().disks().stream()
                                .map(disk -> disk.slot() + " " + disk.storage() + " " + disk.size())
                                .toList()
                        + guest.config().cloudInit()));
        return words;
    }

    private static String guest(Guests.Observed<? extends GuestConfig> guest) {
        GuestConfig config = guest.config();
        return guest.vmid() + " " + config.hostname() + " " + config.cores() + " " + config.memory() + " "
                + config.tags()
                + " " + config.description() + " " + config.onBoot() + " " + config.startup() + " "
                + config.nameservers() + " " + config.searchDomain() + " " + mark(config) + " running "
                + guest.running() + " template " + guest.template() + " pending "
                + new java.util.TreeSet<>(guest.pending()) + " from "
                + guest.clonedFrom() + " "
                + config.nics().stream().map(ProxmoxEndToEndTest::card).toList();
    }

    /** The mark without the names of volumes, and what was made of them. */
    private static String mark(GuestConfig config) {
        return String.valueOf(config.mark())
                .replaceAll("madeFrom=[0-9a-f]+", "")
                .replaceAll("\\|thin:[^,}]+", "");
    }

    private static String card(Nic nic) {
        return nic.name() + " " + nic.bridge() + " " + nic.address() + " " + nic.gateway() + " " + nic.vlan() + " "
                + nic.mtu() + " " + nic.firewall();
    }

    private static String container(ContainerConfig config) {
        return " " + config.swap() + " " + config.cpuLimit() + " "
                + config.rootDisk().storage() + " "
                + config.rootDisk().size() + " " + config.features() + " " + config.raw() + " " + config.devices() + " "
                + config.unprivileged() + " "
                + config.mounts().stream()
                        .map(mount -> mount.path() + " " + mount.size())
                        .toList();
    }
}
