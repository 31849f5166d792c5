package ai.thinkheads.phoenix.api.schema;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** CustomResourceDefinitions with structural schemas, made of the same schemas as those for editors. */
public final class Crds {

    private Crds() {}

    /** The definition of one kind: cluster-scoped, one version, a status of its own. */
    public static CustomResourceDefinition of(Kind<?, ?> kind) {
        return new CustomResourceDefinitionBuilder()
                .withNewMetadata()
                .withName(kind.plural() + "." + Kinds.GROUP)
                .endMetadata()
                .withNewSpec()
                .withGroup(Kinds.GROUP)
                .withScope("Cluster")
                .withNewNames()
                .withKind(kind.name())
                .withListKind(kind.name() + "List")
                .withPlural(kind.plural())
                .withSingular(kind.singular())
                .withShortNames(kind.shortNames())
                .withCategories("phoenix")
                .endNames()
                .addNewVersion()
                .withName(Kinds.VERSION)
                .withServed(true)
                .withStorage(true)
                .withNewSchema()
                .withOpenAPIV3Schema(schema(kind))
                .endSchema()
                .withNewSubresources()
                .withNewStatus()
                .endStatus()
                .endSubresources()
                .withAdditionalPrinterColumns(columns(kind))
                .endVersion()
                .endSpec()
                .build();
    }

    /** The definition as YAML. */
    public static String yaml(Kind<?, ?> kind) {
        ObjectNode tree = ResourceCodec.json().valueToTree(of(kind));
        writeWholeBounds(tree);
        return ResourceCodec.yaml(tree);
    }

    /** The model has bounds as floating point; {@code 16.0} is right but odd. */
    private static void writeWholeBounds(JsonNode node) {
        if (node instanceof ObjectNode schema) {
            for (String bound : List.of("minimum", "maximum")) {
                if (schema.get(bound) instanceof JsonNode number
                        && number.isNumber()
                        && number.doubleValue() == Math.rint(number.doubleValue())) {
                    schema.put(bound, number.longValue());
                }
            }
        }
        node.forEach(Crds::writeWholeBounds);
    }

    private static JSONSchemaProps schema(Kind<?, ?> kind) {
        ObjectNode schema = ResourceCodec.json().createObjectNode();
        schema.put("description", kind.summary()).put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.putObject("metadata").put("type", "object");
        properties.set("spec", structural(JsonSchemas.ofSpec(kind)).put("description", "The state that you want."));
        properties.set("status", status(kind));
        schema.putArray("required").add("spec");
        return ResourceCodec.json().treeToValue(schema, JSONSchemaProps.class);
    }

    private static ObjectNode status(Kind<?, ?> kind) {
        ObjectNode status = structural(JsonSchemas.ofType(kind.factsType()));
        status.put("description", "What became of it.");
        status.remove("required");
        ObjectNode properties =
                status.get("properties") instanceof ObjectNode present ? present : status.putObject("properties");
        properties.putObject("observedGeneration").put("type", "integer").put("format", "int64");
        ObjectNode condition =
                properties.putObject("conditions").put("type", "array").putObject("items");
        condition.put("type", "object");
        ObjectNode fields = condition.putObject("properties");
        for (String name : List.of("type", "status", "reason", "message", "lastTransitionTime")) {
            fields.putObject(name).put("type", "string");
        }
        fields.putObject("observedGeneration").put("type", "integer").put("format", "int64");
        condition.putArray("required").add("type").add("status");
        ObjectNode plan = properties.putObject("plan").put("type", "array");
        plan.set("items", structural(JsonSchemas.ofType(PlannedStep.class)));
        return status;
    }

    /** What Kubernetes calls structural: no closed objects, one type each, free values marked as such. */
    private static ObjectNode structural(ObjectNode schema) {
        if (schema.get("additionalProperties") instanceof JsonNode closed && closed.isBoolean()) {
            schema.remove("additionalProperties");
        }
        if (schema.get("type") instanceof JsonNode types && types.isArray()) {
            schema.remove("type");
            schema.put("x-kubernetes-int-or-string", true);
            var choices = schema.putArray("anyOf");
            choices.addObject().put("type", "integer");
            choices.addObject().put("type", "string");
        } else if (schema.get("type") == null || isFree(schema)) {
            schema.put("x-kubernetes-preserve-unknown-fields", true);
        }
        if (schema.get("properties") instanceof ObjectNode properties) {
            properties.forEach(Crds::structuralWithin);
        }
        structuralWithin(schema.get("items"));
        structuralWithin(schema.get("additionalProperties"));
        return schema;
    }

    private static boolean isFree(ObjectNode schema) {
        return "object".equals(schema.path("type").asString(""))
                && schema.get("properties") == null
                && schema.get("additionalProperties") == null;
    }

    private static void structuralWithin(@Nullable JsonNode node) {
        if (node instanceof ObjectNode schema) {
            structural(schema);
        }
    }

    private static List<CustomResourceColumnDefinition> columns(Kind<?, ?> kind) {
        List<CustomResourceColumnDefinition> columns = new ArrayList<>();
        columns.add(column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", 0));
        for (Kind.Column each : kind.columns()) {
            columns.add(column(title(each.title()), "string", each.path(), each.wide() ? 1 : 0));
        }
        columns.add(column("Age", "date", ".metadata.creationTimestamp", 0));
        return columns;
    }

    private static String title(String capitals) {
        return capitals.charAt(0) + capitals.substring(1).toLowerCase(Locale.ROOT);
    }

    private static CustomResourceColumnDefinition column(String name, String type, String path, int priority) {
        return new CustomResourceColumnDefinitionBuilder()
                .withName(name)
                .withType(type)
                .withJsonPath(path)
                .withPriority(priority == 0 ? null : priority)
                .build();
    }
}
