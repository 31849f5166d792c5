package ai.thinkheads.phoenix.kinds.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.proxmox.PveNode;
import ai.thinkheads.phoenix.hosts.simulated.ManualClock;
import ai.thinkheads.phoenix.kinds.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import tools.jackson.databind.node.ObjectNode;

class AdoptionProperties {

    @Property(tries = 60)
    @Tag("promise-7")
    @Tag("ask-10")
    @Tag("ask-38")
    void any_host_is_read_into_manifests_whose_application_only_marks_and_whose_next_diff_is_empty(@ForAll long seed)
            throws IOException {
        Path folder = Files.createTempDirectory("adopt");
        try (TestBed bed = new TestBed(folder)) {
            GrownHost.grow(bed.host(), seed);
            roundTrip(bed, seed);
        } finally {
            delete(folder);
        }
    }

    @Property(tries = 30)
    @Tag("promise-7")
    void a_host_of_proxmox_is_too(@ForAll long seed) {
        ManualClock time = new ManualClock();
        try (PveNode node = new PveNode(time);
                TestBed bed = new TestBed(time, node::driver, proxmox(node))) {
            bed.vault().put("api", node.credentials());
            GrownHost.grow(node.host(), seed);
            roundTrip(bed, seed);
            node.checkRequests();
        }
    }

    private static String proxmox(PveNode node) {
        return """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Hypervisor
                metadata: {name: lab}
                spec: {driver: proxmox, node: pve, endpoint: "%s", credentials: {name: api}, shell: {type: local}}
                """.formatted(node.endpoint());
    }

    private static void roundTrip(TestBed bed, long seed) {
        bed.lookAgain();
        Map<String, Object> before = facts(bed.open().read());
        Adoption adoption = adopt(bed);
        assertThat(adoption.managed()).isEmpty();

        for (Adoption.Entry each : adoption.entries()) {
            assertThat(yaml(each)).doesNotContain("canary");
            bed.apply(yaml(each));
        }
        for (Adoption.Entry each : adoption.entries()) {
            List<String> done = bed.converge(each.key().toString());
            assertThat(done).as("%s of seed %s", each.key(), seed).allMatch(AdoptionProperties::onlyMarks);
        }

        for (Adoption.Entry each : adoption.entries()) {
            assertThat(bed.plan(each.key().toString()))
                    .as("%s of seed %s", each.key(), seed)
                    .isEmpty();
        }
        assertThat(facts(bed.open().read())).as("seed %s", seed).isEqualTo(before);
        bed.lookAgain();
        Adoption again = adopt(bed);
        assertThat(again.entries()).isEmpty();
        assertThat(again.managed()).hasSameSizeAs(adoption.entries());
    }

    private static boolean onlyMarks(String action) {
        return action.contains("adopt") || action.startsWith("note on ") || action.contains("take over");
    }

    static Adoption adopt(TestBed bed) {
        var view = bed.views().view(bed.resource("Hypervisor/lab"), bed.resources());
        return HostManifests.of(
                bed.resource("Hypervisor/lab").as(Kinds.HYPERVISOR).orElseThrow(), view.state(), bed.resources());
    }

    static String yaml(Adoption.Entry entry) {
        ObjectNode tree = ResourceCodec.tree(entry.resource());
        tree.remove("status");
        return ResourceCodec.yaml(tree);
    }

    /** Everything on the host but the marks. */
    private static Map<String, Object> facts(HostState state) {
        Map<String, Object> facts = new TreeMap<>();
        state.pools()
                .forEach((name, pool) ->
                        facts.put("pool " + name, List.of(pool.vdevs(), pool.properties(), pool.ashift())));
        state.datasets()
                .forEach((name, each) -> facts.put(
                        "dataset " + name,
                        List.of(
                                new TreeMap<>(each.effective()),
                                String.valueOf(each.uid()),
                                String.valueOf(each.mode()))));
        state.storages().forEach((id, each) -> facts.put("storage " + id, each.definition()));
        state.bridges().forEach((name, each) -> facts.put("bridge " + name, unmarked(each.config())));
        facts.put("gpus", state.gpus());
        state.templates().forEach((id, each) -> facts.put("file " + id, each));
        state.containers()
                .forEach((vmid, each) -> facts.put(
                        "container " + vmid,
                        List.of(
                                GrownHost.unmarked(each.config()),
                                GrownHost.unmarked(each.effective()),
                                each.running(),
                                each.template(),
                                each.snapshots(),
                                each.unused())));
        state.virtualMachines()
                .forEach((vmid, each) -> facts.put(
                        "machine " + vmid,
                        List.of(
                                GrownHost.unmarked(each.config()),
                                each.running(),
                                each.template(),
                                each.snapshots(),
                                each.unused())));
        return facts;
    }

    private static Networks.BridgeConfig unmarked(Networks.BridgeConfig c) {
        return new Networks.BridgeConfig(
                c.name(), c.ports(), c.address(), c.gateway(), c.vlanAware(), c.mtu(), c.nat(), null);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
