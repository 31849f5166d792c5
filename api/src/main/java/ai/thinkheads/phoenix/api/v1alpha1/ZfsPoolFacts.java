package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * A pool as {@code zpool status} shows it.
 *
 * @param health {@code ONLINE}, {@code DEGRADED}, {@code FAULTED}, …
 * @param scan what the last scrub or resilver did
 * @param errors the line of {@code zpool status} on data errors
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ZfsPoolFacts(
        @JsonPropertyDescription("Name of the pool.") @Nullable
        String pool,

        @JsonPropertyDescription("ONLINE, DEGRADED, FAULTED and so on.") @Nullable
        String health,

        @JsonPropertyDescription("Its size.") @Nullable ByteSize size,

        @JsonPropertyDescription("Space that is taken.") @Nullable
        ByteSize allocated,

        @JsonPropertyDescription("What the last scrub or resilver did.") @Nullable
        String scan,

        @JsonPropertyDescription("What zpool status says of data errors.") @Nullable
        String errors)
        implements Facts {}
