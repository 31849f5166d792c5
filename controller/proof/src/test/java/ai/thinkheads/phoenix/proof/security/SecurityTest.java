package ai.thinkheads.phoenix.proof.security;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.proof.Canary;
import ai.thinkheads.phoenix.proof.Checkout;
import ai.thinkheads.phoenix.proof.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller of its own process, everything that it says and writes, and people who mean no good. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SecurityTest {

    private static final Canary CANARY = new Canary("canary-7f3a9c-never-to-be-seen");
    private static final Canary OTHER = new Canary("canary-51be02-changed-later");

    @TempDir
    private Path folder;

    private Path state;
    private Path log;
    private Shell shell;
    private Process controller;
    private final StringBuilder said = new StringBuilder();

    @BeforeEach
    void a_controller_that_logs_all_it_can() throws Exception {
        state = folder.resolve("state");
        log = folder.resolve("controller.log");
        shell = new Shell(state);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dguice_bytecode_gen_option=DISABLED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "ai.thinkheads.phoenix.cli.Phoenixctl",
                        "controller",
                        "-v")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("PHOENIX_STATE_DIR", state.toString());
        controller = builder.start();
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!Files.exists(state.resolve("phoenix.sock")) && System.nanoTime() < until) {
            Thread.sleep(50);
        }
    }

    @AfterEach
    void the_controller_ends() throws InterruptedException {
        controller.destroy();
        controller.waitFor();
    }

    private Shell.Outcome run(String... arguments) {
        return noted(shell.run(arguments));
    }

    private Shell.Outcome feed(String stdin, String... arguments) {
        return noted(shell.feed(stdin, arguments));
    }

    private Shell.Outcome noted(Shell.Outcome outcome) {
        said.append(outcome.out()).append(outcome.err());
        return outcome;
    }

    private static String ground() {
        Path sample = Checkout.top().resolve("samples/first-container");
        try {
            return Files.readString(sample.resolve("00-host.yaml")) + "---\n"
                    + Files.readString(sample.resolve("10-ground.yaml"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A Secret by each way in, a container whose feature uses one, one whose feature fails while it says it, and a machine. */
    private static String secrets(Canary canary) {
        return canary.manifests() + """
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Feature
            metadata: {name: chatty}
            spec:
              scope: Container
              version: "1"
              parameters: {type: object, properties: {token: {type: string}}}
              check: "false"
              install: "echo login with $TOKEN failed >&2; exit 3"
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcContainer
            metadata: {name: quiet}
            spec:
              template: debian-13
              rootDisk: {storage: guests}
              %s
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcContainer
            metadata: {name: loud}
            spec:
              template: debian-13
              rootDisk: {storage: guests}
              provision: {features: [{name: chatty, parameters: {token: {secretRef: {name: token, key: value}}}}]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: CloudImage
            metadata: {name: image}
            spec: {storage: library, url: "https://example.org/i.qcow2", sha256: "%s"}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: VirtualMachine
            metadata: {name: builder}
            spec:
              image: image
              disks: [{name: root, storage: guests, size: 8Gi}]
              cloudInit: {user: dev, password: {name: token, key: value}}
            """.formatted(Canary.PROVISION, "1".repeat(64));
    }

    @Test
    @Tag("promise-9")
    void a_secret_is_in_no_output_no_log_no_argument_and_no_file_of_a_whole_run() throws Exception {
        feed(ground() + secrets(CANARY), "apply", "-f", "-", "--timeout", "8s");
        assertThat(run("get", "ct/quiet").out()).contains("running");
        feed(ground() + secrets(OTHER), "diff", "-f", "-");
        feed(ground() + secrets(OTHER), "apply", "-f", "-", "--timeout", "8s", "-o", "json");
        run("get", "all", "-o", "yaml");
        run("get", "all", "-o", "json");
        run("get", "secrets");
        run("get", "secrets", "-o", "yaml");
        for (String each : List.of("secret/token", "ct/quiet", "ct/loud", "vm/builder")) {
            run("describe", each);
        }
        run("events");
        run("status");
        run("graph");
        run("adopt");
        run("exec", "quiet", "--", "env");
        String arguments = arguments();
        controller.destroy();
        controller.waitFor();

        assertThat(said).contains("LxcContainer/loud", "***");
        assertThat(said + arguments + Files.readString(log))
                .doesNotContain(CANARY.word())
                .doesNotContain(OTHER.word());
        assertThat(CANARY.filesWith(folder)).isEmpty();
        assertThat(OTHER.filesWith(folder)).isEmpty();
    }

    /** The arguments and the environment of the controller and of everything that it started. */
    private String arguments() {
        StringBuilder all = new StringBuilder();
        Stream.concat(Stream.of(controller.toHandle()), controller.descendants())
                .forEach(process -> {
                    for (String file : List.of("cmdline", "environ")) {
                        try {
                            all.append(Files.readString(
                                    Path.of("/proc", String.valueOf(process.pid()), file),
                                    StandardCharsets.ISO_8859_1));
                        } catch (IOException e) {
                            // It is gone already.
                        }
                    }
                });
        return all.toString();
    }

    @Test
    @Tag("promise-9")
    void the_state_is_for_its_owner_only_and_the_socket_for_the_group() throws IOException {
        feed(ground() + secrets(CANARY), "apply", "-f", "-", "--no-wait");

        assertThat(mode(state)).isEqualTo("rwx------");
        assertThat(mode(state.resolve("phoenix.sock"))).isEqualTo("rw-rw----");
        assertThat(mode(state.resolve("vault"))).isEqualTo("rwx------");
        try (Stream<Path> files = Files.walk(state.resolve("vault"))) {
            assertThat(files.filter(Files::isRegularFile).toList())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    @Tag("promise-9")
    void hostile_names_and_values_are_refused_or_taken_as_text() throws IOException {
        Path pwned = folder.resolve("pwned");
        List<String> hostile = List.of(
                "../../etc/passwd",
                "a;touch " + pwned,
                "$(touch " + pwned + ")",
                "`touch " + pwned + "`",
                "a\\nb",
                "-rf",
                "a'b",
                "${jndi:ldap://127.0.0.1/a}",
                "%s%n%x");
        for (String each : hostile) {
            String name = feed(guest("\"" + each + "\"", "x", "/x"), "apply", "-f", "-")
                    .err();
            assertThat(name).as(each).contains("metadata.name");
            assertThat(run("get", "ct", each).exitCode()).as(each).isNotZero();
            assertThat(run("describe", "ct/" + each).exitCode()).as(each).isNotZero();
        }
        feed(ground(), "apply", "-f", "-", "--timeout", "20s");
        int place = 0;
        for (String each : hostile) {
            String web = "web-" + place++;
            Shell.Outcome outcome = feed(guest(web, each, "/srv/ok"), "apply", "-f", "-", "--timeout", "20s");
            assertThat(outcome.exitCode())
                    .as(each + outcome.out() + outcome.err())
                    .isZero();
            assertThat(run("get", "ct", web, "-o", "json")
                            .document()
                            .path("spec")
                            .path("description")
                            .asString(""))
                    .isEqualTo(each.replace("\\n", "\n"));
        }
        assertThat(feed(guest("web", "x", "/srv/../etc"), "apply", "-f", "-").err())
                .contains("path");
        assertThat(pwned).doesNotExist();
        assertThat(Files.readString(log)).doesNotContain("Exception");
        assertThat(run("get", "ct", "web-0").exitCode()).isZero();
    }

    private static String guest(String name, String description, String mount) {
        return """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: LxcContainer
                metadata: {name: %s}
                spec:
                  template: debian-13
                  rootDisk: {storage: guests}
                  runPolicy: Stopped
                  description: "%s"
                  mounts: [{name: m, path: %s, storage: guests, size: 1Gi}]
                """.formatted(name, description, mount);
    }
}
