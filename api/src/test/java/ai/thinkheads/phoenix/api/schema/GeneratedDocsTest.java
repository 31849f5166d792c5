package ai.thinkheads.phoenix.api.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GeneratedDocsTest {

    static List<Kind<?, ?>> kinds() {
        return Kinds.ALL;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void every_field_of_a_spec_and_a_status_says_what_it_means(Kind<?, ?> kind) {
        assertDescribed(FieldDocs.of(kind));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void schemas_are_closed_and_name_every_field(Kind<?, ?> kind) {
        ObjectNode schema = JsonSchemas.of(kind);

        assertThat(schema.at("/properties/kind/const").asString()).isEqualTo(kind.name());
        assertThat(schema.at("/properties/spec/additionalProperties").asBoolean(true))
                .isFalse();
        List<String> names = FieldDocs.find(kind, "spec").children().stream()
                .map(FieldDoc::name)
                .toList();
        assertThat(schema.at("/properties/spec/properties").propertyNames()).containsExactlyElementsOf(names);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void definitions_for_kubernetes_are_structural(Kind<?, ?> kind) {
        CustomResourceDefinition crd = Crds.of(kind);

        assertThat(crd.getMetadata().getName()).isEqualTo(kind.plural() + ".phoenix.thinkheads.ai");
        assertThat(crd.getSpec().getNames().getShortNames()).isEqualTo(kind.shortNames());
        assertStructural(crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_page_has_the_example_and_every_field(Kind<?, ?> kind) {
        String page = KindPage.markdown(kind, "kind: " + kind.name());

        assertThat(page).startsWith("# " + kind.name() + "\n").contains("```yaml\nkind: " + kind.name() + "\n```");
        FieldDocs.find(kind, "spec")
                .children()
                .forEach(field -> assertThat(page).contains("| `" + field.name() + "` |"));
    }

    @Test
    void constraints_reach_the_schema() {
        JsonNode spec = JsonSchemas.of(Kinds.LXC_CONTAINER).at("/properties/spec/properties");

        assertThat(spec.at("/vmid/minimum").asInt()).isEqualTo(100);
        assertThat(spec.at("/runPolicy/enum").toString()).isEqualTo("[\"Running\",\"Stopped\",\"Frozen\",\"Manual\"]");
        assertThat(spec.at("/mounts/items/required").toString()).isEqualTo("[\"name\",\"path\"]");
        assertThat(spec.at("/hostname/pattern").asString()).startsWith("^").endsWith("$");
        assertThat(spec.at("/memory/type").toString()).isEqualTo("[\"string\",\"integer\"]");
    }

    @Test
    void defaults_in_a_class_require_nothing() {
        assertThat(JsonSchemas.of(Kinds.GUEST_CLASS).at("/properties/spec").toString())
                .doesNotContain("\"required\"");
    }

    @Test
    void one_schema_holds_all_kinds() {
        assertThat(JsonSchemas.ofAll().at("/oneOf").size()).isEqualTo(Kinds.ALL.size());
    }

    @Test
    void explain_finds_a_field_by_any_name_of_its_kind() {
        FieldDoc network = FieldDocs.find("ct.spec.network");

        assertThat(network.type()).isEqualTo("Object");
        assertThat(network.description()).isEqualTo("Network cards.");
        assertThat(FieldDocs.find("containers.spec.network.interfaces[0].vlan").constraints())
                .containsExactly("1 to 4094");
        assertThat(FieldDocs.find("ct.spec.runPolicy").values())
                .containsExactly("Running", "Stopped", "Frozen", "Manual");
        assertThat(FieldDocs.find("zpool").children())
                .extracting(FieldDoc::name)
                .containsExactly("apiVersion", "kind", "metadata", "spec", "status");
        assertThat(FieldDocs.find("ct.status.conditions.type").description()).isNotBlank();
    }

    @Test
    void explain_names_the_nearest_field() {
        assertThatThrownBy(() -> FieldDocs.find("ct.spec.netwrk"))
                .hasMessage("there is no field 'netwrk' in LxcContainer.spec; did you mean 'network'?");
        assertThatThrownBy(() -> FieldDocs.find("contaner.spec"))
                .hasMessage("there is no kind 'contaner'; did you mean container?");
        assertThatThrownBy(() -> FieldDocs.find("ct.spec.cores.x"))
                .hasMessage("LxcContainer.spec.cores has no fields of its own");
    }

    private static void assertDescribed(FieldDoc field) {
        assertThat(field.description()).as(field.path()).isNotBlank();
        field.children().forEach(GeneratedDocsTest::assertDescribed);
    }

    private static void assertStructural(JSONSchemaProps schema) {
        boolean free = Boolean.TRUE.equals(schema.getXKubernetesPreserveUnknownFields())
                || Boolean.TRUE.equals(schema.getXKubernetesIntOrString());
        assertThat(free || schema.getType() != null).isTrue();
        assertThat(schema.get$ref()).isNull();
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(GeneratedDocsTest::assertStructural);
        }
        if (schema.getItems() != null && schema.getItems().getSchema() != null) {
            assertStructural(schema.getItems().getSchema());
        }
    }
}
