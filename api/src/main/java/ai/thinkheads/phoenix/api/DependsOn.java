package ai.thinkheads.phoenix.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** An ordering that no field of the spec implies. */
public record DependsOn(
        @NotNull @JsonPropertyDescription("Kind of the resource to wait for, for example LxcContainer.")
        String kind,

        @NotNull @JsonPropertyDescription("Name of the resource to wait for.")
        String name,

        @JsonPropertyDescription("Condition of that resource that has to be True. Default: Ready.") @Nullable
        String condition) {

    /** This ordering as a reference from {@code field}. */
    public Reference reference(String field) {
        return new Reference(field, new ResourceKey(kind, name), condition == null ? Conditions.READY : condition);
    }
}
