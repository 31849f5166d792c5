package ai.thinkheads.phoenix.kinds.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.kinds.TestBed;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FeatureTest {

    @TempDir
    Path root;

    private TestBed bed;

    @BeforeEach
    void open() {
        bed = new TestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private static String feature(String name, String rest) {
        return "kind: Feature\nmetadata: {name: " + name
                + "}\nspec:\n  scope: Host\n  version: '1'\n  check: 'true'\n  install: 'true'\n" + rest.indent(2);
    }

    @Test
    @Tag("promise-8")
    void a_schema_that_is_none_of_an_object_is_refused_with_every_problem() {
        bed.apply(feature("f", "parameters: {type: string, required: [b], properties: {a: {type: text}}}"));

        assertThatThrownBy(() -> bed.plan("Feature/f"))
                .hasMessageContaining(
                        "spec.parameters.type: the schema of parameters has to be of type object, not string")
                .hasMessageContaining("spec.parameters.properties.a.type: 'text' is no type")
                .hasMessageContaining("spec.parameters.required: 'b' is not among");
    }

    @Test
    void a_circle_of_requirements_is_named() {
        bed.apply(feature("a", "requires: [b]"), feature("b", "requires: [c]"), feature("c", "requires: [a]"));

        assertThatThrownBy(() -> bed.plan("Feature/a")).hasMessageContaining("a -> b -> c -> a");
        assertThat(bed.apply(feature("c", "")).plan("Feature/a")).isEmpty();
    }

    @Test
    void a_feature_shows_where_it_is_installed() {
        bed.apply(feature("f", ""), TestBed.HYPERVISOR + "  features: [{name: f}]\n")
                .converge("Hypervisor/lab");

        assertThat(bed.assess("Feature/f").facts().toString()).contains("target=Hypervisor/lab, version=1");
    }
}
