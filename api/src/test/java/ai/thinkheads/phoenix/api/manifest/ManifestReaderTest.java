package ai.thinkheads.phoenix.api.manifest;

import static ai.thinkheads.phoenix.api.manifest.Texts.manifest;
import static ai.thinkheads.phoenix.api.manifest.Texts.problems;
import static ai.thinkheads.phoenix.api.manifest.Texts.problemsOf;
import static ai.thinkheads.phoenix.api.manifest.Texts.read;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.RunPolicy;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ManifestReaderTest {

    private static final String CONTAINER = """
            template: debian
            rootDisk: {storage: fast}
            """;

    @Test
    void a_manifest_becomes_a_typed_resource() {
        Manifest manifest = read(manifest("LxcContainer", CONTAINER + """
                cores: 4
                memory: 2048Mi
                runPolicy: Stopped
                """)).getFirst();

        LxcContainerSpec spec = (LxcContainerSpec) manifest.resource().spec();
        assertThat(manifest.resource().key()).isEqualTo(new ResourceKey("LxcContainer", "web"));
        assertThat(spec.cores()).isEqualTo(4);
        assertThat(spec.memory()).isEqualTo(ByteSize.ofGi(2));
        assertThat(spec.runPolicy()).isEqualTo(RunPolicy.STOPPED);
        assertThat(manifest.location()).hasToString("web.yaml:1:1");
    }

    @Test
    void every_document_of_a_text_is_read_and_empty_ones_are_passed_over() {
        String second = manifest("LxcContainer", CONTAINER).replace("name: web", "name: db");

        List<Manifest> manifests = read("# the web server\n---\n" + manifest("LxcContainer", CONTAINER)
                + "---\n# nothing\n---\n" + second + "...\n");

        assertThat(manifests).extracting(each -> each.resource().name()).containsExactly("web", "db");
        assertThat(manifests.get(1).location()).hasToString("web.yaml:13:1");
    }

    @Test
    void json_is_read_as_well_with_places() {
        String json = """
                {"apiVersion": "phoenix.thinkheads.ai/v1alpha1", "kind": "LxcContainer",
                 "metadata": {"name": "web"},
                 "spec": {"template": "debian", "rootDisk": {"storage": "fast"}, "cores": 0}}
                """;

        assertThat(problems(json)).containsExactly("web.yaml:3:75: spec.cores: must be at least 1, not 0");
        assertThat(read(json.replace("\"cores\": 0", "\"cores\": 1"))).hasSize(1);
    }

    @Test
    void a_list_is_read_as_its_items() {
        String list = """
                apiVersion: v1
                kind: List
                items:
                - apiVersion: phoenix.thinkheads.ai/v1alpha1
                  kind: Secret
                  metadata: {name: a}
                  spec: {stringData: {k: v}}
                - apiVersion: phoenix.thinkheads.ai/v1alpha1
                  kind: LxcContainer
                  metadata: {name: b}
                  spec: {template: debian, rootDisk: {storage: fast}, cores: many}
                """;

        assertThat(problems(list))
                .containsExactly("web.yaml:11:62: items[1].spec.cores: must be a whole number, not 'many'");
        assertThat(read(list.replace("many", "2"))).hasSize(2);
    }

    @Test
    void what_only_the_server_writes_is_passed_over_so_that_the_output_of_get_can_be_applied() {
        String shown = manifest("LxcContainer", CONTAINER).replace("  name: web\n", """
                  name: web
                  uid: 4f1
                  resourceVersion: "17"
                  generation: 3
                  creationTimestamp: "2026-01-01T00:00:00Z"
                  finalizers: [phoenix.thinkheads.ai/host]
                """) + "status:\n  vmid: 104\n";

        Resource<?, ?> resource = read(shown).getFirst().resource();

        assertThat(resource.resourceVersion()).isZero();
        assertThat(resource.metadata().getFinalizers()).isEmpty();
        assertThat(resource.facts()).isNull();
    }

    @Test
    @Tag("promise-8")
    void every_problem_of_every_document_is_reported_at_once() {
        String broken = manifest("LxcContainer", """
                template: debian
                memroy: 2Gi
                cores: four
                rootDisk:
                  storage: 5
                  size: 2 GB
                """);

        assertThat(problems(
                        broken + "---\nfoo: [1\n---\n" + manifest("ZfsPool", "vdevs: none"), manifest("ZfsPol", "{}")))
                .containsExactly(
                        "web.yaml:7:3: spec.memroy: unknown field; did you mean 'memory'?",
                        "web.yaml:8:10: spec.cores: must be a whole number, not 'four'",
                        "web.yaml:10:14: spec.rootDisk.storage: must be text, not the number 5; put it in quotes: \"5\"",
                        "web.yaml:11:11: spec.rootDisk.size: '2 GB' is not a size; write a number and a unit such as 512Mi, 2Gi or 1Ti",
                        "web.yaml:14:1: the '[' at line 13 is never closed",
                        "web.yaml:20:10: spec.vdevs: must be a list, not text; start each entry with '- '",
                        "2.yaml:2:7: kind: there is no kind 'ZfsPol'; did you mean ZfsPool?");
    }

    @Test
    void a_resource_that_is_declared_twice_is_refused_with_both_places() {
        String container = manifest("LxcContainer", CONTAINER);

        assertThat(problems(container, "# again\n" + container))
                .containsExactly("2.yaml:5:9: metadata.name: LxcContainer/web is declared twice; "
                        + "the first is at web.yaml:4:9; keep one");
    }

    @Test
    void a_key_that_is_given_twice_is_refused_with_both_places() {
        assertThat(problemsOf("LxcContainer", CONTAINER + "cores: 1\ncores: 2"))
                .containsExactly("web.yaml:9:3: spec.cores: is given twice; the first is at web.yaml:8:3");
    }

    @Test
    void a_wrong_api_version_or_kind_is_refused_with_the_right_one() {
        assertThat(problems("apiVersion: v1\nkind: ct\nmetadata: {name: web}\nspec: {}"))
                .containsExactly(
                        "web.yaml:1:13: apiVersion: must be phoenix.thinkheads.ai/v1alpha1, not 'v1'",
                        "web.yaml:2:7: kind: there is no kind 'ct'; did you mean LxcContainer?");
        assertThat(problems("kind: Deployment\nmetadata: {name: web}\nspec: {}"))
                .containsExactly(
                        "web.yaml:1:1: apiVersion: is required: write phoenix.thinkheads.ai/v1alpha1",
                        "web.yaml:1:7: kind: there is no kind 'Deployment'; the kinds are "
                                + "Hypervisor, NetworkBridge, ZfsPool, ZfsDataset, StoragePool, GpuDriver, LxcTemplate, CloudImage, "
                                + "LxcContainer, VirtualMachine, GuestClass, Feature, Secret and GitRepository");
    }

    @Test
    void what_is_no_mapping_is_no_manifest() {
        assertThat(problems("just text", "- a", "[1, 2]"))
                .containsExactly(
                        "web.yaml:1:1: a manifest is a mapping with apiVersion, kind, metadata and spec, not text",
                        "2.yaml:1:1: a manifest is a mapping with apiVersion, kind, metadata and spec, not a list",
                        "3.yaml:1:1: a manifest is a mapping with apiVersion, kind, metadata and spec, not a list");
    }

    @Test
    void a_missing_spec_and_an_unknown_part_of_a_manifest_are_refused() {
        assertThat(problems("""
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: LxcContainer
                metadata: {name: web}
                spce: {}
                data: {}
                """))
                .containsExactly(
                        "web.yaml:1:1: spec: is required: the state that you want",
                        "web.yaml:4:1: spce: unknown field; did you mean 'spec'?",
                        "web.yaml:5:1: data: unknown field; a manifest has apiVersion, kind, metadata and spec");
    }

    @Test
    void text_in_other_scripts_and_a_byte_order_mark_do_no_harm() {
        Manifest manifest = read("\uFEFF" + manifest("LxcContainer", CONTAINER + "description: Grüße, 世界 😀"))
                .getFirst();

        assertThat(((LxcContainerSpec) manifest.resource().spec()).description())
                .isEqualTo("Grüße, 世界 😀");
    }

    @Test
    void thousands_of_documents_are_read_in_their_order() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            text.append("---\n").append(manifest("LxcContainer", CONTAINER).replace("name: web", "name: web-" + i));
        }

        List<Manifest> manifests = read(text.toString());

        assertThat(manifests).hasSize(2_000);
        assertThat(manifests.get(1_234).resource().name()).isEqualTo("web-1234");
        assertThat(manifests.get(1_234).resource().kind()).isEqualTo(Kinds.LXC_CONTAINER);
    }
}
