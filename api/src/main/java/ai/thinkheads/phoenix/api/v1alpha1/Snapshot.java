package ai.thinkheads.phoenix.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/** A snapshot that the guest has to have, taken once. */
public record Snapshot(
        @NotNull
        @Pattern(regexp = Names.SNAPSHOT, message = Names.SNAPSHOT_MESSAGE)
        @JsonPropertyDescription("Name of the snapshot.")
        String name,

        @JsonPropertyDescription(
                "When it is taken: Created, before features are installed, or Provisioned, after. Default: Provisioned.")
        @Nullable
        When when,

        @JsonPropertyDescription("Words for people.") @Nullable
        String description) {

    /** Moments in a guest's making. */
    public enum When {
        @JsonProperty("Created")
        CREATED,
        @JsonProperty("Provisioned")
        PROVISIONED
    }
}
