package ai.thinkheads.phoenix.api.codec;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the parts of a resource that are Kubernetes' own types. There are three of them in each resource, and Jackson sets their
 * fields by reflection, which takes longer than all the rest of it; what Phoenix itself writes is set here, and what it does not is
 * left to Jackson.
 */
final class MetadataReader {

    private MetadataReader() {}

    static ObjectMeta metadata(JsonParser json, DeserializationContext context) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return context.readValue(json, ObjectMeta.class);
        }
        ObjectMeta read = new ObjectMeta();
        ObjectNode others = null;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken token = json.nextToken();
            boolean text = token == JsonToken.VALUE_STRING;
            if (text && name.equals("name")) {
                read.setName(json.getString());
            } else if (text && name.equals("uid")) {
                read.setUid(json.getString());
            } else if (text && name.equals("resourceVersion")) {
                read.setResourceVersion(json.getString());
            } else if (text && name.equals("creationTimestamp")) {
                read.setCreationTimestamp(json.getString());
            } else if (text && name.equals("deletionTimestamp")) {
                read.setDeletionTimestamp(json.getString());
            } else if (token == JsonToken.VALUE_NUMBER_INT && name.equals("generation")) {
                read.setGeneration(json.getLongValue());
            } else if (token == JsonToken.START_ARRAY && name.equals("finalizers")) {
                read.setFinalizers(texts(json));
            } else if (token == JsonToken.START_OBJECT && name.equals("labels")) {
                read.setLabels(textByText(json));
            } else if (token == JsonToken.START_OBJECT && name.equals("annotations")) {
                read.setAnnotations(textByText(json));
            } else {
                if (others == null) {
                    others = context.getNodeFactory().objectNode();
                }
                others.set(name, context.readTree(json));
            }
        }
        return others == null
                ? read
                : ResourceCodec.json().readerForUpdating(read).readValue(others);
    }

    static Condition condition(JsonParser json, DeserializationContext context) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return context.readValue(json, Condition.class);
        }
        Condition read = new Condition();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (name) {
                case "type" -> read.setType(json.getValueAsString());
                case "status" -> read.setStatus(json.getValueAsString());
                case "reason" -> read.setReason(json.getValueAsString());
                case "message" -> read.setMessage(json.getValueAsString());
                case "lastTransitionTime" -> read.setLastTransitionTime(json.getValueAsString());
                case "observedGeneration" -> read.setObservedGeneration(json.getValueAsLong());
                default -> json.skipChildren();
            }
        }
        return read;
    }

    private static List<String> texts(JsonParser json) {
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(json.getValueAsString());
        }
        return texts;
    }

    private static Map<String, String> textByText(JsonParser json) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            map.put(name, json.getValueAsString());
        }
        return map;
    }
}
