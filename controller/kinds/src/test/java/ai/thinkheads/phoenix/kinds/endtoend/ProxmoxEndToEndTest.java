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
import ai.thinkheads.phoenix.hosts.proxmox.ApiSchema;
import ai.thinkheads.phoenix.hosts.proxmox.ModelNode;
import ai.thinkheads.phoenix.hosts.proxmox.ModelShell;
import ai.thinkheads.phoenix.hosts.proxmox.ProxmoxHostDriver;
import ai.thinkheads.phoenix.hosts.proxmox.TestApi;
import ai.thinkheads.phoenix.hosts.simulated.ManualClock;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests applied by the engine through the proxmox driver, over https, to a model of a node. */
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

    private static final TestApi.Answer AWAY = TestApi.Answer.error(599, "Too many redirections");

    private static final String BEFORE_BASE =
            "---\napiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: LxcContainer\nmetadata: {name: base}";
    private static final String BEFORE_WEB = BEFORE_BASE.replace("base", "web");

    @TempDir
    Path folder;

    /** A node and what it was asked. */
    private static final class Node implements AutoCloseable {
        final ModelNode model = new ModelNode();
        final TestApi api;
        private final List<ModelShell> shells = new ArrayList<>();
        /** Answers instead of the node; null for the node's own answer. */
        volatile Function<TestApi.Request, TestApi.@Nullable Answer> instead = request -> null;

        Node() throws Exception {
            api = TestApi.start(request -> {
                TestApi.Answer other = instead.apply(request);
                return other == null ? model.answer(request) : other;
            });
        }

        String hypervisor() throws Exception {
            return """
                    apiVersion: phoenix.thinkheads.ai/v1alpha1
                    kind: Hypervisor
                    metadata: {name: pve}
                    spec: {driver: proxmox, endpoint: "%s", credentials: {name: api}, shell: {type: local}}
                    ---
                    apiVersion: phoenix.thinkheads.ai/v1alpha1
                    kind: Secret
                    metadata: {name: api}
                    spec: {stringData: {token: "phoenix@pve!controller=secret", fingerprint: "%s"}}
                    """.formatted(api.endpoint(), api.fingerprint());
        }

        Map<String, String> credentials() throws Exception {
            return Map.of("token", "phoenix@pve!controller=secret", "fingerprint", api.fingerprint());
        }

        HostDriver driver(HostClock clock) {
            return new ProxmoxHostDriver(clock, (shell, credentials) -> {
                ModelShell opened = new ModelShell(model);
                shells.add(opened);
                return opened;
            });
        }

        /** How many programs were run on the node. */
        int commands() {
            return shells.stream().mapToInt(each -> each.runs.size()).sum();
        }

        Controller controller() throws Exception {
            SimulationClock clock = new SimulationClock();
            model.millis = () -> clock.elapsed().toMillis();
            return new Controller(clock, this::driver, credentials());
        }

        HostState state() throws Exception {
            HypervisorSpec spec = new HypervisorSpec(
                    HypervisorSpec.Driver.PROXMOX,
                    api.endpoint().toString(),
                    "pve",
                    null,
                    new HypervisorSpec.Shell(HypervisorSpec.Shell.Type.LOCAL, null, null, null, null, null),
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
            try (var host = driver(new ManualClock()).open("pve", spec, credentials())) {
                return host.read();
            }
        }

        @Override
        public void close() {
            api.close();
        }
    }

    @Test
    @Tag("promise-1")
    void a_set_converges_and_a_second_look_changes_nothing() throws Exception {
        try (Node node = new Node();
                Controller controller = node.controller()) {
            controller.apply(node.hypervisor() + SET);

            assertThat(controller.converges(LONG))
                    .as(controller.unready().toString())
                    .isTrue();
            assertThat(controller.warnings()).isEmpty();
            assertThat(node.model.guests).containsOnlyKeys(101, 102, 200, 900);
            ApiSchema.checkAll(node.api.requests);

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
        try (Node node = new Node();
                Controller controller = node.controller()) {
            controller.apply(node.hypervisor() + SET);
            assertThat(controller.converges(LONG))
                    .as(controller.unready().toString())
                    .isTrue();

            assertThat(words(node.state())).containsExactlyElementsOf(simulated);
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
        try (Node node = new Node()) {
            int[] seen = {0};
            boolean[] dead = {false};
            boolean[] first = {true};
            node.instead = request -> {
                if (first[0] && !request.method().equals("GET")) {
                    dead[0] |= seen[0]++ == at;
                    return dead[0] && (!done || seen[0] > at + 1) ? AWAY : null;
                }
                return dead[0] ? AWAY : null;
            };
            try (Controller controller = node.controller()) {
                controller.apply(node.hypervisor() + SET);
                controller.converges(at == Integer.MAX_VALUE ? LONG : Duration.ofSeconds(5));
            }
            first[0] = false;
            dead[0] = false;
            try (Controller controller = node.controller()) {
                controller.apply(node.hypervisor() + SET);
                assertThat(controller.converges(LONG))
                        .as("cut at change " + at + (done ? ", done" : "") + ": " + controller.unready() + " "
                                + controller.warnings())
                        .isTrue();
                assertThat(node.model.guests).containsOnlyKeys(101, 102, 200, 900);
                long before = controller.counters().changes();
                controller.again();
                assertThat(controller.counters().changes()).isEqualTo(before);
            }
            return seen[0];
        }
    }

    @Test
    void fifty_clones_at_once_meet_no_lock_and_take_as_long_as_the_source_needs() throws Exception {
        try (Node node = new Node();
                Controller controller = node.controller()) {
            controller.apply(node.hypervisor() + SET.substring(0, SET.indexOf(BEFORE_WEB)));
            assertThat(controller.converges(LONG))
                    .as(controller.unready().toString())
                    .isTrue();
            node.model.copying = 3_000;
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

            assertThat(node.model.guests).hasSize(51);
            assertThat(node.model.lockErrors).isZero();
            assertThat(took).isLessThan(Duration.ofSeconds(50 * 3 * 11 / 10));
        }
    }

    @Test
    void a_pass_that_changes_nothing_asks_as_often_over_many_guests_as_over_few() throws Exception {
        List<Long> asked = new ArrayList<>();
        for (int guests : Boolean.getBoolean("phoenix.thorough") ? List.of(10, 100, 1_000) : List.of(3, 30)) {
            asked.add(quietPass(guests));
        }
        assertThat(asked).hasSizeGreaterThan(1).allMatch(each -> each.equals(asked.getFirst()));
    }

    /** Something is wrong while the set is applied; then it is put right, and everything converges. */
    private static void recovers(Consumer<Node> wrong, Consumer<Node> right, String... said) throws Exception {
        try (Node node = new Node();
                Controller controller = node.controller()) {
            controller.apply(node.hypervisor() + SET);
            wrong.accept(node);
            controller.converges(Duration.ofSeconds(20));
            String words = controller.unready() + " " + controller.warnings();
            assertThat(words).contains(said);
            assertThat(words).doesNotContain("controller=secret");
            right.accept(node);
            assertThat(controller.converges(Duration.ofMinutes(12)))
                    .as(controller.unready().toString())
                    .isTrue();
            assertThat(node.model.guests).containsOnlyKeys(101, 102, 200, 900);
        }
    }

    private static void refuses(String call, int status, String message, String... said) throws Exception {
        recovers(
                node -> node.instead = request -> (request.method() + " " + request.path()).matches(call)
                        ? TestApi.Answer.error(status, message)
                        : null,
                node -> node.instead = request -> null,
                said);
    }

    @Test
    @Tag("promise-6")
    void a_token_that_ends_is_said_and_everything_goes_on_with_it_again() throws Exception {
        refuses(".*", 401, "", "API token phoenix@pve!controller", "expired");
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
    void a_storage_without_space_and_a_wrong_checksum_are_what_the_task_said() throws Exception {
        refuses("POST /nodes/pve/qemu", 500, "zfs error: cannot create 'tank/x': out of space", "out of space");
        recovers(
                node -> node.instead = request -> {
                    if (request.path().endsWith("download-url")) {
                        node.model.nextExit = "checksum mismatch: got 'aa' != expect 'bb'";
                    }
                    return null;
                },
                node -> node.instead = request -> null,
                "checksum mismatch",
                "its log ends");
    }

    @Test
    @Tag("promise-6")
    void a_lock_that_a_crash_left_is_named_with_the_command_and_a_persons_edit_is_kept() throws Exception {
        try (Node node = new Node();
                Controller controller = node.controller()) {
            controller.apply(node.hypervisor() + SET);
            assertThat(controller.converges(LONG))
                    .as(controller.unready().toString())
                    .isTrue();
            Map<String, String> web = java.util.Objects.requireNonNull(node.model.guests.get(101)).current;
            web.put("lock", "snapshot");
            controller.apply(SET.replace("memory: 2Gi", "memory: 3Gi"));
            controller.converges(Duration.ofSeconds(20));
            assertThat(controller.unready().toString()).contains("pct unlock 101");

            web.remove("lock");
            boolean[] edited = {false};
            node.instead = request -> {
                if (!edited[0]
                        && request.method().equals("PUT")
                        && request.path().endsWith("/lxc/101/config")) {
                    edited[0] = true;
                    web.put("cpuunits", "50");
                }
                return null;
            };
            assertThat(controller.converges(Duration.ofMinutes(12)))
                    .as(controller.unready().toString())
                    .isTrue();
            assertThat(edited[0]).isTrue();
            assertThat(web).containsEntry("memory", "3072").containsEntry("cpuunits", "50");
        }
    }

    /** Makes so many containers, looks at everything again, and answers how many requests and commands that took. */
    private static long quietPass(int guests) throws Exception {
        try (Node node = new Node();
                Controller controller = node.controller()) {
            controller.apply(node.hypervisor() + SET.substring(0, SET.indexOf(BEFORE_BASE)));
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
            int before = node.api.requests.size() + node.commands();
            long begun = System.nanoTime();
            controller.again();
            long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            assertThat(controller.counters().changes()).isEqualTo(changes);
            assertThat(controller.unready()).isEmpty();
            assertThat(millis).as("milliseconds for a pass over " + guests).isLessThan(2_000);
            return node.api.requests.size() + node.commands() - before;
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
