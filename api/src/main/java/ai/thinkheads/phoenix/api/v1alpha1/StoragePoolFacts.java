package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** A storage as the host sees it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoragePoolFacts(
        @Nullable String storageId,
        boolean active,
        @Nullable ByteSize total,
        @Nullable ByteSize available) implements Facts {}
