package ai.thinkheads.phoenix.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.SecretFacts;
import ai.thinkheads.phoenix.api.v1alpha1.SecretSpec;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ResourceCodecTest {

    private static Resource<LxcContainerSpec, GuestFacts> container() {
        LxcContainerSpec spec = ResourceCodec.json()
                .readValue(
                        "{\"class\": \"big\", \"isTemplate\": true, \"memory\": \"2048Mi\", \"runPolicy\": \"Stopped\"}",
                        LxcContainerSpec.class);
        return new Resource<>(
                Kinds.LXC_CONTAINER,
                new ObjectMetaBuilder().withName("web").withGeneration(3L).build(),
                spec,
                new Status<>(
                        3,
                        List.of(new ConditionBuilder()
                                .withType("Ready")
                                .withStatus("True")
                                .build()),
                        List.of(new PlannedStep("spec.memory", "set memory to 2Gi", Effect.ONLINE, null)),
                        GuestFacts.intended(104)));
    }

    @Test
    void facts_stand_beside_the_common_parts_of_the_status_and_empty_fields_are_left_out() {
        assertThat(new String(ResourceCodec.write(container()), StandardCharsets.UTF_8))
                .isEqualTo("{\"apiVersion\":\"phoenix.thinkheads.ai/v1alpha1\",\"kind\":\"LxcContainer\","
                        + "\"metadata\":{\"generation\":3,\"name\":\"web\"},"
                        + "\"spec\":{\"class\":\"big\",\"isTemplate\":true,\"memory\":\"2Gi\",\"runPolicy\":\"Stopped\"},"
                        + "\"status\":{\"observedGeneration\":3,"
                        + "\"conditions\":[{\"status\":\"True\",\"type\":\"Ready\"}],"
                        + "\"plan\":[{\"field\":\"spec.memory\",\"action\":\"set memory to 2Gi\",\"effect\":\"Online\"}],"
                        + "\"vmid\":104,\"restartRequired\":false}}");
    }

    @Test
    void what_kubernetes_has_and_phoenix_does_not_use_survives_in_the_metadata() {
        String given = "{\"apiVersion\":\"phoenix.thinkheads.ai/v1alpha1\",\"kind\":\"LxcContainer\",\"metadata\":{"
                + "\"annotations\":{\"a\":\"1\"},\"deletionTimestamp\":\"2026-01-31T12:00:00Z\","
                + "\"finalizers\":[\"x/y\"],\"generateName\":\"web-\",\"generation\":3,\"labels\":{\"b\":\"2\"},"
                + "\"name\":\"web\",\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Set\",\"name\":\"ai\"}],"
                + "\"resourceVersion\":\"7\",\"uid\":\"u-1\"},\"spec\":{}}";

        Resource<?, ?> read = ResourceCodec.read(given.getBytes(StandardCharsets.UTF_8));

        assertThat(new String(ResourceCodec.write(read), StandardCharsets.UTF_8))
                .startsWith(given.replace(",\"spec\":{}}", ""));
    }

    @Test
    void yaml_is_what_people_would_write() {
        assertThat(ResourceCodec.yaml(container())).isEqualTo("""
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: LxcContainer
                metadata:
                  generation: 3
                  name: web
                spec:
                  class: big
                  isTemplate: true
                  memory: 2Gi
                  runPolicy: Stopped
                status:
                  observedGeneration: 3
                  conditions:
                  - status: "True"
                    type: Ready
                  plan:
                  - field: spec.memory
                    action: set memory to 2Gi
                    effect: Online
                  vmid: 104
                  restartRequired: false
                """);
    }

    @Test
    void facts_without_a_value_differ_from_facts_never_observed() {
        SecretSpec spec = new SecretSpec(Map.of("k", "v"), Map.of());
        var metadata = new ObjectMetaBuilder().withName("db").build();
        var observed = new Resource<>(
                Kinds.SECRET, metadata, spec, new Status<>(1, List.of(), List.of(), new SecretFacts(List.of())));
        var unobserved = observed.withStatus(new Status<>(1, List.of(), List.of(), null));

        assertThat(ResourceCodec.read(ResourceCodec.write(observed))).isEqualTo(observed);
        assertThat(ResourceCodec.read(ResourceCodec.write(unobserved))).isEqualTo(unobserved);
    }

    @Test
    void fields_of_a_newer_version_are_passed_over_and_order_does_not_matter() {
        Resource<?, ?> read = ResourceCodec.read(
                ResourceCodec.json()
                        .readTree(
                                "{\"spec\": {\"cores\": 2, \"novel\": {}}, \"novel\": [1], \"metadata\": {\"name\": \"web\"}, \"kind\": \"LxcContainer\"}"));

        assertThat(read.name()).isEqualTo("web");
        assertThat(read.spec())
                .isInstanceOfSatisfying(
                        LxcContainerSpec.class, spec -> assertThat(spec.cores()).isEqualTo(2));
    }

    @Test
    void an_unknown_kind_is_refused() {
        assertThatThrownBy(() -> ResourceCodec.read("{\"kind\": \"Deployment\"}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("no kind that this version knows");
    }
}
