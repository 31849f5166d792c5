package ai.thinkheads.phoenix.hosts.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import ai.thinkheads.phoenix.hosts.port.Networks.Observed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bridges in a network namespace. */
@Tag("host")
@DisplayNameGeneration(ReplaceUnderscores.class)
class RealNetworksTest {

    private static final Mark MARK = new Mark("NetworkBridge/lab", java.util.Map.of());
    private static final Duration LONG = Duration.ofSeconds(60);

    private Machine machine;
    private LinuxHost host;

    @BeforeEach
    void open() {
        machine = new Machine();
        machine.run("ip", "link", "add", "port0", "type", "veth", "peer", "name", "port1");
        machine.run("ip", "link", "set", "port1", "up");
        host = machine.open();
    }

    @AfterEach
    void close() {
        if (host != null) {
            host.close();
        }
        if (machine != null) {
            for (String link : List.of("lab", "other", "theirs", "port0")) {
                machine.tried("ip", "link", "del", link);
            }
            machine.tried(
                    "sh",
                    "-c",
                    "rm -f /var/lib/phoenix-host/net* /etc/network/interfaces.d/phoenix; nft flush ruleset");
            machine.close();
        }
    }

    private static BridgeConfig bridge(
            String name, List<String> ports, @Nullable String address, @Nullable Integer mtu, @Nullable String nat) {
        return new BridgeConfig(name, ports, address, null, false, mtu, nat, MARK);
    }

    private void make(BridgeConfig config) {
        host.networks().stage(config);
        host.networks().apply(LONG);
        host.networks().confirm();
    }

    private Observed lab() {
        return host.networks().read("lab").orElseThrow();
    }

    @Test
    void a_bridge_is_staged_applied_confirmed_and_written_for_the_next_boot() throws Exception {
        BridgeConfig config = bridge("lab", List.of(), "10.91.0.1/24", 1400, null);
        host.networks().stage(config);
        assertThat(host.networks().staged()).containsEntry("lab", "changed");
        assertThat(host.networks().read("lab")).isEmpty();

        host.networks().apply(LONG);
        assertThat(lab().config()).isEqualTo(config);
        assertThat(lab().active()).isTrue();
        assertThat(lab().revertDeadline())
                .isBetween(Instant.now().plusSeconds(50), Instant.now().plusSeconds(61));
        assertThat(Path.of("/etc/network/interfaces.d/phoenix")).doesNotExist();

        host.networks().confirm();
        assertThat(lab().revertDeadline()).isNull();
        assertThat(lab().config()).isEqualTo(config);
        assertThat(host.networks().staged()).isEmpty();
        assertThat(Files.readString(Path.of("/etc/network/interfaces.d/phoenix")))
                .contains("iface lab inet static", "address 10.91.0.1/24");
        assertThat(host.read().bridges()).containsEntry("lab", lab());
    }

    @Test
    void a_change_that_is_not_confirmed_is_taken_back_by_the_host_itself() throws Exception {
        make(bridge("lab", List.of(), "10.91.0.1/24", null, null));
        host.networks().stage(bridge("lab", List.of("port0"), "10.92.0.1/24", 1300, null));
        host.networks().stage(bridge("other", List.of(), "10.93.0.1/24", null, null));
        host.networks().apply(Duration.ofSeconds(2));
        assertThat(lab().config().address()).isEqualTo("10.92.0.1/24");
        host.close();

        Thread.sleep(3000);

        host = machine.open();
        assertThat(lab().config().address()).isEqualTo("10.91.0.1/24");
        assertThat(lab().config().ports()).isEmpty();
        assertThat(lab().revertDeadline()).isNull();
        assertThat(host.networks().read("other")).isEmpty();
        assertThatThrownBy(() -> host.networks().confirm())
                .isInstanceOf(HostException.class)
                .hasMessageContaining("no change");
    }

    @Test
    void a_port_is_taken_in_and_let_out_and_another_port_of_the_host_is_not_touched() {
        machine.run("ip", "addr", "add", "10.94.0.7/24", "dev", "port1");
        make(bridge("lab", List.of("port0"), null, null, null));
        assertThat(machine.run("ip", "-br", "link", "show", "master", "lab")).startsWith("port0");
        assertThat(lab().config().ports()).containsExactly("port0");

        make(bridge("lab", List.of(), null, null, null));
        assertThat(machine.run("ip", "-br", "link", "show", "master", "lab")).isEmpty();
        assertThat(machine.run("ip", "-br", "addr", "show", "port1")).contains("10.94.0.7/24");
    }

    @Test
    void addresses_are_translated_and_the_rules_go_with_the_bridge() {
        make(bridge("lab", List.of(), "10.91.0.1/24", null, "auto"));
        assertThat(lab().config().nat()).isEqualTo("auto");
        assertThat(machine.run("nft", "list", "ruleset")).contains("masquerade", "oifname != \"lab\"");

        make(bridge("lab", List.of(), "10.91.0.1/24", null, null));
        assertThat(lab().config().nat()).isNull();
        host.networks().stageRemoval("lab");
        host.networks().apply(LONG);
        host.networks().confirm();
        assertThat(host.networks().read("lab")).isEmpty();
    }

    @Test
    void what_somebody_changes_by_hand_is_seen_and_put_right() {
        BridgeConfig config = bridge("lab", List.of(), "10.91.0.1/24", null, null);
        make(config);
        machine.run("ip", "addr", "flush", "dev", "lab");
        machine.run("ip", "addr", "add", "10.99.0.1/24", "dev", "lab");
        assertThat(lab().config().address()).isEqualTo("10.99.0.1/24");

        make(config);
        assertThat(lab().config()).isEqualTo(config);
        assertThat(machine.run("ip", "-br", "-4", "addr", "show", "lab")).doesNotContain("10.99.0.1");

        machine.run("ip", "link", "del", "lab");
        assertThat(host.networks().read("lab")).isEmpty();
        make(config);
        assertThat(lab().config()).isEqualTo(config);
    }

    @Test
    void a_bridge_of_somebody_else_is_shown_without_a_mark_and_taken_over_as_it_is() throws Exception {
        machine.run("ip", "link", "add", "theirs", "type", "bridge");
        machine.run("ip", "link", "set", "theirs", "up");
        Files.writeString(Path.of("/etc/network/interfaces.d/theirs"), "auto theirs\niface theirs inet manual\n");
        Observed seen = host.networks().read("theirs").orElseThrow();
        assertThat(seen.config().mark()).isNull();

        assertThatThrownBy(() -> host.networks().stage(bridge("theirs", List.of(), "10.95.0.1/24", null, null)))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("not Phoenix's");
        make(bridge("theirs", List.of(), null, null, null));

        assertThat(host.networks().read("theirs").orElseThrow().config().mark()).isEqualTo(MARK);
        assertThat(Files.readString(Path.of("/etc/network/interfaces.d/phoenix")))
                .doesNotContain("theirs");
        Files.delete(Path.of("/etc/network/interfaces.d/theirs"));
    }

    @Test
    void an_address_in_use_a_missing_port_and_a_bad_name_are_refused_before_anything_happens() {
        machine.run("ip", "addr", "add", "10.94.0.7/24", "dev", "port1");

        assertThatThrownBy(() -> host.networks().stage(bridge("lab", List.of(), "10.94.0.7/24", null, null)))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("port1");
        assertThatThrownBy(() -> host.networks().stage(bridge("lab", List.of("eth9"), null, null, null)))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("eth9");
        assertThatThrownBy(() -> host.networks().stage(bridge("lab; reboot", List.of(), null, null, null)))
                .isInstanceOf(HostException.class);
        assertThat(host.networks().staged()).isEmpty();
    }

    @Test
    void what_cannot_be_applied_is_taken_back_at_once() {
        make(bridge("lab", List.of(), "10.91.0.1/24", null, null));
        host.networks()
                .stage(new BridgeConfig("lab", List.of(), "10.92.0.1/24", "10.250.0.1", false, null, null, MARK));

        assertThatThrownBy(() -> host.networks().apply(LONG))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("taken back");
        assertThat(lab().config().address()).isEqualTo("10.91.0.1/24");
        assertThat(lab().revertDeadline()).isNull();
    }

    @Test
    void cards_of_guests_are_counted() {
        make(bridge("lab", List.of(), null, null, null));
        machine.run("ip", "link", "set", "port0", "master", "lab");

        assertThat(lab().guests()).isEqualTo(1);
    }
}
