package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was recorded at real machines comes out the same here: status, message, errors by parameter, and how tasks end. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TranscriptsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path REPORT = Path.of("target", "transcripts.md");

    /** What the recording machines could not do for reasons of their own; such exchanges are not sent. */
    private static final Map<String, String> BROKEN = Map.of(
            "apparmor", "the recording machine could not change AppArmor profiles, so nothing was hot-plugged there",
            "lxc-device", "the recording machine could not move a card into a running container",
            "exec of rsync", "the recording machine had no rsync: no copy came to be",
            "on an undefined value", "the recording machine had no KVM: no VM came to be",
            "ifreload -a", "the recording machine could not reload its network, and had it written down already");

    /** What is known to be otherwise here. */
    private static final List<Known> KNOWN = List.of();

    private record Known(String file, int from, int to, String why) {}

    private record Difference(String file, int line, String what, String expected, String got) {}

    private final List<Difference> differences = new ArrayList<>();
    private final List<String> unsent = new ArrayList<>();
    private final Map<String, String> names = new TreeMap<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean waits;
    private int compared;

    private static @Nullable Path folder() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolve("shared/pve/transcripts");
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        return null;
    }

    @Test
    void every_recorded_exchange_comes_out_the_same_or_is_known_to_differ() throws IOException {
        Path folder = folder();
        assumeThat(folder).as("no recordings of real machines are at hand").isNotNull();
        if (folder == null) {
            return;
        }
        for (String name : List.of("auth", "backup", "lxc1", "net2", "qemu", "vm-zfs")) {
            replay(name, folder.resolve(name + ".jsonl"));
        }
        report();
        assertThat(compared).isGreaterThan(100);
        assertThat(differences.stream().filter(each -> reason(each) == null).toList())
                .isEmpty();
    }

    private static @Nullable String reason(Difference difference) {
        return KNOWN.stream()
                .filter(each -> each.file().equals(difference.file())
                        && each.from() <= difference.line()
                        && difference.line() <= each.to())
                .map(Known::why)
                .findFirst()
                .orElse(null);
    }

    private void replay(String name, Path file) throws IOException {
        ApiRig rig = rig(name);
        int line = 0;
        boolean loggedIn = false;
        for (String text : Files.readAllLines(file)) {
            line++;
            JsonNode exchange = JSON.readTree(text);
            if (exchange.has("login")) {
                int status = rig.login(exchange.path("login").asString(""), loggedIn ? "rootpw123" : "wrong");
                loggedIn = true;
                compare(name, line, "login", exchange.path("status").asString(""), String.valueOf(status));
            } else if (exchange.has("cmd")) {
                rig.root(exchange.path("cmd").asString(""));
            } else if (broken(exchange) != null) {
                unsent.add(name + " " + line + ": " + broken(exchange));
                if (text.contains("ifreload")) {
                    rig.good("PUT", "/nodes/pve/network");
                }
            } else {
                exchange(name, line, rig, exchange);
            }
        }
    }

    private static @Nullable String broken(JsonNode exchange) {
        String said = exchange.path("body") + " "
                + exchange.path("task").path("status").path("exitstatus");
        return BROKEN.entrySet().stream()
                .filter(each -> said.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private void exchange(String name, int line, ApiRig rig, JsonNode exchange) {
        JsonNode request = exchange.path("request");
        List<String> params = new ArrayList<>();
        request.path("params").forEach(each -> {
            params.add(each.path(0).asString(""));
            params.add(each.path(1).asString(""));
        });
        String method = request.path("method").asString("");
        names.forEach((theirs, ours) -> params.replaceAll(each -> each.replace(theirs, ours)));
        String path =
                java.net.URLDecoder.decode(request.path("path").asString(""), java.nio.charset.StandardCharsets.UTF_8);
        waits = true;
        ApiAnswer answer = rig.call(method, path, params.toArray(String[]::new));
        waits = false;
        // Nobody waits for the conversion of a container, whose task is not told; it ends after the next question.
        if (!path.endsWith("/template")) {
            work();
        }
        String what = method + " " + path;
        JsonNode body = exchange.path("body");
        String expected = exchange.path("status").asString("") + " "
                + body.path("message").asString("").strip() + " " + sorted(body.path("errors"));
        String got = answer.status() + " " + answer.message().strip() + " " + sorted(JSON.valueToTree(answer.errors()));
        compare(name, line, what, expected, got);
        String exit = exchange.path("task").path("status").path("exitstatus").asString("");
        if (!exit.isEmpty() && answer.data() instanceof String upid) {
            compare(name, line, what + " (task)", exit, rig.exit(upid));
        }
        if (path.endsWith("/content")) {
            volumes(name, line, what, body.path("data"), JSON.valueToTree(answer.data()));
        }
        if (path.endsWith("/config") && body.path("data").isObject() && answer.status() == 200) {
            compare(name, line, what + " (data)", config(body.path("data")), config(JSON.valueToTree(answer.data())));
        }
    }

    /** A task begins when its call is answered. */
    private void begin(Runnable task) {
        if (waits) {
            tasks.add(task);
        } else {
            task.run();
        }
    }

    /** Lets the machine do what it has begun. */
    private void work() {
        for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
            next.run();
        }
    }

    /** Archives have the time in their names; they are the same when they are told in the same order. */
    private void volumes(String file, int line, String what, JsonNode theirs, JsonNode ours) {
        List<String> real = archives(theirs);
        List<String> here = archives(ours);
        compare(file, line, what + " (archives)", stripped(real), stripped(here));
        for (int i = 0; i < Math.min(real.size(), here.size()); i++) {
            names.put(real.get(i), here.get(i));
        }
    }

    private static List<String> archives(JsonNode data) {
        List<String> all = new ArrayList<>();
        data.forEach(each -> {
            if (each.path("content").asString("").equals("backup")) {
                all.add(each.path("volid").asString(""));
            }
        });
        all.sort(java.util.Comparator.naturalOrder());
        return all;
    }

    private static String stripped(List<String> volumes) {
        return volumes.stream()
                .map(each -> each.replaceAll("\\d{4}_\\d\\d_\\d\\d-\\d\\d_\\d\\d_\\d\\d", "TIME"))
                .toList()
                .toString();
    }

    private static String sorted(JsonNode errors) {
        Map<String, String> all = new TreeMap<>();
        errors.properties()
                .forEach(each -> all.put(each.getKey(), each.getValue().asString("")));
        return all.toString();
    }

    /** Options without what is made up anew everywhere. */
    private static String config(JsonNode data) {
        Map<String, String> all = new TreeMap<>();
        data.properties()
                .forEach(each -> all.put(
                        each.getKey(),
                        String.valueOf(each.getValue()).replaceAll("([0-9A-F]{2}:){5}[0-9A-F]{2}", "MAC")));
        all.remove("digest");
        return all.toString();
    }

    private void compare(String file, int line, String what, String expected, String got) {
        compared++;
        if (!expected.equals(got)) {
            differences.add(new Difference(file, line, what, expected, got));
        }
    }

    private void report() throws IOException {
        StringBuilder text = new StringBuilder("# Recorded exchanges\n\n");
        text.append(compared)
                .append(" answers and ends of tasks compared, ")
                .append(differences.size())
                .append(" differ.\n");
        for (Difference each : differences) {
            text.append("\n## ")
                    .append(each.file())
                    .append(' ')
                    .append(each.line())
                    .append(": ")
                    .append(each.what());
            text.append("\n- real: `")
                    .append(each.expected().replace("\n", "\\n"))
                    .append('`');
            text.append("\n- here: `").append(each.got().replace("\n", "\\n")).append('`');
            text.append("\n- why: ").append(reason(each)).append('\n');
        }
        text.append("\n## Not sent\n\n");
        unsent.forEach(each -> text.append("- ").append(each).append('\n'));
        Files.createDirectories(REPORT.getParent());
        Files.writeString(REPORT, text);
    }

    /** A machine as the one was on which the recording began. */
    private ApiRig rig(String recording) {
        ApiRig rig = switch (recording) {
            case "vm-zfs" -> new ApiRig("9.2.11", List.of("/dev/sda", "/dev/sdb", "/dev/sdc", "/dev/sdd"), this::begin);
            default -> new ApiRig("9.2.11", List.of(), this::begin);
        };
        if (recording.equals("auth") || recording.equals("lxc1")) {
            rig.good(
                    "POST",
                    "/nodes/pve/lxc",
                    "vmid",
                    "101",
                    "ostemplate",
                    ApiRig.TEMPLATE,
                    "rootfs",
                    "local:2",
                    "hostname",
                    "ct101",
                    "memory",
                    "512",
                    "swap",
                    "0",
                    "cores",
                    "1",
                    "features",
                    "nesting=1",
                    "net0",
                    "name=eth0,bridge=vmbr0,ip=10.9.0.5/24,gw=10.9.0.1");
            rig.good("POST", "/nodes/pve/lxc/101/status/start");
            rig.root("mkdir -p /srv/bind");
        }
        return rig;
    }
}
