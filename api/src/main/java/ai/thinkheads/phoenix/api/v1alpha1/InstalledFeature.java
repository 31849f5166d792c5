package ai.thinkheads.phoenix.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A feature that is in place.
 *
 * @param inheritedFrom the guest up the clone chain that it came with; null when it was installed here
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InstalledFeature(
        String name, String version, @Nullable String inheritedFrom) {}
