package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON patch, RFC 6902, as lenient as Kubernetes is: {@code replace} of a member that is not there adds it, because clients send
 * just that. {@code remove} of a missing member and a {@code test} that fails are refused.
 */
final class JsonPatch {

    /** Operations in one patch. */
    private static final int MOST_OPERATIONS = 10_000;

    private JsonPatch() {}

    /**
     * The document with the patch applied, a new tree.
     *
     * @throws Rejected when an operation cannot be done
     */
    static JsonNode apply(JsonNode document, JsonNode patch) {
        if (!(patch instanceof ArrayNode operations)) {
            throw ApiError.badRequest("a JSON patch is an array of operations");
        }
        if (operations.size() > MOST_OPERATIONS) {
            throw ApiError.badRequest("a JSON patch of more than " + MOST_OPERATIONS + " operations is not accepted");
        }
        JsonNode result = document.deepCopy();
        for (JsonNode operation : operations) {
            result = one(result, operation);
        }
        return result;
    }

    private static JsonNode one(JsonNode document, JsonNode operation) {
        String op = operation.path("op").asString("");
        Pointer path = Pointer.parse(operation.path("path"));
        return switch (op) {
            case "add" -> put(document, path, value(operation), true);
            case "replace" -> put(document, path, value(operation), false);
            case "remove" -> remove(document, path);
            case "test" -> {
                JsonNode present = find(document, path);
                if (present == null || !present.equals(value(operation))) {
                    throw new Rejected("testing " + path + " failed: the value is another");
                }
                yield document;
            }
            case "copy" -> put(document, path, source(document, operation).deepCopy(), true);
            case "move" -> {
                JsonNode moved = source(document, operation);
                yield put(remove(document, Pointer.parse(operation.path("from"))), path, moved, true);
            }
            default -> throw ApiError.badRequest("unknown operation '" + op + "' in a JSON patch");
        };
    }

    private static JsonNode value(JsonNode operation) {
        JsonNode value = operation.get("value");
        return value == null ? ResourceCodec.json().nullNode() : value.deepCopy();
    }

    private static JsonNode source(JsonNode document, JsonNode operation) {
        Pointer from = Pointer.parse(operation.path("from"));
        JsonNode found = find(document, from);
        if (found == null) {
            throw new Rejected("there is nothing at " + from);
        }
        return found;
    }

    private static @Nullable JsonNode find(JsonNode document, Pointer path) {
        JsonNode at = document;
        for (String step : path.steps()) {
            at = at instanceof ArrayNode array ? array.get(index(step, array.size() - 1)) : at.get(step);
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    private static JsonNode put(JsonNode document, Pointer path, JsonNode value, boolean insert) {
        if (path.steps().isEmpty()) {
            return value;
        }
        JsonNode parent = find(document, path.parent());
        String last = path.last();
        switch (parent) {
            case ObjectNode object -> object.set(last, value);
            case ArrayNode array when insert && last.equals("-") -> array.add(value);
            case ArrayNode array when insert -> array.insert(index(last, array.size()), value);
            case ArrayNode array -> array.set(index(last, array.size() - 1), value);
            case null, default -> throw new Rejected("there is no object or array at " + path.parent());
        }
        return document;
    }

    private static JsonNode remove(JsonNode document, Pointer path) {
        JsonNode parent = path.steps().isEmpty() ? null : find(document, path.parent());
        JsonNode removed = switch (parent) {
            case ObjectNode object -> object.remove(path.last());
            case ArrayNode array -> array.remove(index(path.last(), array.size() - 1));
            case null, default -> null;
        };
        if (removed == null) {
            throw new Rejected("there is nothing to remove at " + path);
        }
        return document;
    }

    private static int index(String step, int last) {
        if (!step.matches("0|[1-9][0-9]{0,8}") || Integer.parseInt(step) > last) {
            throw new Rejected("'" + step + "' is no index of that array");
        }
        return Integer.parseInt(step);
    }

    /** A patch that does not fit the object that it is for. */
    static final class Rejected extends RuntimeException {
        Rejected(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /** A JSON pointer, RFC 6901. */
    private record Pointer(List<String> steps) {

        static Pointer parse(JsonNode node) {
            String text = node.isString() ? node.asString() : "?";
            if (!text.isEmpty() && !text.startsWith("/")) {
                throw ApiError.badRequest(
                        "an operation of a JSON patch needs a path that is empty or starts with a slash");
            }
            List<String> steps = new ArrayList<>();
            if (!text.isEmpty()) {
                for (String step : text.substring(1).split("/", -1)) {
                    steps.add(step.replace("~1", "/").replace("~0", "~"));
                }
            }
            return new Pointer(steps);
        }

        Pointer parent() {
            return new Pointer(steps.subList(0, steps.size() - 1));
        }

        String last() {
            return steps.getLast();
        }

        @Override
        public String toString() {
            return "/" + String.join("/", steps);
        }
    }
}
