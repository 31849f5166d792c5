package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The main job: the reference host in {@code resources/} converges on a simulated machine, and stays. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MainJobTest {

    @TempDir
    Path state;

    private final String resources = Checkout.top().resolve("resources").toString();

    @Test
    @Tag("promise-1")
    void a_folder_converges_and_a_second_apply_changes_nothing() {
        Shell shell = new Shell(state);

        Shell.Outcome first = shell.run("apply", "-f", resources, "-o", "json");
        Shell.Outcome second = shell.run("apply", "-f", resources, "-o", "json");

        assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
        assertThat(first.json().path("ready").asInt(-1))
                .isEqualTo(first.json().path("total").asInt(-2));
        assertThat(first.json().path("host").path("changes").asInt(0)).isPositive();
        assertThat(second.exitCode()).isZero();
        assertThat(second.json().path("host").path("changes").asInt(-1)).isZero();
        assertThat(second.json().path("resources").path("unchanged").asInt(-1))
                .isEqualTo(second.json().path("total").asInt(-2));
    }

    @Test
    void what_the_guests_were_given_is_summed_up_before_apply_ends() {
        Shell shell = new Shell(state);
        shell.run("apply", "-f", resources, "-o", "json");

        JsonNode host = shell.run("get", "hv", "phoenix", "-o", "json").document();
        JsonNode pool = shell.run("get", "zfspool", "quickos", "-o", "json").document();
        shell.run("reconcile", "hv/phoenix", "zfspool/quickos");
        JsonNode hostLater = shell.run("get", "hv", "phoenix", "-o", "json").document();
        JsonNode poolLater =
                shell.run("get", "zfspool", "quickos", "-o", "json").document();

        assertThat(host.path("status").path("allocated").path("guests").asInt(0))
                .isPositive();
        assertThat(host.path("status").path("allocated"))
                .isEqualTo(hostLater.path("status").path("allocated"));
        assertThat(pool.path("status").path("allocated"))
                .isEqualTo(poolLater.path("status").path("allocated"));
    }

    @Test
    @Tag("promise-4")
    void with_the_state_directory_deleted_everything_is_recognised_on_the_host() throws IOException {
        Shell shell = new Shell(state);
        shell.run("apply", "-f", resources, "-o", "json");
        deleteAllBut(state, "simulated", "vault");

        Shell.Outcome again = shell.run("apply", "-f", resources, "-o", "json");

        assertThat(again.exitCode()).as(again.out() + again.err()).isZero();
        assertThat(again.json().path("host").path("changes").asInt(-1)).isZero();
        assertThat(again.json().path("resources").path("created").asInt(-1))
                .isEqualTo(again.json().path("total").asInt(-2));
    }

    @Test
    @Tag("promise-3")
    void diff_shows_the_steps_beforehand_and_nothing_afterwards() {
        Shell shell = new Shell(state);

        Shell.Outcome before = shell.run("diff", "-f", resources);
        shell.run("apply", "-f", resources, "-o", "json");
        Shell.Outcome after = shell.run("diff", "-f", resources);

        assertThat(before.exitCode()).as(before.err()).isEqualTo(1);
        assertThat(before.out()).contains("+ ZfsPool/quickos", "+ VirtualMachine/portainer");
        assertThat(after.exitCode()).as(after.out() + after.err()).isZero();
    }

    @Test
    @Tag("promise-9")
    void generated_secrets_are_in_no_file_but_the_sealed_ones() throws IOException {
        Shell shell = new Shell(state);
        shell.run("apply", "-f", resources, "-o", "json");
        String secret = shell.run("exec", "step-ca", "--", "cat", "/etc/step-ca/password")
                .out()
                .strip();

        assertThat(secret).hasSize(40);
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(each -> !each.startsWith(state.resolve("simulated")))
                    .toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(secret);
            }
        }
    }

    @Test
    void deletion_runs_backwards_and_leaves_nothing_in_the_store() {
        Shell shell = new Shell(state);
        shell.run("apply", "-f", resources, "-o", "json");

        Shell.Outcome deleted = shell.run("delete", "-f", resources, "--timeout", "60s");

        assertThat(deleted.exitCode()).as(deleted.err()).isZero();
        JsonNode left = shell.run("get", "all", "-o", "json").document();
        assertThat(left.path("items")).isEmpty();
    }

    private static void deleteAllBut(Path folder, String... kept) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path each : entries.sorted(Comparator.reverseOrder()).toList()) {
                boolean keep =
                        each.equals(folder) || Stream.of(kept).anyMatch(name -> each.startsWith(folder.resolve(name)));
                if (!keep) {
                    Files.delete(each);
                }
            }
        }
    }
}
