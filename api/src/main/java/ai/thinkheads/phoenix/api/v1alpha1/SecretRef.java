package ai.thinkheads.phoenix.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** Where a value that nobody should see is kept. */
public record SecretRef(
        @NotNull @JsonPropertyDescription("Name of the Secret.")
        String name,

        @JsonPropertyDescription("Key within the Secret; without it the whole Secret is meant.") @Nullable
        String key) {}
