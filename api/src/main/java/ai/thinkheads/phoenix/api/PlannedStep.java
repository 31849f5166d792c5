package ai.thinkheads.phoenix.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** One step of a plan as people and programs see it: in {@code status.plan}, in {@code diff} and in events. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlannedStep(
        @JsonPropertyDescription("The field that asks for the step.")
        String field,

        @JsonPropertyDescription("What the step does, in a person's words.")
        String action,

        @JsonPropertyDescription("How much the step disturbs what runs.")
        Effect effect,

        @JsonPropertyDescription("The word that the consent annotation has to hold before the step is done.") @Nullable
        String consent) {}
