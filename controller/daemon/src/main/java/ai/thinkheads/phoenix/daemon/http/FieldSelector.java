package ai.thinkheads.phoenix.daemon.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A field selector: {@code metadata.name=web,metadata.namespace!=x}. */
record FieldSelector(List<Requirement> requirements) {

    FieldSelector {
        requirements = List.copyOf(requirements);
    }

    /** @param equal whether the field has to have the value, or must not have it */
    record Requirement(String field, boolean equal, String value) {}

    /**
     * Reads a selector.
     *
     * @param text null or empty for one that selects everything
     * @param supported the fields that may be selected by
     */
    static FieldSelector parse(@Nullable String text, Set<String> supported) {
        List<Requirement> requirements = new ArrayList<>();
        for (String part : text == null ? new String[0] : text.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            int unequal = part.indexOf("!=");
            int equal = part.indexOf('=');
            if (equal < 0) {
                throw ApiError.badRequest("invalid selector: '" + part + "'; can't understand '" + part + "'");
            }
            String field = part.substring(0, unequal >= 0 ? unequal : equal).strip();
            String value =
                    part.substring(unequal >= 0 ? unequal + 2 : part.startsWith("==", equal) ? equal + 2 : equal + 1);
            if (!supported.contains(field)) {
                throw ApiError.badRequest("field label not supported: " + field + "; supported are "
                        + String.join(", ", supported.stream().sorted().toList()));
            }
            requirements.add(new Requirement(field, unequal < 0, value.strip()));
        }
        return new FieldSelector(requirements);
    }

    /** Whether an object is selected, whose fields that function tells. */
    boolean matches(UnaryOperator<String> fields) {
        return requirements.stream()
                .allMatch(requirement ->
                        requirement.equal() == requirement.value().equals(fields.apply(requirement.field())));
    }
}
