package ai.thinkheads.phoenix.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PatchesTest {

    private static JsonNode json(String text) {
        return ResourceCodec.json().readTree(text.replace('\'', '"'));
    }

    private static String patched(String document, String patch) {
        return JsonPatch.apply(json(document), json(patch)).toString().replace('"', '\'');
    }

    /** The examples of RFC 7386, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':'b'}|{'a':'c'}|{'a':'c'}",
                "{'a':'b'}|{'b':'c'}|{'a':'b','b':'c'}",
                "{'a':'b'}|{'a':null}|{}",
                "{'a':'b','b':'c'}|{'a':null}|{'b':'c'}",
                "{'a':['b']}|{'a':'c'}|{'a':'c'}",
                "{'a':'c'}|{'a':['b']}|{'a':['b']}",
                "{'a':{'b':'c'}}|{'a':{'b':'d','c':null}}|{'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]}|{'a':[1]}|{'a':[1]}",
                "['a','b']|['c','d']|['c','d']",
                "{'a':'b'}|['c']|['c']",
                "{'e':null}|{'a':1}|{'e':null,'a':1}",
                "[1,2]|{'a':'b','c':null}|{'a':'b'}",
                "{}|{'a':{'bb':{'ccc':null}}}|{'a':{'bb':{}}}",
            })
    void a_merge_patch_does_what_the_rfc_says(String document, String patch, String result) {
        assertThat(MergePatch.apply(json(document), json(patch))).isEqualTo(json(result));
    }

    @Test
    void json_patches_add_replace_remove_move_and_copy() {
        assertThat(patched(
                        "{'a':[1,3]}", "[{'op':'add','path':'/a/1','value':2},{'op':'add','path':'/a/-','value':4}]"))
                .isEqualTo("{'a':[1,2,3,4]}");
        assertThat(patched("{'a':{'b~/c':1}}", "[{'op':'remove','path':'/a/b~0~1c'}]"))
                .isEqualTo("{'a':{}}");
        assertThat(patched("{'a':1}", "[{'op':'move','from':'/a','path':'/b'},{'op':'copy','from':'/b','path':'/c'}]"))
                .isEqualTo("{'b':1,'c':1}");
    }

    @Test
    void replacing_a_member_that_is_missing_adds_it_as_kubernetes_does() {
        assertThat(patched("{}", "[{'op':'replace','path':'/a','value':1}]")).isEqualTo("{'a':1}");
    }

    @Test
    void what_does_not_fit_is_refused() {
        assertThatThrownBy(() -> patched("{'a':1}", "[{'op':'remove','path':'/b'}]"))
                .isInstanceOf(JsonPatch.Rejected.class)
                .hasMessageContaining("nothing to remove at /b");
        assertThatThrownBy(() -> patched("{'a':1}", "[{'op':'test','path':'/a','value':2}]"))
                .isInstanceOf(JsonPatch.Rejected.class);
        assertThatThrownBy(() -> patched("{'a':[1]}", "[{'op':'replace','path':'/a/7','value':2}]"))
                .isInstanceOf(JsonPatch.Rejected.class);
        assertThatThrownBy(() -> patched("{}", "{}")).isInstanceOf(ApiError.class);
    }

    @Test
    void the_document_itself_is_left_alone() {
        JsonNode document = json("{'a':{'b':1}}");
        JsonPatch.apply(document, json("[{'op':'remove','path':'/a/b'}]"));
        assertThat(document).isEqualTo(json("{'a':{'b':1}}"));
    }
}
