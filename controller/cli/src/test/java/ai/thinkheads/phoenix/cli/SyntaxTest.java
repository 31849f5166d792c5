package ai.thinkheads.phoenix.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.cli.command.Verbs;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SyntaxTest {

    private final Map<String, Object> given = new TreeMap<>();

    private final CommandLine line = line();

    private CommandLine line() {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(null).name("do");
        new Syntax(spec)
                .word("GUEST", "Which.", text -> given.put("guest", text))
                .words("WORD", "What.", list -> given.put("words", List.copyOf(list)))
                .manifests("Manifests.", list -> given.put("files", List.copyOf(list)))
                .flag("-w, --watch", "Go on.", on -> given.put("watch", on))
                .negatable("--wait", "Wait.", on -> given.put("wait", on))
                .option("-o, --output", "FORMAT", "How.", text -> given.put("output", text))
                .folder("--folder", "DIR", "Where.", path -> given.put("folder", path))
                .number("--port", "PORT", "Where.", number -> given.put("port", number))
                .time("--timeout", "How long.", time -> given.put("timeout", time))
                .help();
        return new CommandLine(spec);
    }

    @Test
    void each_option_and_word_goes_to_whoever_declared_it() {
        line.parseArgs(
                "web",
                "a",
                "-w",
                "-oyaml",
                "b",
                "--port=1",
                "--timeout",
                "2m",
                "--no-wait",
                "--folder=d",
                "-f",
                "x",
                "y",
                "-f",
                "z");

        assertThat(given)
                .containsEntry("guest", "web")
                .containsEntry("words", List.of("a", "b"))
                .containsEntry("files", List.of("x", "y", "z"))
                .containsEntry("watch", true)
                .containsEntry("wait", false)
                .containsEntry("output", "yaml")
                .containsEntry("folder", Path.of("d"))
                .containsEntry("port", 1)
                .containsEntry("timeout", Duration.ofMinutes(2));
    }

    @Test
    void what_is_not_given_is_not_told_so_that_the_verb_keeps_its_own_value() {
        line.parseArgs("web", "a");

        assertThat(given).containsOnlyKeys("guest", "words", "wait");
        assertThat(given).containsEntry("wait", true);
    }

    @Test
    void what_cannot_be_meant_is_refused() {
        assertThatThrownBy(() -> line.parseArgs("web")).isInstanceOf(MissingParameterException.class);
        assertThatThrownBy(() -> line.parseArgs("web", "a", "-o", "x", "-o", "y"))
                .isInstanceOf(OverwrittenOptionException.class);
        assertThatThrownBy(() -> line.parseArgs("web", "a", "--timeout", "soon"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--timeout");
        assertThatThrownBy(() -> line.parseArgs("web", "a", "--port", "x")).hasMessageContaining("'x' is not an int");
    }

    @Test
    void every_verb_is_found_by_its_name_and_says_what_it_is_for() {
        List<String> seen = new ArrayList<>();
        for (String name : Verbs.NAMES) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
            int code = Phoenixctl.run(
                    new String[] {name, "--help"}, InputStream.nullInputStream(), stream, stream, Map.of());
            String help = out.toString(StandardCharsets.UTF_8);

            assertThat(code).isEqualTo(ExitCode.DONE);
            assertThat(help).startsWith("Usage: phoenixctl " + name + " [-h").contains("--state-dir=FOLDER");
            seen.add(help);
        }
        assertThat(seen).doesNotHaveDuplicates();
    }
}
