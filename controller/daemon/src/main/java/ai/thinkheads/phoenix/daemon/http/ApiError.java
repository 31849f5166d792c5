package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A request is refused. Says so as Kubernetes does, with a {@code Status} object. */
public final class ApiError extends RuntimeException {

    private final int code;
    private final String reason;
    private final transient @Nullable Details details;

    ApiError(int code, String reason, String message, @Nullable Details details) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    /**
     * What is wrong with one field.
     *
     * @param reason one CamelCase word of Kubernetes' list, for example {@code FieldValueInvalid}
     */
    public record Cause(String reason, String message, String field) {}

    /**
     * @param name the name of the object; empty when it is not about one
     * @param kind the plural for what is missing or in the way, the kind for what is invalid, as Kubernetes has it
     * @param retryAfter seconds; 0 for none
     */
    record Details(String name, String kind, List<Cause> causes, int retryAfter) {
        Details {
            causes = List.copyOf(causes);
        }
    }

    static ApiError notFound(Kind<?, ?> kind, String name) {
        return new ApiError(
                404,
                "NotFound",
                kind.plural() + "." + Kinds.GROUP + " \"" + name + "\" not found",
                new Details(name, kind.plural(), List.of(), 0));
    }

    static ApiError alreadyExists(Kind<?, ?> kind, String name) {
        return new ApiError(
                409,
                "AlreadyExists",
                kind.plural() + "." + Kinds.GROUP + " \"" + name + "\" already exists",
                new Details(name, kind.plural(), List.of(), 0));
    }

    static ApiError conflict(Kind<?, ?> kind, String name, String why) {
        return new ApiError(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + kind.plural() + "." + Kinds.GROUP + " \"" + name + "\": " + why,
                new Details(name, kind.plural(), List.of(), 0));
    }

    static ApiError badRequest(String message) {
        return new ApiError(400, "BadRequest", message, null);
    }

    static ApiError forbidden(String message) {
        return new ApiError(403, "Forbidden", message, null);
    }

    static ApiError invalid(String kind, String name, List<Cause> causes) {
        StringBuilder all = new StringBuilder(kind).append(" \"").append(name).append("\" is invalid: ");
        if (causes.size() > 1) {
            all.append('[');
        }
        for (int i = 0; i < causes.size(); i++) {
            Cause cause = causes.get(i);
            all.append(i == 0 ? "" : ", ")
                    .append(cause.field().isEmpty() ? "" : cause.field() + ": ")
                    .append(cause.message());
        }
        return new ApiError(
                422,
                "Invalid",
                all.append(causes.size() > 1 ? "]" : "").toString(),
                new Details(name, kind, causes, 0));
    }

    /** A set of manifests of which nothing was stored. */
    static ApiError invalidSet(List<Cause> causes) {
        return new ApiError(
                422,
                "Invalid",
                causes.size() == 1
                        ? "a problem was found; nothing was stored"
                        : causes.size() + " problems were found; nothing was stored",
                new Details("", "", causes, 0));
    }

    static ApiError expired(String message) {
        return new ApiError(410, "Expired", message, null);
    }

    static ApiError methodNotAllowed(String message) {
        return new ApiError(405, "MethodNotAllowed", message, null);
    }

    static ApiError unsupportedMediaType(String message) {
        return new ApiError(415, "UnsupportedMediaType", message, null);
    }

    static ApiError tooLarge(long limit) {
        return new ApiError(
                413,
                "RequestEntityTooLarge",
                "the body is larger than " + (limit >> 20) + " MiB, which is the limit",
                null);
    }

    static ApiError futureRevision(long asked, long present) {
        return new ApiError(
                504,
                "Timeout",
                "Too large resource version: " + asked + ", current: " + present,
                new Details(
                        "", "", List.of(new Cause("ResourceVersionTooLarge", "Too large resource version", "")), 1));
    }

    static ApiError unavailable(String message) {
        return new ApiError(503, "ServiceUnavailable", message, null);
    }

    static ApiError internal(String message) {
        return new ApiError(500, "InternalError", message, null);
    }

    /** The HTTP status. */
    public int code() {
        return code;
    }

    /** One CamelCase word of Kubernetes' list. */
    public String reason() {
        return reason;
    }

    /** The single problems; empty when the message says all. */
    public List<Cause> causes() {
        return details == null ? List.of() : details.causes();
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** The object that goes over the wire. */
    ObjectNode status() {
        ObjectNode status = ResourceCodec.json().createObjectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", getMessage()).put("reason", reason);
        if (details != null) {
            ObjectNode about = status.putObject("details");
            if (!details.name().isEmpty()) {
                about.put("name", details.name());
            }
            if (!details.kind().isEmpty()) {
                about.put("group", Kinds.GROUP).put("kind", details.kind());
            }
            if (!details.causes().isEmpty()) {
                ArrayNode causes = about.putArray("causes");
                details.causes()
                        .forEach(cause -> causes.addObject()
                                .put("reason", cause.reason())
                                .put("message", cause.message())
                                .put("field", cause.field()));
            }
            if (details.retryAfter() > 0) {
                about.put("retryAfterSeconds", details.retryAfter());
            }
        }
        return status.put("code", code);
    }
}
