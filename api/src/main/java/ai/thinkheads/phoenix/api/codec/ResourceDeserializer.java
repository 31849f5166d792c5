package ai.thinkheads.phoenix.api.codec;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.node.ObjectNode;

/** Reads a resource in one pass when the kind comes before the spec, as {@link ResourceSerializer} writes it. */
final class ResourceDeserializer extends StdDeserializer<Resource<?, ?>> {

    private static final Map<String, Kind<?, ?>> KINDS =
            Kinds.ALL.stream().collect(Collectors.toUnmodifiableMap(Kind::name, Function.identity()));

    ResourceDeserializer() {
        super(Resource.class);
    }

    @Override
    public Resource<?, ?> deserialize(JsonParser json, DeserializationContext context) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return context.reportInputMismatch(Resource.class, "a resource is an object");
        }
        Parts parts = new Parts();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "kind" -> parts.kind = KINDS.get(json.getString());
                case "metadata" -> parts.metadata = context.readValue(json, ObjectMeta.class);
                case "spec" -> {
                    if (parts.kind == null) {
                        parts.buffered = context.readTree(json);
                    } else {
                        parts.spec = context.readValue(json, parts.kind.specType());
                    }
                }
                case "status" -> parts.status = context.readTree(json);
                default -> json.skipChildren();
            }
        }
        Kind<?, ?> kind = parts.kind;
        return kind == null
                ? context.reportInputMismatch(Resource.class, "the object names no kind that this version knows")
                : parts.resource(kind, context);
    }

    /** What was seen so far. */
    private static final class Parts {
        @Nullable
        Kind<?, ?> kind;

        @Nullable
        ObjectMeta metadata;

        @Nullable
        JsonNode buffered;

        @Nullable
        Object spec;

        @Nullable
        JsonNode status;

        <S extends Spec, F extends Facts> Resource<S, F> resource(Kind<S, F> of, DeserializationContext context) {
            S given = spec != null ? of.specType().cast(spec) : null;
            if (given == null) {
                JsonNode tree = buffered == null ? context.getNodeFactory().objectNode() : buffered;
                given = context.readTreeAsValue(tree, of.specType());
            }
            ObjectMeta named = metadata == null ? new ObjectMeta() : metadata;
            return new Resource<>(of, named, given, status(of, status, context));
        }
    }

    private static <F extends Facts> Status<F> status(
            Kind<?, F> kind, @Nullable JsonNode tree, DeserializationContext context) {
        if (!(tree instanceof ObjectNode fields) || fields.isEmpty()) {
            return Status.unknown();
        }
        JsonNode generation = fields.remove("observedGeneration");
        List<Condition> conditions = list(fields.remove("conditions"), Condition.class, context);
        List<PlannedStep> plan = list(fields.remove("plan"), PlannedStep.class, context);
        F facts = fields.isEmpty() ? null : context.readTreeAsValue(fields, kind.factsType());
        return new Status<>(generation == null ? 0 : generation.asLong(0), conditions, plan, facts);
    }

    private static <T> List<T> list(@Nullable JsonNode array, Class<T> type, DeserializationContext context) {
        List<T> list = new ArrayList<>();
        if (array != null) {
            for (JsonNode each : array) {
                list.add(context.readTreeAsValue(each, type));
            }
        }
        return list;
    }
}
