package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.List;
import java.util.Map;

/** A refusal: its status, its words, and what is wrong with which parameter. */
final class ApiError extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Map<String, String> errors;

    private ApiError(int status, String message, Map<String, String> errors) {
        super(message);
        this.status = status;
        this.errors = Map.copyOf(errors);
    }

    /** What Perl's {@code die} becomes. */
    static ApiError die(String message) {
        return new ApiError(500, message, Map.of());
    }

    static ApiError params(Map<String, String> errors) {
        return new ApiError(400, "Parameter verification failed.", errors);
    }

    static ApiError param(String name, String text) {
        return params(Map.of(name, text));
    }

    static ApiError bad(String message) {
        return new ApiError(400, message, Map.of());
    }

    /** A format that was looked at late, in the handler. */
    static ApiError format(Map<String, String> errors) {
        return new ApiError(500, "format error", errors);
    }

    static ApiError permission(String path, List<String> privileges) {
        return forbidden(path + ", " + String.join("|", privileges));
    }

    static ApiError forbidden(String why) {
        return new ApiError(403, "Permission check failed (" + why + ")", Map.of());
    }

    static ApiError unknown(String method, String path) {
        return new ApiError(501, "Method '" + method + " " + path + "' not implemented", Map.of());
    }

    static ApiError unauthorized(String why) {
        return new ApiError(401, why, Map.of());
    }

    int status() {
        return status;
    }

    Map<String, String> errors() {
        return errors;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
