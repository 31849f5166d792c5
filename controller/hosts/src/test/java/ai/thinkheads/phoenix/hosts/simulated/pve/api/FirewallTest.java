package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is said to the firewall of a guest. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FirewallTest {

    private static final String CT = "/nodes/pve/lxc/101";
    private static final String RULES = CT + "/firewall/rules";
    private static final String OPTIONS = CT + "/firewall/options";

    private ApiRig rig;

    @BeforeEach
    void start() {
        rig = new ApiRig("/dev/sda");
        rig.good("POST", "/nodes/pve/lxc", "vmid", "101", "ostemplate", ApiRig.TEMPLATE, "rootfs", "local:2");
    }

    private void allow(String port) {
        rig.good("POST", RULES, "type", "in", "action", "ACCEPT", "proto", "tcp", "dport", port, "enable", "1");
    }

    private List<String> ports() {
        List<String> all = new ArrayList<>();
        for (JsonNode each : rig.good("GET", RULES)) {
            assertThat(each.path("pos").asInt()).isEqualTo(all.size());
            all.add(each.path("dport").asString(""));
        }
        return all;
    }

    @Test
    void options_are_set_and_taken_back_and_a_change_in_between_is_seen() {
        String before = rig.good("GET", OPTIONS).path("digest").asString("");
        rig.good("PUT", OPTIONS, "enable", "yes", "policy_in", "DROP", "log_level_in", "info");

        JsonNode set = rig.good("GET", OPTIONS);
        assertThat(set.path("enable").asInt()).isEqualTo(1);
        assertThat(set.path("policy_in").asString("")).isEqualTo("DROP");
        assertThat(rig.call("PUT", OPTIONS, "enable", "0", "digest", before).message())
                .contains("detected modified configuration");

        rig.good("PUT", OPTIONS, "delete", "policy_in,log_level_in");
        assertThat(rig.good("GET", OPTIONS).has("policy_in")).isFalse();
        assertThat(rig.call("PUT", OPTIONS, "policy_in", "MAYBE").errors()).containsOnlyKeys("policy_in");
    }

    @Test
    void a_new_rule_is_the_first_and_rules_are_moved_changed_and_deleted_by_their_places() {
        for (String each : List.of("22", "80", "443")) {
            allow(each);
        }
        assertThat(ports()).containsExactly("443", "80", "22");

        rig.good("PUT", RULES + "/2", "moveto", "0");
        assertThat(ports()).containsExactly("22", "443", "80");
        rig.good("PUT", RULES + "/0", "moveto", "3");
        assertThat(ports()).containsExactly("443", "80", "22");

        rig.good("PUT", RULES + "/1", "dport", "8080", "comment", "the shop", "enable", "0");
        JsonNode changed = rig.good("GET", RULES + "/1");
        assertThat(changed.path("dport").asString("")).isEqualTo("8080");
        assertThat(changed.path("comment").asString("")).isEqualTo("the shop");
        assertThat(changed.path("enable").asInt()).isZero();
        assertThat(rig.call("DELETE", RULES + "/0", "digest", "of-before").message())
                .contains("detected modified configuration");

        rig.good("DELETE", RULES + "/1", "digest", changed.path("digest").asString(""));
        assertThat(ports()).containsExactly("443", "22");
        assertThat(rig.call("GET", RULES + "/2").message()).startsWith("no rule at position 2");
    }

    @Test
    void what_is_no_rule_is_refused_by_its_parts() {
        assertThat(rig.call("POST", RULES, "type", "in").errors()).containsOnlyKeys("action");
        assertThat(rig.call("POST", RULES, "type", "in", "action", "PERHAPS").errors())
                .containsEntry("action", "unknown action 'PERHAPS'");
        assertThat(rig.call("POST", RULES, "type", "in", "action", "DROP", "dport", "22")
                        .errors())
                .containsOnlyKeys("proto");
        assertThat(ports()).isEmpty();
    }

    @Test
    void a_clone_takes_them_along_and_they_go_with_their_guest() {
        allow("22");
        rig.good("POST", CT + "/clone", "newid", "102", "full", "1");
        rig.good("DELETE", CT);
        rig.good("POST", "/nodes/pve/lxc", "vmid", "101", "ostemplate", ApiRig.TEMPLATE, "rootfs", "local:2");

        assertThat(ports()).isEmpty();
        assertThat(rig.good("GET", "/nodes/pve/lxc/102/firewall/rules")).hasSize(1);
    }

    @Test
    void who_may_look_may_not_change() {
        rig.good("POST", "/access/users", "userid", "ci@pve", "password", "citest123");
        rig.good("PUT", "/access/acl", "path", "/vms", "roles", "PVEAuditor", "users", "ci@pve");
        rig.login("ci@pve", "citest123");

        assertThat(rig.good("GET", RULES)).isEmpty();
        assertThat(rig.call("POST", RULES, "type", "in", "action", "DROP").message())
                .contains("(/vms/101, VM.Config.Network)");
    }
}
