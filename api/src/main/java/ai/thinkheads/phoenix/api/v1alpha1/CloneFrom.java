package ai.thinkheads.phoenix.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/** The guest that a clone is made of. */
public record CloneFrom(
        @NotNull @JsonPropertyDescription("Name of the guest of the same kind that is cloned.")
        String name,

        @JsonPropertyDescription(
                "Linked shares the source's blocks and needs a template on a storage that can; Full copies them. Default: Linked where that is possible, else Full.")
        @Nullable
        Mode mode,

        @JsonPropertyDescription("Snapshot of the source to clone. Default: its present state.")
        @Pattern(regexp = Names.SNAPSHOT, message = Names.SNAPSHOT_MESSAGE)
        @Nullable
        String snapshot) {

    /** How disks are cloned. */
    public enum Mode {
        @JsonProperty("Linked")
        LINKED,
        @JsonProperty("Full")
        FULL
    }
}
