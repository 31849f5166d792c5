package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
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
        @Nullable String dataset,
        @Nullable ByteSize used,
        @Nullable ByteSize available,
        @Nullable String mountpoint,
        Map<String, String> properties)
        implements Facts {

    public ZfsDatasetFacts {
        properties = Lists.copy(properties);
    }
}
