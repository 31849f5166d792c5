package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param message of an error, as it stands in the body; empty when there is none
 * @param data what was asked for; null for nothing
 * @param errors by parameter
 * @param more what stands beside {@code data}: {@code changes}, {@code total}
 */
public record ApiAnswer(
        int status, String message, @Nullable Object data, Map<String, String> errors, Map<String, Object> more) {

    static ApiAnswer of(@Nullable Object data) {
        return new ApiAnswer(200, "", data, Map.of(), Map.of());
    }

    static ApiAnswer of(@Nullable Object data, Map<String, Object> more) {
        return new ApiAnswer(200, "", data, Map.of(), more);
    }

    static ApiAnswer refused(ApiError error) {
        String text = error.getMessage();
        // One that is not known is told nothing at all.
        return error.status() == 401
                ? new ApiAnswer(401, text, null, Map.of(), Map.of())
                : new ApiAnswer(
                        error.status(), text.endsWith("\n") ? text : text + "\n", null, error.errors(), Map.of());
    }
}
