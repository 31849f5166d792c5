package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every lesson in {@code samples/} converges, and a second apply changes nothing. */
class SamplesTest {

    @TempDir
    Path states;

    @TestFactory
    List<DynamicTest> every_sample_converges() throws IOException {
        try (Stream<Path> folders = Files.list(Checkout.top().resolve("samples"))) {
            // That one is for a real machine, and LinuxHostTest applies it to one.
            List<Path> samples = folders.filter(Files::isDirectory)
                    .filter(each -> !each.endsWith("linux-host"))
                    .sorted()
                    .toList();
            assertThat(samples).hasSizeGreaterThan(8);
            return samples.stream()
                    .map(sample -> DynamicTest.dynamicTest(sample.getFileName().toString(), () -> converges(sample)))
                    .toList();
        }
    }

    private void converges(Path sample) {
        Shell shell = new Shell(states.resolve(sample.getFileName()));

        Shell.Outcome first = shell.run("apply", "-f", sample.toString(), "-o", "json");
        Shell.Outcome second = shell.run("apply", "-f", sample.toString(), "-o", "json");

        assertThat(sample.resolve("README.md")).exists();
        assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
        assertThat(second.exitCode()).as(second.out() + second.err()).isZero();
        assertThat(second.json().path("host").path("changes").asInt(-1)).isZero();
    }
}
