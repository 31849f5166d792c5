package ai.thinkheads.phoenix.cli.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class PlainJsonProperties {

    private static final JsonMapper JSON = new JsonMapper();

    @Property(tries = 500)
    void it_reads_what_jackson_writes(@ForAll("documents") JsonNode document, @ForAll boolean pretty) {
        byte[] text = pretty
                ? JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document)
                : JSON.writeValueAsBytes(document);

        assertThat(PlainJson.read(text)).isEqualTo(plain(document));
    }

    @Property(tries = 1000)
    void a_text_is_refused_or_read_and_nothing_else_happens(@ForAll("nearlyJson") String text) {
        try {
            PlainJson.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("the answer is not JSON at character ");
        }
    }

    @Example
    void escapes_are_read_as_the_characters_that_they_stand_for() {
        assertThat(read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"")).isEqualTo("\"\\/\b\f\n\r\té😀");
    }

    @Example
    void what_is_not_json_is_refused() {
        for (String text : List.of(
                "",
                " ",
                "{",
                "[",
                "[1",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "tru",
                "nul",
                "1 2",
                "{} x",
                "[".repeat(5000))) {
            assertThatThrownBy(() -> read(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Provide
    Arbitrary<JsonNode> documents() {
        JsonNodeFactory make = JsonNodeFactory.instance;
        Arbitrary<JsonNode> leaves = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(8).map(make::stringNode),
                Arbitraries.longs().map(make::numberNode),
                Arbitraries.of(true, false).map(make::booleanNode),
                Arbitraries.just(make.nullNode()));
        return Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(4).map(items -> {
                            ArrayNode array = make.arrayNode();
                            items.forEach(array::add);
                            return array;
                        }),
                        Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), inner)
                                .ofMaxSize(4)
                                .map(fields -> {
                                    ObjectNode object = make.objectNode();
                                    fields.forEach(object::set);
                                    return object;
                                })),
                0,
                3);
    }

    @Provide
    Arbitrary<String> nearlyJson() {
        return Arbitraries.of("{", "}", "[", "]", ":", ",", "\"", "\\", "u00", "a", "1", "-", "true", "null", " ")
                .list()
                .ofMaxSize(12)
                .map(words -> String.join("", words));
    }

    private static @Nullable Object read(String text) {
        return PlainJson.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isObject()) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            node.properties().forEach(each -> fields.put(each.getKey(), plain(each.getValue())));
            return fields;
        }
        if (node.isArray()) {
            List<@Nullable Object> items = new ArrayList<>();
            node.forEach(each -> items.add(plain(each)));
            return items;
        }
        return node.isNull() ? null : node.asString();
    }
}
