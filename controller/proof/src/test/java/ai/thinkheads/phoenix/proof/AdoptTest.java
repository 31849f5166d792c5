package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person takes over a host that exists. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AdoptTest {

    @TempDir
    private Path folder;

    private Shell shell;
    private String host;
    private Path out;

    /** A host on which somebody has made what the sample describes, and that Phoenix knows nothing of. */
    @BeforeEach
    void a_host_that_nobody_manages() {
        shell = new Shell(folder.resolve("state"));
        Path sample = Checkout.top().resolve("samples/first-container");
        host = sample.resolve("00-host.yaml").toString();
        out = folder.resolve("manifests");
        assertThat(shell.run("apply", "-f", sample.toString()).exitCode()).isZero();
        for (String name : List.of(
                "ct/web",
                "lxctemplate/debian-13",
                "storagepool/library",
                "storagepool/guests",
                "zfsdataset/library",
                "zfsdataset/guests",
                "zfspool/tank",
                "networkbridge/vmbr0")) {
            Shell.Outcome outcome = shell.run("delete", name);
            assertThat(outcome.exitCode()).as(name + outcome.err()).isZero();
        }
    }

    private String written() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(out)) {
            for (Path each : files.sorted().toList()) {
                all.append(Files.readString(each));
            }
        }
        return all.toString();
    }

    @Test
    @Tag("promise-7")
    @Tag("ask-38")
    void everything_is_written_applied_by_marks_alone_and_then_there_is_no_difference() throws IOException {
        Shell.Outcome adopted = shell.run("adopt", "--all", "-o", out.toString());

        assertThat(adopted.exitCode()).as(adopted.err()).isZero();
        assertThat(adopted.err())
                .contains("LxcContainer/web: adopt the existing container web")
                .contains("and changes nothing else");
        assertThat(out.resolve("80-containers.yaml")).content().contains("# container web (100)", "storage: guests");
        assertThat(shell.run("diff", "-f", out.toString()).exitCode()).isEqualTo(1);
        Shell.Outcome applied = shell.run("apply", "-f", out.toString());
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isZero();
        Shell.Outcome next = shell.run("diff", "-f", out.toString());
        assertThat(next.exitCode()).as(next.out()).isZero();
        assertThat(shell.run("adopt", "--all").out()).isEmpty();
        assertThat(shell.run("adopt").out()).contains("container web (100)", "managed already");
    }

    @Test
    void a_host_that_was_never_applied_is_read_by_its_manifest() throws IOException {
        shell.run("delete", "hypervisor", "lab");

        Shell.Outcome adopted = shell.run("adopt", "--all", "-f", host, "-o", out.toString());

        assertThat(adopted.exitCode()).as(adopted.err()).isZero();
        assertThat(out.resolve("00-hypervisor.yaml")).content().contains("driver: simulated", "hostname: lab");
        assertThat(shell.run("get", "all", "-o", "json").document().path("items"))
                .isEmpty();
        Shell.Outcome applied = shell.run("apply", "-f", out.toString());
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isZero();
        assertThat(shell.run("diff", "-f", out.toString()).exitCode()).isZero();
    }

    @Test
    void one_object_comes_with_what_it_refers_to_and_nothing_else() throws IOException {
        Shell.Outcome adopted = shell.run("adopt", "storagepool", "guests", "-o", out.toString());

        assertThat(adopted.exitCode()).as(adopted.err()).isZero();
        assertThat(written())
                .contains("kind: StoragePool", "kind: ZfsDataset", "kind: ZfsPool")
                .doesNotContain("LxcContainer", "library");
    }

    @Test
    void without_a_selection_there_is_a_list_and_nothing_is_written() {
        Shell.Outcome listed = shell.run("adopt");

        assertThat(listed.exitCode()).isZero();
        assertThat(listed.out()).contains("ON THE HOST", "container web (100)", "LxcContainer/web", "bridge vmbr0");
        assertThat(listed.err()).contains("Nothing is written yet");
    }

    @Test
    void what_is_not_there_and_what_contradicts_itself_is_refused_with_the_next_step() throws IOException {
        assertThat(shell.run("adopt", "ct", "wbe").err()).contains("there is no LxcContainer 'wbe' to adopt");
        assertThat(shell.run("adopt", "ct", "wbe").exitCode()).isEqualTo(1);
        assertThat(shell.run("adopt", "--all", "ct").exitCode()).isEqualTo(2);
        assertThat(shell.run("adopt", "--all", "--hypervisor", "beta").err())
                .contains("there is no Hypervisor/beta; there are lab");
        Files.createDirectories(out);
        Files.writeString(out.resolve("20-pools.yaml"), "mine\n");
        Shell.Outcome twice = shell.run("adopt", "--all", "-o", out.toString());
        assertThat(twice.exitCode()).isEqualTo(2);
        assertThat(twice.err()).contains("files are not overwritten", "20-pools.yaml");
        assertThat(out.resolve("20-pools.yaml")).hasContent("mine");
    }
}
