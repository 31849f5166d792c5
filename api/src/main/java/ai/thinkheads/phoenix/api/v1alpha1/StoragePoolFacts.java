package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A storage as the host sees it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoragePoolFacts(
        @JsonPropertyDescription("Identifier of the storage on the host.") @Nullable
        String storageId,

        @JsonPropertyDescription("Whether the host can use it.")
        boolean active,

        @JsonPropertyDescription("Its size.") @Nullable ByteSize total,

        @JsonPropertyDescription("Space that is left.") @Nullable
        ByteSize available)
        implements Facts {}
