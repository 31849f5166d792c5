package ai.thinkheads.phoenix.kinds.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ParameterSchemaTest {

    record Case(String reason, Map<String, Object> schema, Object value, List<String> problems) {
        @Override
        public String toString() {
            return reason;
        }
    }

    static final List<Case> CASES = List.of(
            new Case("text is text", Map.of("type", "string"), "x", List.of()),
            new Case("a number is no text", Map.of("type", "string"), 1, List.of("p.v: must be of type string")),
            new Case("a whole number is an integer", Map.of("type", "integer"), 1.0, List.of()),
            new Case("a fraction is none", Map.of("type", "integer"), 1.5, List.of("p.v: must be of type integer")),
            new Case("one of several types", Map.of("type", List.of("string", "integer")), 1, List.of()),
            new Case("too small", Map.of("type", "integer", "minimum", 5), 4, List.of("p.v: must be at least 5")),
            new Case("too large", Map.of("type", "number", "maximum", 5), 5.5, List.of("p.v: must be at most 5")),
            new Case("too short", Map.of("minLength", 2), "x", List.of("p.v: must have at least 2 characters")),
            new Case("another form", Map.of("pattern", "^[a-z]+$"), "A", List.of("p.v: must match ^[a-z]+$")),
            new Case(
                    "not among the words",
                    Map.of("enum", List.of("a", "b")),
                    "c",
                    List.of("p.v: must be one of [a, b]")),
            new Case("numbers equal in value are equal", Map.of("enum", List.of(1, 2)), 2.0, List.of()),
            new Case(
                    "an element of a list",
                    Map.of("type", "array", "items", Map.of("type", "integer")),
                    List.of(1, "x"),
                    List.of("p.v[1]: must be of type integer")),
            new Case(
                    "a field of an object",
                    Map.of(
                            "type",
                            "object",
                            "required",
                            List.of("a"),
                            "properties",
                            Map.of("a", Map.of(), "b", Map.of("type", "boolean"))),
                    Map.of("b", "yes"),
                    List.of("p.v.a: is required", "p.v.b: must be of type boolean")),
            new Case(
                    "what is not among the fields",
                    Map.of("type", "object", "properties", Map.of("a", Map.of())),
                    Map.of("z", 1),
                    List.of("p.v.z: is not a parameter of this feature, which has a")),
            new Case(
                    "what may be among others",
                    Map.of("type", "object", "additionalProperties", true),
                    Map.of("z", 1),
                    List.of()),
            new Case(
                    "a secret is not looked at",
                    Map.of("type", "integer", "minimum", 5),
                    Map.of("secretRef", Map.of("name", "x")),
                    List.of()));

    @ParameterizedTest
    @FieldSource("CASES")
    void a_value_is_checked_by_its_schema(Case each) {
        Map<String, Object> schema = Map.of("type", "object", "properties", Map.of("v", each.schema()));

        assertThat(ParameterSchema.problems("p", schema, Map.of("v", each.value())))
                .containsExactlyInAnyOrderElementsOf(each.problems());
    }
}
