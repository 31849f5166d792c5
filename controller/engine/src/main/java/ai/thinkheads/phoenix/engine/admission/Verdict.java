package ai.thinkheads.phoenix.engine.admission;

import ai.thinkheads.phoenix.api.ResourceKey;
import java.util.List;

/**
 * What there is to say of a set of resources together.
 *
 * @param errors with one of these nothing is stored
 * @param warnings are shown, and stop nothing
 */
public record Verdict(List<Finding> errors, List<Finding> warnings) {

    public Verdict {
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
    }

    /**
     * One thing to say.
     *
     * @param field path of the field to blame, for example {@code spec.vmid}
     * @param message the cause and what to do
     */
    public record Finding(ResourceKey key, String field, String message) {
        @Override
        public String toString() {
            return key + ": " + field + ": " + message;
        }
    }
}
