package ai.thinkheads.phoenix.kinds.endtoend;

import static ai.thinkheads.phoenix.kinds.endtoend.ProxmoxMachine.SET;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.time.SimulationClock;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.proxmox.PveNode;
import ai.thinkheads.phoenix.hosts.simulated.Latencies;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.ApiAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests applied by the engine through the proxmox driver, over https, to a simulated machine. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProxmoxEndToEndTest {

    private static final Duration LONG = Duration.ofMinutes(3);

    private static final ApiAnswer AWAY = PveNode.refusal(599, "Too many redirections");

    private static final String BEFORE_BASE =
            "---\napiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: LxcContainer\nmetadata: {name: base}";
    private static final String BEFORE_WEB = BEFORE_BASE.replace("base", "web");

    @TempDir
    Path folder;

    @Test
    @Tag("promise-1")
    void a_set_converges_and_a_second_look_changes_nothing() throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
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
        try (ProxmoxMachine machine = new ProxmoxMachine();
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
        try (ProxmoxMachine machine = new ProxmoxMachine()) {
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
        try (ProxmoxMachine machine = new ProxmoxMachine(HypervisorSpec.Simulated.Latency.REALISTIC);
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

    /** Makes so many containers, looks at everything again, and answers how many requests and commands that took. */
    private static long quietPass(int guests) throws Exception {
        try (ProxmoxMachine machine = new ProxmoxMachine();
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
