package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dataset as {@code zfs get} shows it.
 *
 * @param dataset its full name, pool included
 * @param properties the effective values of the properties that the spec names
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ZfsDatasetFacts(
        @JsonPropertyDescription("Full name, pool included.") @Nullable
        String dataset,

        @JsonPropertyDescription("Space that it and all below it take.") @Nullable
        ByteSize used,

        @JsonPropertyDescription("Space that is left to it.") @Nullable
        ByteSize available,

        @JsonPropertyDescription("Where it is mounted.") @Nullable
        String mountpoint,

        @JsonPropertyDescription("Effective values of the properties that the spec names.")
        Map<String, String> properties)
        implements Facts {

    public ZfsDatasetFacts {
        properties = Lists.copy(properties);
    }
}
