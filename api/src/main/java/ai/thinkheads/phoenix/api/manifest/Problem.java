package ai.thinkheads.phoenix.api.manifest;

/**
 * Something wrong with a manifest.
 *
 * @param location where it is, or the nearest place that exists
 * @param field the path of the field, for example {@code spec.mounts[0].size}; empty where the text itself is at fault
 * @param message the cause and what to do, as a lower-case sentence without a full stop
 */
public record Problem(Location location, String field, String message) {

    /** {@code file:line:column: field: message}. */
    @Override
    public String toString() {
        return location + ": " + (field.isEmpty() ? "" : field + ": ") + message;
    }
}
