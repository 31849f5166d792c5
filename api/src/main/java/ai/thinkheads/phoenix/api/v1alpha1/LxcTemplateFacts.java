package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** A template on the host. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LxcTemplateFacts(
        @Nullable String volumeId, @Nullable ByteSize size) implements Facts {}
