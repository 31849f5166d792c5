package ai.thinkheads.phoenix.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RequestBodyTest {

    private static String body(String metadata, String spec) {
        return """
                {"apiVersion": "phoenix.thinkheads.ai/v1alpha1", "kind": "LxcContainer",
                 "metadata": {"name": "web"%s},
                 "spec": {"template": "debian", "rootDisk": {"storage": "fast"}%s},
                 "status": {"observedGeneration": 2, "vmid": 104,
                   "conditions": [{"type": "Ready", "status": "True"}]}}
                """.formatted(metadata, spec);
    }

    @Test
    void metadata_and_status_of_the_server_are_kept() {
        Resource<?, ?> resource = ManifestReader.readTree(
                body(", \"resourceVersion\": \"7\", \"uid\": \"u\", \"generation\": 2, \"managedFields\": []", ""),
                true);

        assertThat(resource.resourceVersion()).isEqualTo(7);
        assertThat(resource.generation()).isEqualTo(2);
        assertThat(resource.has(Conditions.READY)).isTrue();
    }

    @Test
    void an_unknown_field_is_a_problem_only_where_the_client_asks_for_strictness() {
        String body = body("", ", \"memroy\": \"2Gi\"");

        assertThat(ManifestReader.readTree(body, false).name()).isEqualTo("web");
        assertThatThrownBy(() -> ManifestReader.readTree(body, true))
                .isInstanceOf(ManifestException.class)
                .hasMessage("request:3:66: spec.memroy: unknown field; did you mean 'memory'?");
        assertThatThrownBy(() -> ManifestReader.readTree(ResourceCodec.json().readTree(body), true))
                .hasMessage("request: spec.memroy: unknown field; did you mean 'memory'?");
    }

    @Test
    void values_are_validated_either_way() {
        assertThatThrownBy(() -> ManifestReader.readTree(body("", ", \"cores\": 0"), false))
                .hasMessage("request:3:75: spec.cores: must be at least 1, not 0");
    }

    @Test
    void what_is_no_single_resource_is_refused() {
        assertThatThrownBy(() -> ManifestReader.readTree("[]", true))
                .hasMessageEndingWith("a manifest is a mapping with apiVersion, kind, metadata and spec, not a list");
        assertThatThrownBy(() -> ManifestReader.readTree("", true))
                .hasMessage("request: the body must be one JSON object, not 0");
        assertThatThrownBy(() -> ManifestReader.readTree("{\"kind\": \"List\", \"items\": []}", true))
                .hasMessage("request:1:1: the body must be one resource, not a list");
        assertThatThrownBy(() -> ManifestReader.readTree(body("", "").replace("104", "\"many\""), true))
                .hasMessage("request: metadata or status do not have the form that the server gives them");
    }

    @Test
    @Tag("promise-9")
    void the_copy_of_a_secret_that_kubectl_keeps_is_dropped() {
        Resource<?, ?> secret = ManifestReader.readTree("""
                {"apiVersion": "phoenix.thinkheads.ai/v1alpha1", "kind": "Secret",
                 "metadata": {"name": "db", "annotations": {
                   "kubectl.kubernetes.io/last-applied-configuration": "{\\"spec\\":{\\"stringData\\":{\\"k\\":\\"hunter2\\"}}}"}},
                 "spec": {"stringData": {"k": "hunter2"}}}
                """, true);

        assertThat(secret.metadata().getAnnotations()).isEmpty();
    }
}
