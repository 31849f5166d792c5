package ai.thinkheads.phoenix.api.schema;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.type.Interval;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.type.MacAddress;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.github.victools.jsonschema.module.jackson.JacksonSchemaModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationOption;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON Schemas (draft 7, which editors know best) of manifests, generated from the types. */
public final class JsonSchemas {

    private static final String DRAFT = "http://json-schema.org/draft-07/schema#";
    private static final String BASE = "https://" + Kinds.GROUP + "/schema/" + Kinds.VERSION + "/";
    private static final Map<Class<?>, String> TEXTS = Map.of(
            ByteSize.class, "^[0-9]+(\\.[0-9]+)?([KMGTPE]i|[kMGTPE])?$",
            Cidr.class, "^[0-9a-fA-F:.]+/[0-9]{1,3}$",
            IpAddress.class, "^[0-9a-fA-F:.]+$",
            MacAddress.class, "^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$",
            Interval.class, "^([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
            Instant.class, "^[0-9]{4}-[0-9]{2}-[0-9]{2}T.+$");

    private JsonSchemas() {}

    /** The schema of one kind's manifests. */
    public static ObjectNode of(Kind<?, ?> kind) {
        ObjectNode schema = object();
        schema.put("$schema", DRAFT).put("$id", BASE + kind.singular() + ".json");
        schema.setAll(body(kind));
        return schema;
    }

    /** The schema of any manifest: one of all kinds, by its {@code kind}. */
    public static ObjectNode ofAll() {
        ObjectNode schema = object();
        schema.put("$schema", DRAFT).put("$id", BASE + "phoenix.json");
        schema.put("title", "Phoenix").put("description", "A manifest of any kind.");
        ArrayNode choices = schema.putArray("oneOf");
        ObjectNode definitions = schema.putObject("definitions");
        for (Kind<?, ?> kind : Kinds.ALL) {
            choices.addObject().put("$ref", "#/definitions/" + kind.name());
            definitions.set(kind.name(), body(kind));
        }
        return schema;
    }

    /** The schema of one type, without references, its objects closed to other fields. */
    static ObjectNode ofType(Class<?> type) {
        ObjectNode schema = generator().generateSchema(type);
        schema.remove("$schema");
        anchorPatterns(schema);
        return schema;
    }

    /** The schema of the spec. Defaults in a class need not be complete, so that nothing is required in them. */
    static ObjectNode ofSpec(Kind<?, ?> kind) {
        ObjectNode spec = ofType(kind.specType());
        if (kind.name().equals(Kinds.GUEST_CLASS.name())) {
            spec.path("properties").forEach(JsonSchemas::removeRequired);
        }
        return spec;
    }

    private static ObjectNode body(Kind<?, ?> kind) {
        ObjectNode schema = object();
        schema.put("title", kind.name()).put("description", kind.summary()).put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("apiVersion").put("const", Kinds.API_VERSION);
        properties.putObject("kind").put("const", kind.name());
        properties.set("metadata", metadata());
        properties.set("spec", ofSpec(kind).put("description", "The state that you want."));
        properties
                .putObject("status")
                .put("description", "Written by the controller; passed over when it is applied.")
                .put("type", "object");
        schema.putArray("required")
                .add("apiVersion")
                .add("kind")
                .add("metadata")
                .add("spec");
        schema.put("additionalProperties", false);
        return schema;
    }

    private static ObjectNode metadata() {
        ObjectNode metadata = object();
        metadata.put("description", "Name, labels and annotations.").put("type", "object");
        ObjectNode properties = metadata.putObject("properties");
        properties
                .putObject("name")
                .put("description", "Name of the resource, unique within its kind.")
                .put("type", "string")
                .put("pattern", "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$");
        for (String name : new String[] {"labels", "annotations"}) {
            properties
                    .putObject(name)
                    .put("type", "object")
                    .putObject("additionalProperties")
                    .put("type", "string");
        }
        metadata.putArray("required").add("name");
        return metadata;
    }

    private static SchemaGenerator generator() {
        SchemaGeneratorConfigBuilder builder = new SchemaGeneratorConfigBuilder(
                        ResourceCodec.json(), SchemaVersion.DRAFT_7, OptionPreset.PLAIN_JSON)
                .with(new JacksonSchemaModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY))
                .with(new JakartaValidationModule(
                        JakartaValidationOption.INCLUDE_PATTERN_EXPRESSIONS,
                        JakartaValidationOption.NOT_NULLABLE_FIELD_IS_REQUIRED))
                .with(
                        Option.INLINE_ALL_SCHEMAS,
                        Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                        Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES);
        builder.forTypesInGeneral().withCustomDefinitionProvider((type, context) -> {
            String pattern = TEXTS.get(type.getErasedType());
            if (pattern == null) {
                return null;
            }
            ObjectNode definition = context.getGeneratorConfig().createObjectNode();
            if (type.getErasedType() == ByteSize.class) {
                definition.putArray("type").add("string").add("integer");
            } else {
                definition.put("type", "string");
            }
            return new CustomDefinition(definition.put("pattern", pattern), true);
        });
        builder.forTypesInGeneral().withPropertySorter((one, other) -> 0);
        return new SchemaGenerator(builder.build());
    }

    /** A constraint in Java has to match a text whole; a pattern in JSON Schema matches any part of it. */
    private static void anchorPatterns(JsonNode node) {
        if (node instanceof ObjectNode schema
                && schema.get("pattern") instanceof JsonNode pattern
                && pattern.isString()
                && !pattern.asString().startsWith("^")) {
            schema.put("pattern", "^(?:" + pattern.asString() + ")$");
        }
        node.forEach(JsonSchemas::anchorPatterns);
    }

    private static void removeRequired(JsonNode node) {
        if (node instanceof ObjectNode schema && schema.get("required") instanceof ArrayNode) {
            schema.remove("required");
        }
        node.forEach(JsonSchemas::removeRequired);
    }

    private static ObjectNode object() {
        return ResourceCodec.json().createObjectNode();
    }
}
