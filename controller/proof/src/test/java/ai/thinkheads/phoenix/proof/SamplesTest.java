package ai.thinkheads.phoenix.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

    @TestFactory
    List<DynamicTest> the_commands_of_every_lesson_do_what_they_say() throws IOException {
        try (Stream<Path> folders = Files.list(Checkout.top().resolve("samples"))) {
            return folders.filter(Files::isDirectory)
                    .filter(each -> !each.endsWith("linux-host"))
                    .sorted()
                    .map(sample -> DynamicTest.dynamicTest(sample.getFileName().toString(), () -> follow(sample)))
                    .toList();
        }
    }

    /** What a reader of the lesson would type, in that order. */
    private void follow(Path sample) throws IOException {
        Shell shell = new Shell(states.resolve("lesson-" + sample.getFileName()));
        List<String> commands = Files.readAllLines(sample.resolve("README.md")).stream()
                .filter(line -> line.startsWith("phoenixctl "))
                .toList();
        assertThat(commands).hasSizeGreaterThan(2);
        for (String command : commands) {
            boolean mayFail = command.endsWith(" || true");
            String[] words = command.replace(" || true", "")
                    .replace("samples/", Checkout.top().resolve("samples") + "/")
                    .split(" ");
            Shell.Outcome outcome = shell.run(Arrays.copyOfRange(words, 1, words.length));
            assertThat(outcome.exitCode())
                    .as(command + "\n" + outcome.out() + outcome.err())
                    .isLessThan(mayFail ? 2 : 1);
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
