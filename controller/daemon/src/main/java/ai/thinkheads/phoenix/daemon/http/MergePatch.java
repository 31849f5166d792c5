package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON merge patch, RFC 7386. */
final class MergePatch {

    private MergePatch() {}

    /** The target with the patch merged in; the target itself may be changed by this. */
    static JsonNode apply(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        ObjectNode result = target instanceof ObjectNode object
                ? object
                : ResourceCodec.json().createObjectNode();
        for (var change : changes.properties()) {
            if (change.getValue().isNull()) {
                result.remove(change.getKey());
            } else {
                JsonNode before = result.get(change.getKey());
                result.set(
                        change.getKey(),
                        apply(before == null ? ResourceCodec.json().nullNode() : before, change.getValue()));
            }
        }
        return result;
    }
}
