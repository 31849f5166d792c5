package ai.thinkheads.phoenix.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SelectorsTest {

    private static boolean matches(String selector, Map<String, String> labels) {
        return LabelSelector.parse(selector).matches(labels);
    }

    @Test
    void nothing_selects_everything() {
        assertThat(LabelSelector.parse(null).matches(null)).isTrue();
        assertThat(matches("", Map.of("a", "b"))).isTrue();
    }

    @Test
    void equality_and_inequality_are_understood() {
        assertThat(matches("app=web,tier!=db", Map.of("app", "web"))).isTrue();
        assertThat(matches("app==web", Map.of("app", "web"))).isTrue();
        assertThat(matches("app=web,tier!=db", Map.of("app", "web", "tier", "db")))
                .isFalse();
    }

    @Test
    void sets_and_existence_are_understood() {
        Map<String, String> labels = Map.of("env", "test", "x.y/z", "");
        assertThat(matches("env in (prod, test),x.y/z,!old", labels)).isTrue();
        assertThat(matches("env notin (prod,test)", labels)).isFalse();
        assertThat(matches("other notin (a)", labels)).isTrue();
    }

    @Test
    void a_selector_that_is_none_is_refused_with_what_there_is() {
        assertThatThrownBy(() -> LabelSelector.parse("a=b,=")).hasMessageContaining("key in (a,b)");
    }

    @Test
    void fields_that_cannot_be_selected_by_are_refused() {
        assertThatThrownBy(() -> FieldSelector.parse("spec.cores=2", Set.of("metadata.name")))
                .hasMessageContaining("field label not supported: spec.cores");
        FieldSelector selector = FieldSelector.parse("metadata.name!=web", Set.of("metadata.name"));
        assertThat(selector.matches(field -> "web")).isFalse();
        assertThat(selector.matches(field -> "db")).isTrue();
    }
}
