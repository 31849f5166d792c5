package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.type.Interval;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/** What happens to a guest when the host boots and shuts down. */
public record Startup(
        @JsonPropertyDescription("Whether it starts with the host. Default: false.") @Nullable
        Boolean onBoot,

        @JsonPropertyDescription("Guests with a lower number start earlier and stop later.")
        @Min(0)
        @Max(100000)
        @Nullable
        Integer order,

        @JsonPropertyDescription("Pause after its start before the next guest's.") @Nullable
        Interval upDelay,

        @JsonPropertyDescription("How long its shutdown may take.") @Nullable
        Interval downDelay) {}
