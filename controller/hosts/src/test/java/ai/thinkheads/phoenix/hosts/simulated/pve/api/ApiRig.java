package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.simulated.Lab;
import ai.thinkheads.phoenix.hosts.simulated.ManualClock;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import ai.thinkheads.phoenix.hosts.simulated.pve.SimulatedCommands;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A machine named {@code pve} with its API and its command line, a template and a bridge; tasks are done when they are answered. */
public final class ApiRig {

    public static final String TEMPLATE = "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SECRET = "11111111-2222-3333-4444-555555555555";

    public final SimulatedHost host;
    public final PveApi api;
    final Commands commands;
    private Map<String, String> headers = Map.of("authorization", "PVEAPIToken=root@pam!rig=" + SECRET);

    /** A machine with disks under these names. */
    public ApiRig(String... disks) {
        this("9.2.11", List.of(disks));
    }

    ApiRig(String version, List<String> disks) {
        this(version, disks, Runnable::run);
    }

    /**
     * @param workers where tasks run
     */
    ApiRig(String version, List<String> disks, Executor workers) {
        ManualClock clock = new ManualClock();
        SimulatedHostDriver driver = SimulatedHostDriver.inMemory(clock, new Random(7));
        host = driver.open(
                "pve",
                Lab.spec(new HypervisorSpec.Simulated(
                        8,
                        ByteSize.ofGi(32),
                        disks.stream()
                                .map(each -> new HypervisorSpec.Simulated.Disk(each, ByteSize.ofGi(100)))
                                .toList(),
                        List.of(new HypervisorSpec.Simulated.Gpu(
                                "NVIDIA GeForce RTX 5060 Ti", ByteSize.ofGi(16), "0000:01:00.0")),
                        List.of("enp5s0"),
                        HypervisorSpec.Simulated.Latency.NONE,
                        List.of())),
                Map.of());
        host.storages()
                .update(new Storages.Definition(
                        "local",
                        "dir",
                        Set.of("vztmpl", "iso", "import", "backup", "snippets", "rootdir", "images"),
                        Map.of("path", "/var/lib/vz")));
        host.templates()
                .download(
                        "local",
                        Templates.Type.ROOTFS,
                        "debian-12-standard_12.12-1_amd64.tar.zst",
                        "https://images/debian-12.tar.zst",
                        "");
        host.person().setBridge(new Networks.BridgeConfig("vmbr0", List.of(), null, null, false, null, null, null));
        host.person().install(version);
        api = new PveApi(host, clock, new Random(3), "rootpw123", workers);
        api.addToken("root@pam!rig", SECRET, false);
        commands = new SimulatedCommands(host, clock, api.guestFiles());
    }

    /** From here on somebody else asks. */
    public void token(String id, String secret) {
        headers = Map.of("authorization", "PVEAPIToken=" + id + "=" + secret);
    }

    public int login(String user, String password) {
        ApiAnswer answer = api.answer(
                new ApiRequest("POST", "/access/ticket", Map.of("username", user, "password", password), Map.of()));
        if (answer.data() instanceof Map<?, ?> data) {
            headers = Map.of(
                    "cookie",
                    "PVEAuthCookie=" + data.get("ticket"),
                    "csrfpreventiontoken",
                    String.valueOf(data.get("CSRFPreventionToken")));
        }
        return answer.status();
    }

    public ApiAnswer call(String method, String path, String... params) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i + 1 < params.length; i += 2) {
            all.put(params[i], params[i + 1]);
        }
        return api.answer(new ApiRequest(method, path, all, headers));
    }

    /** A call that has to be answered well, with a task that ends well if it is one. */
    public JsonNode good(String method, String path, String... params) {
        ApiAnswer answer = call(method, path, params);
        assertThat(answer.status()).as(method + " " + path + ": " + answer).isEqualTo(200);
        JsonNode data = JSON.valueToTree(answer.data());
        if (data.isString() && data.asString("").startsWith("UPID:")) {
            assertThat(exit(data.asString(""))).as(method + " " + path).matches("OK|WARNINGS: \\d+");
        }
        return data;
    }

    /** How a task ended. */
    public String exit(String upid) {
        Map<String, String> before = headers;
        headers = Map.of("authorization", "PVEAPIToken=root@pam!rig=" + SECRET);
        ApiAnswer answer = call("GET", "/nodes/pve/tasks/" + upid + "/status");
        headers = before;
        return JSON.valueToTree(answer.data()).path("exitstatus").asString("");
    }

    /** Runs a command of root's on the machine. */
    public void root(String command) {
        commands.run(Invocation.of("/bin/sh", "-c", command));
    }
}
