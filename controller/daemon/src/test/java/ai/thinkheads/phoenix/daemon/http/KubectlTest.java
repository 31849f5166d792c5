package ai.thinkheads.phoenix.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.daemon.RunningDaemon;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real kubectl against a controller, through the proxy on loopback. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KubectlTest {

    @TempDir
    static Path folder;

    private static RunningDaemon daemon;
    private static LoopbackProxy proxy;
    private static String kubectl = "";

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> found = find();
        Assumptions.assumeTrue(found.isPresent(), "no kubectl: .ci/fetch-kubectl puts one into target/tools");
        kubectl = found.orElseThrow().toString();
        daemon = RunningDaemon.start(folder.resolve("state"));
        proxy = LoopbackProxy.start(daemon.socket(), 0);
        daemon.apply("", """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Hypervisor
                metadata: {name: lab}
                spec: {driver: simulated}
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: GuestClass
                metadata: {name: small, labels: {size: s}}
                spec: {container: {cores: 1}}
                """);
    }

    @AfterAll
    static void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
            daemon.close();
        }
    }

    private static Optional<Path> find() {
        Stream<Path> fetched = Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .map(path -> path.resolve("target/tools/kubectl"));
        Stream<Path> onPath = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .filter(each -> !each.isEmpty())
                .map(each -> Path.of(each, "kubectl"));
        return Stream.concat(fetched, onPath).filter(Files::isExecutable).findFirst();
    }

    private record Result(int code, String output) {}

    private static Process begin(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                kubectl,
                "--kubeconfig=/dev/null",
                "--cache-dir=" + folder.resolve("cache"),
                "-s",
                "http://127.0.0.1:" + proxy.port()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static Result kubectl(String stdin, String... arguments) throws IOException, InterruptedException {
        Process process = begin(arguments);
        try (var in = process.getOutputStream()) {
            in.write(stdin.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    private static String gc(String name, int cores) {
        return "apiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: GuestClass\nmetadata: {name: " + name
                + "}\nspec: {container: {cores: " + cores + "}}\n";
    }

    @Test
    void get_finds_kinds_by_their_short_names_and_prints_columns() throws Exception {
        assertThat(kubectl("", "get", "hv").output())
                .contains("NAME")
                .contains("DRIVER")
                .contains("simulated");
        assertThat(kubectl("", "get", "gc", "-l", "size=s", "-o", "name").output())
                .isEqualTo("guestclass.phoenix.thinkheads.ai/small\n");
        assertThat(kubectl("", "get", "all").output()).contains("guestclass.phoenix.thinkheads.ai/small");
        assertThat(kubectl("", "get", "ct", "none").output()).contains("NotFound");
    }

    @Test
    void describe_shows_conditions_and_events() throws Exception {
        assertThat(kubectl("", "wait", "--for=condition=Ready", "gc/small", "--timeout=20s")
                        .output())
                .contains("condition met");
        assertThat(kubectl("", "describe", "gc", "small").output())
                .contains("Type:                  Ready")
                .contains("Events:")
                .contains("Normal  Ready");
    }

    @Test
    void create_apply_edit_and_delete_work() throws Exception {
        assertThat(kubectl(gc("made", 2), "create", "-f", "-").output()).contains("created");
        assertThat(kubectl(gc("made", 2), "create", "-f", "-").output()).contains("AlreadyExists");
        assertThat(kubectl(gc("made", 3), "apply", "-f", "-").output()).contains("configured");
        assertThat(kubectl(gc("made", 3), "apply", "-f", "-").output()).contains("unchanged");
        assertThat(kubectl(gc("made", 4), "diff", "-f", "-").code()).isEqualTo(1);
        assertThat(kubectl("", "label", "gc", "made", "a=b").output()).contains("labeled");
        assertThat(kubectl(
                                "",
                                "patch",
                                "gc",
                                "made",
                                "--type=json",
                                "-p",
                                "[{\"op\":\"replace\",\"path\":\"/spec/container/cores\",\"value\":5}]")
                        .output())
                .contains("patched");
        assertThat(kubectl("", "get", "gc", "made", "-o", "jsonpath={.spec.container.cores}")
                        .output())
                .isEqualTo("5");
        assertThat(kubectl(gc("made", 5).replace("cores", "corse"), "apply", "-f", "-")
                        .output())
                .contains("did you mean 'cores'?");
        assertThat(kubectl("", "delete", "gc", "made", "--timeout=20s").output())
                .contains("deleted");
        assertThat(kubectl("", "get", "gc", "made").output()).contains("NotFound");
    }

    @Test
    void a_watch_shows_what_changes() throws Exception {
        Process watch = begin("get", "gc", "-w");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith("NAME");
            kubectl(gc("watched", 2), "create", "-f", "-");
            String line = lines.readLine();
            while (line != null && !line.startsWith("watched")) {
                line = lines.readLine();
            }
            assertThat(line).startsWith("watched");
        } finally {
            watch.destroy();
        }
        kubectl("", "delete", "gc", "watched");
    }

    @Test
    void explain_api_resources_version_and_access_reviews_answer() throws Exception {
        assertThat(kubectl("", "explain", "ct.spec.network").output())
                .contains("interfaces")
                .contains("Network cards");
        assertThat(kubectl("", "api-resources").output())
                .contains("lxccontainers")
                .contains("ct,container,containers");
        assertThat(kubectl("", "version").output()).contains("v1.32.0+phoenix");
        assertThat(kubectl("", "auth", "can-i", "delete", "gc").output()).contains("yes");
        assertThat(kubectl("", "get", "events").output()).contains("GuestClass/small");
        assertThat(kubectl(gc("ssa", 1), "apply", "--server-side", "-f", "-").output())
                .contains("server-side apply is not supported");
    }
}
