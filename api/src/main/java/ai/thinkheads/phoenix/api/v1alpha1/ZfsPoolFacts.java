package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
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
        @Nullable String pool,
        @Nullable String health,
        @Nullable ByteSize size,
        @Nullable ByteSize allocated,
        @Nullable String scan,
        @Nullable String errors)
        implements Facts {}
