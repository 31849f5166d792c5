package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** Where a feature is in place. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FeatureFacts(List<Installation> installations) implements Facts {

    public FeatureFacts {
        installations = Lists.copy(installations);
    }

    /**
     * One target that has the feature.
     *
     * @param target the resource, as {@code LxcContainer/web}
     */
    public record Installation(String target, String version) {}
}
