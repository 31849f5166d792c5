package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** Where a feature is in place. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FeatureFacts(
        @JsonPropertyDescription("Where the feature is in place.")
        List<Installation> installations) implements Facts {

    public FeatureFacts {
        installations = Lists.copy(installations);
    }

    /**
     * One target that has the feature.
     *
     * @param target the resource, as {@code LxcContainer/web}
     */
    public record Installation(
            @JsonPropertyDescription("The resource that has it, for example LxcContainer/web.")
            String target,

            @JsonPropertyDescription("Version that is installed.")
            String version) {}
}
