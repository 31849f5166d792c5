package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.type.Interval;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Software that can be put into a host or a guest. Its scripts are run by {@code /bin/sh} on the target, fed by standard input;
 * parameters and {@code PHOENIX_FEATURE}, {@code PHOENIX_VERSION} reach them as environment variables, in capitals.
 */
public record FeatureSpec(
        @NotNull @JsonPropertyDescription("What it can be installed on.")
        Scope scope,

        @NotNull
        @Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}", message = "must be a version such as 1.2.0")
        @JsonPropertyDescription("Version; guests with another one are brought to this one by install.")
        String version,

        @JsonPropertyDescription("JSON Schema of the parameters.")
        Map<String, Object> parameters,

        @JsonPropertyDescription("Features that have to be there before this one, on the target or up its clone chain.")
        List<@NotNull String> requires,

        @NotBlank
        @JsonPropertyDescription(
                "Script that exits with 0 when the feature is in place at this version. Must change nothing.")
        String check,

        @NotBlank
        @JsonPropertyDescription("Script that puts the feature in place; it may run again after an interruption.")
        String install,

        @JsonPropertyDescription("Script that takes the feature away when it leaves the guest's list.") @Nullable
        String remove,

        @JsonPropertyDescription("Checks that go with the feature, run on every guest that has it.") @Valid @Nullable
        HealthCheck healthCheck,

        @JsonPropertyDescription("How long install may take. Default: 30m.") @Nullable
        Interval timeout)
        implements Spec {

    public FeatureSpec {
        parameters = Lists.copy(parameters);
        requires = Lists.copy(requires);
    }

    /** What a feature can be installed on. */
    public enum Scope {
        @JsonProperty("Host")
        HOST,
        @JsonProperty("Container")
        CONTAINER,
        @JsonProperty("VirtualMachine")
        VIRTUAL_MACHINE,
        /** Containers and virtual machines alike. */
        @JsonProperty("Guest")
        GUEST
    }

    @Override
    public List<Reference> references() {
        List<Reference> references = new ArrayList<>();
        for (int i = 0; i < requires.size(); i++) {
            if (requires.get(i) != null) {
                references.add(Reference.ready("spec.requires[" + i + "]", "Feature", requires.get(i)));
            }
        }
        return references;
    }
}
