package ai.thinkheads.phoenix.kinds.networkbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import ai.thinkheads.phoenix.kinds.TestBed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NetworkBridgeTest {

    @TempDir
    Path root;

    private TestBed bed;

    @BeforeEach
    void open() {
        bed = new TestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private static final String KEY = "NetworkBridge/vmbr0";

    private static String bridge(String rest) {
        return "kind: NetworkBridge\nmetadata: {name: vmbr0}\nspec:\n  ports: [enp5s0]\n" + rest.indent(2);
    }

    private static BridgeConfig plain(String name, List<String> ports, String address) {
        return new BridgeConfig(name, ports, address, null, false, null, null, null);
    }

    @Test
    @Tag("promise-1")
    @Tag("ask-4")
    void a_bridge_is_made_by_one_reload_and_confirmed() {
        bed.apply(bridge("address: 10.0.0.13/24\ngateway: 10.0.0.1"));

        assertThat(bed.converge(KEY)).containsExactly("create bridge vmbr0 with address 10.0.0.13/24 on enp5s0");
        assertThat(bed.host().networks().read("vmbr0").orElseThrow().revertDeadline())
                .isNull();
        assertThat(bed.counters().changes()).isEqualTo(3);

        bed.lookAgain();
        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.counters().changes()).isEqualTo(3);
    }

    private static String inner(int number, String rest) {
        return "kind: NetworkBridge\nmetadata: {name: vmbr" + number + "}\nspec:\n  address: 172.16." + number
                + ".1/24\n" + rest.indent(2);
    }

    @Test
    @Tag("ask-4")
    @Tag("promise-3")
    void several_bridges_are_staged_together_and_applied_by_one_reload() {
        bed.apply(bridge("address: 10.0.0.13/24"), inner(1, ""), inner(2, ""));

        assertThat(bed.plan("NetworkBridge/vmbr2")).hasSize(1);
        bed.converge(KEY);

        // Three are staged, and there is one reload and one confirmation.
        assertThat(bed.counters().changes()).isEqualTo(5);
        assertThat(bed.converge("NetworkBridge/vmbr1", "NetworkBridge/vmbr2")).isEmpty();
        assertThat(bed.counters().changes()).isEqualTo(5);
        bed.clock().sleep(Duration.ofMinutes(2));
        assertThat(bed.host().networks().read("vmbr2").orElseThrow().config().address())
                .isEqualTo("172.16.2.1/24");
    }

    @Test
    @Tag("ask-4")
    void a_bridge_that_the_host_refuses_keeps_no_other_from_being_made() {
        bed.apply(bridge("address: 10.0.0.13/24"), inner(1, "ports: [enp9s9]"));

        bed.converge(KEY);

        assertThat(bed.plan(KEY)).isEmpty();
        assertThat(bed.host().networks().read("vmbr0")).isPresent();
        assertThat(bed.host().networks().staged()).isEmpty();
    }

    @Test
    @Tag("ask-4")
    void a_bridge_on_hold_or_waiting_for_something_is_not_brought_along() {
        bed.apply(bridge("address: 10.0.0.13/24"), inner(1, ""), inner(2, "nat: {bridge: vmbr0}"));
        bed.annotate("NetworkBridge/vmbr1", "phoenix.thinkheads.ai/paused", "true");

        bed.converge(KEY);

        assertThat(bed.host().networks().read("vmbr1")).isEmpty();
        assertThat(bed.host().networks().read("vmbr2")).isEmpty();
    }

    @Test
    @Tag("ask-4")
    @Tag("promise-5")
    void what_a_killed_controller_has_staged_for_several_bridges_is_taken_up_again() {
        bed.apply(bridge("address: 10.0.0.13/24"), inner(1, ""));
        bed.host().networks().stage(plain("vmbr0", List.of("enp5s0"), "10.0.0.13/24"));
        bed.host().networks().stage(plain("vmbr1", List.of(), "172.16.1.1/24"));

        bed.converge(KEY, "NetworkBridge/vmbr1");

        assertThat(bed.plan(KEY)).isEmpty();
        assertThat(bed.plan("NetworkBridge/vmbr1")).isEmpty();
        assertThat(bed.host().networks().staged()).isEmpty();
    }

    @Test
    @Tag("ask-4")
    @Tag("promise-5")
    void a_common_reload_that_cuts_the_host_off_is_taken_back_and_each_bridge_goes_by_itself_then() {
        bed.host().faults().failNext("apply-network", Fault.Type.STALL);
        bed.apply(bridge("address: 10.0.0.13/24"), inner(1, ""));

        assertThatThrownBy(() -> bed.converge(KEY)).hasMessageContaining("no answer to apply-network");
        bed.clock().sleep(Duration.ofMinutes(2));
        bed.lookAgain();

        assertThat(bed.converge(KEY, "NetworkBridge/vmbr1")).hasSize(2);
        assertThat(bed.plan(KEY)).isEmpty();
        assertThat(bed.plan("NetworkBridge/vmbr1")).isEmpty();
    }

    @Test
    void a_bridge_changes_in_place() {
        bed.apply(bridge("address: 10.0.0.13/24")).converge(KEY);
        bed.apply(bridge("address: 10.0.0.14/24\nmtu: 9000"));

        assertThat(bed.converge(KEY))
                .containsExactly(
                        "change address from 10.0.0.13/24 to 10.0.0.14/24 and mtu from none to 9000 of bridge vmbr0");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    @Tag("promise-4")
    void a_bridge_that_is_there_is_taken_over() {
        bed.host().person().setBridge(plain("vmbr0", List.of("enp5s0"), "10.0.0.13/24"));
        bed.apply(bridge("address: 10.0.0.13/24"));

        assertThat(bed.converge(KEY)).containsExactly("take over bridge vmbr0 as it is");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    @Tag("ask-4")
    void what_others_have_staged_is_not_applied_along() {
        bed.host().person().stage(plain("vmbr7", List.of(), "10.7.0.1/24"), "alice");
        bed.apply(bridge(""));

        assertThatThrownBy(() -> bed.converge(KEY))
                .hasMessageContaining("vmbr7 (changed by alice)")
                .hasMessageContaining("apply or discard them on the host");
        assertThat(bed.host().networks().read("vmbr0")).isEmpty();
        assertThat(bed.host().networks().staged()).containsOnlyKeys("vmbr7");
    }

    @Test
    @Tag("ask-4")
    void a_refused_reload_leaves_nothing_staged() {
        bed.host().faults().failNext("apply-network", Fault.Type.REFUSE);
        bed.apply(bridge(""));

        assertThatThrownBy(() -> bed.converge(KEY))
                .hasMessageContaining("NetworkBridge/vmbr0: could not create bridge");
        assertThat(bed.host().networks().staged()).isEmpty();
    }

    @Test
    @Tag("ask-4")
    @Tag("promise-5")
    void a_change_that_cuts_the_host_off_is_taken_back_by_the_host() {
        bed.apply(bridge("address: 10.0.0.13/24")).converge(KEY);
        bed.host().faults().failNext("apply-network", Fault.Type.STALL);
        bed.apply(bridge("address: 10.0.9.13/24"));

        assertThatThrownBy(() -> bed.converge(KEY)).hasMessageContaining("no answer to apply-network");
        bed.clock().sleep(Duration.ofMinutes(2));
        bed.lookAgain();

        assertThat(bed.host().networks().read("vmbr0").orElseThrow().config().address())
                .isEqualTo("10.0.0.13/24");
        assertThat(bed.converge(KEY)).hasSize(1);
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    @Tag("promise-5")
    void a_change_that_was_applied_before_a_crash_is_confirmed_after_it() {
        bed.apply(bridge("address: 10.0.0.13/24")).converge(KEY);
        BridgeConfig now = bed.host().networks().read("vmbr0").orElseThrow().config();
        bed.host()
                .networks()
                .stage(new BridgeConfig("vmbr0", now.ports(), "10.0.0.14/24", null, false, null, null, now.mark()));
        bed.host().networks().apply(Duration.ofMinutes(1));
        bed.apply(bridge("address: 10.0.0.14/24")).lookAgain();

        assertThat(bed.converge(KEY)).containsExactly("confirm the change of the network that bridge vmbr0 waits for");
        bed.clock().sleep(Duration.ofMinutes(2));
        bed.lookAgain();
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    void translated_packets_leave_by_the_interface_of_the_bridge_that_is_named() {
        bed.apply(
                bridge("interfaceName: vmbr5\naddress: 10.0.0.13/24"),
                "kind: NetworkBridge\nmetadata: {name: inner}\nspec: {address: 172.16.0.1/24, nat: {bridge: vmbr0}}\n");

        assertThat(bed.converge(KEY, "NetworkBridge/inner")).hasSize(2);
        assertThat(bed.host().networks().read("inner").orElseThrow().config().nat())
                .isEqualTo("vmbr5");
        assertThat(bed.plan("NetworkBridge/inner")).isEmpty();
    }

    @Test
    void a_bridge_without_its_port_is_not_ready() {
        bed.host().person().setBridge(plain("vmbr0", List.of("enp9s0"), "10.0.0.13/24"));
        bed.apply(bridge("").replace("enp5s0", "enp9s0"));

        assertThat(bed.assess(KEY).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.blocksReady()).isTrue();
            assertThat(finding.message()).contains("see that the host has enp9s0");
        });
    }

    @Test
    @Tag("promise-2")
    void deletion_leaves_the_bridge_unless_it_is_to_go() {
        bed.apply(bridge("")).converge(KEY);

        assertThat(bed.delete(KEY)).containsExactly("leave bridge vmbr0 as it is, without Phoenix's mark");
        assertThat(bed.host().networks().read("vmbr0")).isPresent();

        bed.apply(bridge("deletionPolicy: Delete")).converge(KEY);
        assertThat(bed.delete(KEY)).containsExactly("remove bridge vmbr0");
        assertThat(bed.host().networks().read("vmbr0")).isEmpty();
    }
}
