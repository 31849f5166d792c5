package ai.thinkheads.phoenix.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Specimens;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The quick reader and the full parser are two ways to the same tree, places included. */
class PlainYamlProperties {

    private static final String[] PIECES = {
        "a",
        "b:",
        "c: d",
        "- ",
        "-",
        "- e: f",
        "  ",
        " ",
        "\n",
        "\n",
        "\n  ",
        "\n  - ",
        "\n- ",
        ": ",
        "#",
        " # x",
        "'",
        "\"",
        "'q'",
        "\"q\"",
        "|",
        "\n    ",
        "---",
        "...",
        "1",
        "~",
        "[",
        "{}",
        "a: b: c",
        "key:\n",
        "x:\n  y: 1\n",
        "l:\n- a\n- b: 1\n  c: 2\n",
        "- - a",
        "\t",
        "?",
        "&a",
        "*a",
        "!t",
        "é",
        "g:h",
        "http://x:80/y",
        "10:30",
        "%",
        "\\",
        ",",
        "true",
        "{a: 1}",
        "{a: b, c: 'd'}",
        "f: {a: [1, b c], d: {e: f}}",
        "[a, b]",
        "- [a, {b: c}] # x",
        "{",
        "}",
        "]",
        "{a: ",
        "[a: b]",
        "{a: b,}",
        "{a}",
        "[]",
        "''",
        "a # b",
        "k2: # c\n"
    };

    @Property(tries = 20_000)
    void what_the_quick_reader_reads_is_what_the_full_parser_reads(@ForAll("texts") String text) {
        assertSame(text);
    }

    @Property(tries = 400)
    void manifests_are_read_the_same(@ForAll("resources") Resource<?, ?> resource) {
        assertSame(ResourceCodec.yaml(resource));
    }

    @Example
    void an_ordinary_manifest_takes_the_quick_way() {
        String text = """
                ---
                # A web server.
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: LxcContainer
                metadata:
                  name: web
                  labels:
                    app.kubernetes.io/name: web
                spec:
                  template: debian
                  rootDisk:
                    storage: fast
                    size: 8Gi

                  network:
                    interfaces:
                    - bridge: lan
                      address: 10.0.0.5/24
                      mac: "BC:24:11:00:00:01"
                  mounts:
                    - name: data
                      path: /data
                  tags:
                  - a
                  - 'b'
                  description: # none
                  cores: 2 # of 8
                  startup: {order: 1, up: 30s}
                  volumes: [{path: /a, source: 'b c'}, {path: /d, options: [ro, noatime]}] # two
                """;

        assertThat(PlainYaml.parse(text, 7)).isNotNull();
        assertSame(text);
    }

    private static void assertSame(String text) {
        Tree quick = PlainYaml.parse(text, 7);
        if (quick != null) {
            ProblemList problems = new ProblemList("x");
            assertThat(YamlText.parse(text, 7, problems)).as(text).isEqualTo(List.of(quick));
            assertThat(problems.all()).as(text).isEmpty();
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.randomValue(PlainYamlProperties::text);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder("k: v\n");
        for (int i = random.nextInt(14); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    @Provide
    Arbitrary<Resource<?, ?>> resources() {
        return Arbitraries.randomValue(random -> new Specimens(random, false, true).resource());
    }
}
