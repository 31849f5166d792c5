package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.manifest.ManifestException;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.Problem;
import ai.thinkheads.phoenix.daemon.apply.Refusal;
import ai.thinkheads.phoenix.daemon.apply.RefusedException;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns the bodies of writes into resources, as strictly as the request wishes. */
final class Bodies {

    private static final String UNKNOWN = "unknown field";

    private Bodies() {}

    /**
     * Reads a resource. Status is passed over: only the controller writes it.
     *
     * @param tree the whole resource; it may be changed by this
     */
    static Resource<?, ?> read(Exchange exchange, Kind<?, ?> kind, JsonNode tree) {
        if (!(tree instanceof ObjectNode object)) {
            throw ApiError.badRequest("the body has to be a JSON object, a " + kind.name());
        }
        requireKind(kind, object);
        object.remove("status");
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
            metadata.remove("selfLink");
        }
        String wish = exchange.query("fieldValidation").orElse("Strict");
        try {
            return ManifestReader.readTree(object, true);
        } catch (ManifestException e) {
            return switch (wish) {
                case "Ignore", "Warn" ->
                    readLenient(exchange, kind, object, wish.equals("Warn") ? e.problems() : List.of());
                default -> throw refusal(kind, object, e.problems());
            };
        }
    }

    private static Resource<?, ?> readLenient(
            Exchange exchange, Kind<?, ?> kind, ObjectNode object, List<Problem> strict) {
        try {
            Resource<?, ?> read = ManifestReader.readTree(object, false);
            strict.stream()
                    .filter(problem -> problem.message().startsWith(UNKNOWN))
                    .forEach(problem ->
                            exchange.addHeader("Warning", "299 - \"unknown field '" + problem.field() + "'\""));
            return read;
        } catch (ManifestException e) {
            throw refusal(kind, object, e.problems());
        }
    }

    private static void requireKind(Kind<?, ?> kind, ObjectNode object) {
        String version = object.path("apiVersion").asString(Kinds.API_VERSION);
        String name = object.path("kind").asString(kind.name());
        if (!version.equals(Kinds.API_VERSION) || !name.equals(kind.name())) {
            throw ApiError.badRequest("the object provided is " + version + " " + name + ", but this path takes "
                    + Kinds.API_VERSION + " " + kind.name());
        }
        object.put("apiVersion", version).put("kind", name);
    }

    private static ApiError refusal(Kind<?, ?> kind, ObjectNode object, List<Problem> problems) {
        if (problems.stream().allMatch(problem -> problem.message().startsWith(UNKNOWN))) {
            return ApiError.badRequest(kind.name() + " in version \"" + Kinds.VERSION
                    + "\" cannot be handled as a " + kind.name() + ": strict decoding error: "
                    + problems.stream()
                            .map(problem -> UNKNOWN + " \"" + problem.field() + "\""
                                    + problem.message().substring(UNKNOWN.length()))
                            .collect(Collectors.joining(", ")));
        }
        return ApiError.invalid(
                kind.name(),
                object.path("metadata").path("name").asString(""),
                problems.stream()
                        .map(problem -> new ApiError.Cause("FieldValueInvalid", problem.message(), problem.field()))
                        .toList());
    }

    /** A refused write of one resource, as a {@code Status}. */
    static ApiError refusal(Kind<?, ?> kind, String name, RefusedException e) {
        return ApiError.invalid(
                kind.name(),
                name,
                e.refusals().stream()
                        .map(refusal ->
                                new ApiError.Cause("FieldValueInvalid", message(kind, name, refusal), refusal.field()))
                        .toList());
    }

    private static String message(Kind<?, ?> kind, String name, Refusal refusal) {
        boolean own = refusal.resource().isEmpty() || refusal.resource().equals(kind.name() + "/" + name);
        return own ? refusal.message() : refusal.resource() + ": " + refusal.message();
    }
}
