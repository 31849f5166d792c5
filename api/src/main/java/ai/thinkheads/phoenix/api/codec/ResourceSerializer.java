package ai.thinkheads.phoenix.api.codec;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Status;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.util.NameTransformer;

/** Writes a resource, its facts beside the common parts of the status. A status that nobody wrote yet is left out. */
final class ResourceSerializer extends StdSerializer<Resource<?, ?>> {

    private final Map<Class<?>, ValueSerializer<Object>> flattened = new ConcurrentHashMap<>();

    ResourceSerializer() {
        super(Resource.class);
    }

    @Override
    public void serialize(Resource<?, ?> resource, JsonGenerator json, SerializationContext context) {
        json.writeStartObject(resource);
        json.writeStringProperty("apiVersion", Kinds.API_VERSION);
        json.writeStringProperty("kind", resource.kind().name());
        context.defaultSerializeProperty("metadata", resource.metadata(), json);
        context.defaultSerializeProperty("spec", resource.spec(), json);
        Status<?> status = resource.status();
        if (status.observedGeneration() != 0
                || !status.conditions().isEmpty()
                || !status.plan().isEmpty()
                || status.facts() != null) {
            json.writeName("status");
            write(status, json, context);
        }
        json.writeEndObject();
    }

    private void write(Status<?> status, JsonGenerator json, SerializationContext context) {
        json.writeStartObject(status);
        json.writeNumberProperty("observedGeneration", status.observedGeneration());
        if (!status.conditions().isEmpty()) {
            context.defaultSerializeProperty("conditions", status.conditions(), json);
        }
        if (!status.plan().isEmpty()) {
            context.defaultSerializeProperty("plan", status.plan(), json);
        }
        Facts facts = status.facts();
        if (facts != null) {
            flattened
                    .computeIfAbsent(
                            facts.getClass(),
                            type -> context.findValueSerializer(type).unwrappingSerializer(NameTransformer.NOP))
                    .serialize(facts, json, context);
            if (EmptyFacts.isEmpty(facts)) {
                writeMarker(facts, json);
            }
        }
        json.writeEndObject();
    }

    /** Facts without a single value would leave no trace; their first field, empty, tells them from facts never observed. */
    private static void writeMarker(Facts facts, JsonGenerator json) {
        RecordComponent first = facts.getClass().getRecordComponents()[0];
        json.writeName(first.getName());
        if (first.getType() == List.class) {
            json.writeStartArray();
            json.writeEndArray();
        } else if (first.getType() == Map.class) {
            json.writeStartObject();
            json.writeEndObject();
        } else {
            json.writeNull();
        }
    }
}
