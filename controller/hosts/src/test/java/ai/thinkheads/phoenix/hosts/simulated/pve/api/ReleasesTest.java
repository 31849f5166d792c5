package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.thinkheads.phoenix.hosts.proxmox.ApiSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The simulated machine is a Proxmox VE 8.4 or a 9, and takes what that takes. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReleasesTest {

    private static final List<String> VERSIONS = List.of("8.4.2", "9.2.11");

    private static ApiSchema schema(String version) {
        List<ApiSchema> all = ApiSchema.all();
        assumeTrue(all.size() == 2, "Proxmox's description of its API (shared/pve) is not at hand");
        return all.get(VERSIONS.indexOf(version));
    }

    private static String call(Route route) {
        return route.method() + " /" + String.join("/", route.path()).replace("+}", "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.4.2", "9.2.11"})
    void no_call_takes_what_the_real_one_does_not_know(String version) {
        ApiSchema schema = schema(version);
        Map<String, Object> unknown = new TreeMap<>();

        for (Route route : new ApiRig(version, List.of()).api.routes()) {
            Map<String, JsonNode> real = schema.options(call(route));
            Set<String> more = new TreeSet<>(route.rules().named().keySet());
            more.removeAll(real.keySet());
            if (!more.isEmpty()) {
                unknown.put(call(route), more);
            }
        }

        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.4.2", "9.2.11"})
    void what_has_to_be_there_has_to_be_there_and_guests_take_every_option_of_the_real_one(String version) {
        ApiSchema schema = schema(version);
        List<String> differences = new ArrayList<>();

        for (Route route : new ApiRig(version, List.of()).api.routes()) {
            boolean whole = call(route).matches("(PUT|POST) /nodes/\\{node}/(lxc|qemu)(/\\{vmid}/config)?");
            schema.options(call(route)).forEach((name, option) -> {
                boolean inPath =
                        route.path().contains("{" + name + "}") || name.equals("node") || name.equals("volume");
                boolean needed = option.path("optional").asInt(0) == 0;
                Rule rule = route.rules().named().get(name);
                if (!inPath && (whole || needed) && (rule == null || rule.required() != needed)) {
                    differences.add(call(route) + " " + name);
                }
            });
        }

        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.4.2", "9.2.11"})
    void cards_and_mounts_have_the_parts_that_they_have_in_the_real_one(String version) {
        Map<String, JsonNode> real = schema(version).options("PUT /nodes/{node}/lxc/{vmid}/config");
        ApiRig rig = new ApiRig(version, List.of());
        rig.good("POST", "/nodes/pve/lxc", "vmid", "101", "ostemplate", ApiRig.TEMPLATE, "rootfs", "local:2");

        real.get("mp[n]").path("format").properties().forEach(part -> {
            String value =
                    "local:1,mp=/x," + part.getKey() + "=" + (part.getKey().equals("size") ? "1G" : "1");
            ApiAnswer answer = rig.call("PUT", "/nodes/pve/lxc/101/config", "mp0", value);
            assertThat(answer.errors().toString()).as(part.getKey()).doesNotContain("not defined in schema");
        });
        boolean nine = version.startsWith("9");
        assertThat(real.get("mp[n]").path("format").has("keepattrs")).isEqualTo(nine);
        for (String value : List.of("local:1,mp=/x,keepattrs=1", "local:1,mp=/x,idmap=1")) {
            assertThat(rig.call("PUT", "/nodes/pve/lxc/101/config", "mp1", value)
                            .errors()
                            .containsKey("mp1"))
                    .isEqualTo(!nine);
        }
        String card = "name=eth0,bridge=vmbr0,host-managed=1";
        assertThat(rig.call("PUT", "/nodes/pve/lxc/101/config", "net0", card)
                        .errors()
                        .containsKey("net0"))
                .isEqualTo(!nine);
    }

    @Test
    void an_option_that_came_with_nine_is_refused_by_eight() {
        for (String version : VERSIONS) {
            ApiRig rig = new ApiRig(version, List.of());
            rig.good("POST", "/nodes/pve/lxc", "vmid", "101", "ostemplate", ApiRig.TEMPLATE, "rootfs", "local:2");

            ApiAnswer answer = rig.call("PUT", "/nodes/pve/lxc/101/config", "entrypoint", "/bin/true");

            assertThat(rig.good("GET", "/version").path("version").asString("")).isEqualTo(version);
            assertThat(answer.status()).isEqualTo(version.startsWith("8") ? 400 : 200);
            assertThat(answer.errors().containsKey("entrypoint")).isEqualTo(version.startsWith("8"));
        }
    }

    @Test
    void what_the_agent_may_be_asked_is_one_privilege_in_eight_and_several_in_nine() {
        Map<String, String> lacks = Map.of("8.4.2", "VM.Monitor", "9.2.11", "VM.GuestAgent.Unrestricted");
        for (String version : VERSIONS) {
            ApiRig rig = new ApiRig(version, List.of());
            rig.good("POST", "/nodes/pve/qemu", "vmid", "200", "agent", "1");
            rig.good("POST", "/access/users", "userid", "ci@pve", "password", "citest123");
            rig.good("PUT", "/access/acl", "path", "/vms", "roles", "PVEVMUser", "users", "ci@pve");
            rig.login("ci@pve", "citest123");

            ApiAnswer answer = rig.call("POST", "/nodes/pve/qemu/200/agent/exec", "command", "true");

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.message()).contains("(/vms/200, " + lacks.get(version) + ")");
        }
    }
}
