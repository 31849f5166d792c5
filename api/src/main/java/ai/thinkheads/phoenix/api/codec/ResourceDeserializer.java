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
                case "metadata" -> parts.metadata = MetadataReader.metadata(json, context);
                case "spec" -> {
                    if (parts.kind == null) {
                        parts.buffered = context.readTree(json);
                    } else {
                        parts.spec = context.readValue(json, parts.kind.specType());
                    }
                }
                case "status" -> parts.readStatus(json, context);
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

        private long observedGeneration;
        private List<Condition> conditions = List.of();
        private List<PlannedStep> plan = List.of();
        private @Nullable ObjectNode facts;
        private boolean unknown = true;

        /** What all kinds have in common is read as it comes; what is left are the kind's facts. */
        void readStatus(JsonParser json, DeserializationContext context) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                return;
            }
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                unknown = false;
                json.nextToken();
                switch (name) {
                    case "observedGeneration" -> observedGeneration = json.getValueAsLong(0);
                    case "conditions" -> conditions = list(json, each -> MetadataReader.condition(each, context));
                    case "plan" -> plan = list(json, each -> context.readValue(each, PlannedStep.class));
                    default -> {
                        if (facts == null) {
                            facts = context.getNodeFactory().objectNode();
                        }
                        facts.set(name, context.readTree(json));
                    }
                }
            }
        }

        <S extends Spec, F extends Facts> Resource<S, F> resource(Kind<S, F> of, DeserializationContext context) {
            S given = spec != null ? of.specType().cast(spec) : null;
            if (given == null) {
                JsonNode tree = buffered == null ? context.getNodeFactory().objectNode() : buffered;
                given = context.readTreeAsValue(tree, of.specType());
            }
            ObjectMeta named = metadata == null ? new ObjectMeta() : metadata;
            return new Resource<>(of, named, given, status(of, context));
        }

        private <F extends Facts> Status<F> status(Kind<?, F> of, DeserializationContext context) {
            if (unknown) {
                return Status.unknown();
            }
            F seen = facts == null ? null : context.readTreeAsValue(facts, of.factsType());
            return new Status<>(observedGeneration, conditions, plan, seen);
        }
    }

    private static <T> List<T> list(JsonParser json, Function<JsonParser, T> element) {
        List<T> list = new ArrayList<>();
        if (json.currentToken() == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                list.add(element.apply(json));
            }
        } else {
            json.skipChildren();
        }
        return list;
    }
}
