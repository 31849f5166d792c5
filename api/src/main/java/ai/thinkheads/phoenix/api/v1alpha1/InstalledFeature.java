package ai.thinkheads.phoenix.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * A feature that is in place.
 *
 * @param inheritedFrom the guest up the clone chain that it came with; null when it was installed here
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InstalledFeature(
        @JsonPropertyDescription("Name of the Feature.") String name,

        @JsonPropertyDescription("Version that is in place.")
        String version,

        @JsonPropertyDescription("Guest up the clone chain that it came with; absent when it was installed here.")
        @Nullable
        String inheritedFrom) {}
