package ai.thinkheads.phoenix.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The software inside a guest. */
public record Provision(
        @JsonPropertyDescription(
                "Features to install, in this order after what they require. Those that came with the clone count as installed.")
        List<@NotNull @Valid FeatureUse> features,

        @JsonPropertyDescription("What this one guest is for: a Feature that is installed last.") @Valid @Nullable
        FeatureUse application) {

    public Provision {
        features = Lists.copy(features);
    }

    /** The features and then the application. */
    public List<FeatureUse> all() {
        if (application == null) {
            return features;
        }
        List<FeatureUse> all = new java.util.ArrayList<>(features);
        all.add(application);
        return java.util.Collections.unmodifiableList(all);
    }
}
