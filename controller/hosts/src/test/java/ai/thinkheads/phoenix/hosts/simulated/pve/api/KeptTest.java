package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.simulated.Lab;
import ai.thinkheads.phoenix.hosts.simulated.ManualClock;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was said to the API is still so when the machine was switched off and on again. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KeptTest {

    private static final String TEMPLATE = "local:vztmpl/debian.tar.zst";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private SimulatedHostDriver driver;
    private SimulatedHost host;
    private PveApi api;

    private void on() {
        on(Runnable::run);
    }

    private void on(Executor workers) {
        driver = new SimulatedHostDriver(folder, clock, new Random(7));
        host = driver.open("pve", Lab.spec(null), Map.of());
        api = new PveApi(host, clock, new Random(3), "rootpw123", workers);
        api.addToken("root@pam!rig", "secret", false);
    }

    @AfterEach
    void off() {
        host.close();
    }

    private JsonNode good(String method, String path, String... params) {
        return as("PVEAPIToken=root@pam!rig=secret", method, path, params);
    }

    private JsonNode as(String who, String method, String path, String... params) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i + 1 < params.length; i += 2) {
            all.put(params[i], params[i + 1]);
        }
        ApiAnswer answer = api.answer(new ApiRequest(method, path, all, Map.of("authorization", who)));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return JSON.valueToTree(answer.data());
    }

    private void container() {
        host.storages()
                .update(new Storages.Definition(
                        "local",
                        "dir",
                        Set.of("vztmpl", "backup", "rootdir", "images"),
                        Map.of("path", "/var/lib/vz")));
        host.templates().download("local", Templates.Type.ROOTFS, "debian.tar.zst", "https://images/d.tar.zst", "");
        good("POST", "/nodes/pve/lxc", "vmid", "101", "ostemplate", TEMPLATE, "rootfs", "local:2", "tty", "3");
    }

    @Test
    void options_that_the_model_has_no_terms_for_and_what_waits_of_them() {
        on();
        container();
        good("PUT", "/nodes/pve/lxc/101/config", "cpuunits", "77", "cmode", "shell");
        good("POST", "/nodes/pve/lxc/101/status/start");
        good("PUT", "/nodes/pve/lxc/101/config", "cmode", "console");
        String digest = good("GET", "/nodes/pve/lxc/101/config").path("digest").asString("");

        off();
        on();

        JsonNode config = good("GET", "/nodes/pve/lxc/101/config");
        assertThat(config.path("cpuunits").asInt()).isEqualTo(77);
        assertThat(config.path("tty").asInt()).isEqualTo(3);
        assertThat(config.path("cmode").asString("")).isEqualTo("console");
        assertThat(good("GET", "/nodes/pve/lxc/101/config", "current", "1")
                        .path("cmode")
                        .asString(""))
                .isEqualTo("shell");
        assertThat(config.path("digest").asString("")).isEqualTo(digest);
    }

    @Test
    void users_their_tokens_and_their_rights_and_no_password_as_it_was_typed() {
        on();
        container();
        good("POST", "/access/users", "userid", "ci@pve", "password", "citest123");
        String secret = good("POST", "/access/users/ci@pve/token/t1", "privsep", "0")
                .path("value")
                .asString("");
        good("PUT", "/access/acl", "path", "/vms", "roles", "PVEVMAdmin", "users", "ci@pve");
        good("PUT", "/nodes/pve/config", "description", "rack 4");

        off();
        on();

        assertThat(as("PVEAPIToken=ci@pve!t1=" + secret, "GET", "/nodes/pve/lxc"))
                .hasSize(1);
        assertThat(api.answer(new ApiRequest(
                                "POST",
                                "/access/ticket",
                                Map.of("username", "ci@pve", "password", "citest123"),
                                Map.of()))
                        .status())
                .isEqualTo(200);
        assertThat(good("GET", "/nodes/pve/config").path("description").asString(""))
                .isEqualTo("rack 4\n");
        assertThat(folder.resolve("pve/machine.jsonl")).content().doesNotContain("citest123");
    }

    private static Inside written(Inside before) {
        Map<String, Inside.Node> files = new HashMap<>(before.files());
        files.put("/srv/kept", new Inside.Node("f", "precious", 0644, 0, 0));
        return new Inside(
                before.distribution(),
                files,
                before.packages(),
                before.enabled(),
                before.active(),
                before.containers());
    }

    @Test
    void backups_and_what_was_in_the_guest() {
        on();
        container();
        good("POST", "/nodes/pve/lxc/101/status/start");
        host.person().inside(101, KeptTest::written);
        good("POST", "/nodes/pve/vzdump", "vmid", "101", "storage", "local", "mode", "stop", "compress", "zstd");
        good("POST", "/nodes/pve/lxc/101/status/stop");
        good("DELETE", "/nodes/pve/lxc/101");

        off();
        on();

        JsonNode listed = good("GET", "/nodes/pve/storage/local/content", "content", "backup");
        assertThat(listed).hasSize(1);
        String volume = listed.path(0).path("volid").asString("");
        assertThat(volume).matches("local:backup/vzdump-lxc-101-2026_01_01-00_00_\\d\\d\\.tar\\.zst");
        good("POST", "/nodes/pve/lxc", "vmid", "102", "restore", "1", "ostemplate", volume, "rootfs", "local:2");
        assertThat(good("GET", "/nodes/pve/lxc/102/config").path("tty").asInt()).isEqualTo(3);
        assertThat(host.person().look(102).files().get("/srv/kept").text()).isEqualTo("precious");
        good("DELETE", "/nodes/pve/storage/local/content/" + volume);
        assertThat(good("GET", "/nodes/pve/storage/local/content", "content", "backup"))
                .isEmpty();
    }

    @Test
    void an_archive_that_is_not_there_fails_the_task_and_makes_nothing() {
        on();
        container();

        JsonNode task = fails();

        JsonNode status = good("GET", "/nodes/pve/tasks/" + task.asString("") + "/status");
        assertThat(status.path("exitstatus").asString("")).contains("does not exist");
        assertThat(List.copyOf(host.console().state().containers().keySet())).containsExactly(101);
    }

    private static List<String> column(JsonNode list, String name) {
        List<String> all = new ArrayList<>();
        list.forEach(each -> all.add(each.path(name).asString("")));
        return all;
    }

    private JsonNode fails() {
        String archive = "local:backup/vzdump-lxc-9-2026_01_01-00_00_00.tar.zst";
        return good("POST", "/nodes/pve/lxc", "vmid", "102", "restore", "1", "ostemplate", archive);
    }

    private JsonNode tasks() {
        return good("GET", "/nodes/pve/tasks", "source", "all", "limit", "100000");
    }

    private static String task(JsonNode upid, String what) {
        return "/nodes/pve/tasks/" + upid.asString("") + "/" + what;
    }

    @Test
    void tasks_with_their_logs_and_how_they_ended() {
        on();
        container();
        JsonNode started = good("POST", "/nodes/pve/lxc/101/status/start");
        JsonNode failed = fails();
        JsonNode before = tasks();
        JsonNode log = good("GET", task(failed, "log"));
        assertThat(log).isNotEmpty();

        off();
        on();

        assertThat(tasks()).isEqualTo(before);
        assertThat(good("GET", task(started, "status")).path("exitstatus").asString(""))
                .isEqualTo("OK");
        assertThat(good("GET", task(failed, "status")).path("exitstatus").asString(""))
                .contains("does not exist");
        assertThat(good("GET", task(failed, "log"))).isEqualTo(log);

        JsonNode next = good("POST", "/nodes/pve/lxc/101/status/stop");
        assertThat(column(tasks(), "upid").getFirst()).isEqualTo(next.asString(""));
        assertThat(column(before, "upid")).doesNotContain(next.asString(""));
    }

    @Test
    void a_task_that_was_cut_off_by_the_end_of_the_machine_has_no_ending() {
        on(task -> {});
        container();
        String upid = column(tasks(), "upid").getFirst();
        assertThat(good("GET", "/nodes/pve/tasks/" + upid + "/status")
                        .path("status")
                        .asString(""))
                .isEqualTo("running");

        off();
        on();

        JsonNode status = good("GET", "/nodes/pve/tasks/" + upid + "/status");
        assertThat(status.path("status").asString("")).isEqualTo("stopped");
        assertThat(status.path("exitstatus").asString("")).isEqualTo("unexpected status");
        assertThat(List.copyOf(host.console().state().containers().keySet())).isEmpty();
    }

    @Test
    void the_latest_two_thousand_tasks_and_no_more() {
        on();
        container();
        JsonNode first = fails();
        for (int i = 0; i < 2_000; i++) {
            fails();
        }
        JsonNode before = tasks();

        off();
        on();

        assertThat(before).hasSize(2_000);
        assertThat(tasks()).isEqualTo(before);
        assertThat(column(before, "upid")).doesNotContain(first.asString(""));
    }
}
