package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A template on the host. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LxcTemplateFacts(
        @JsonPropertyDescription("Volume on the host, for example local:vztmpl/debian-13.tar.zst.") @Nullable
        String volumeId,

        @JsonPropertyDescription("Size of the archive.") @Nullable
        ByteSize size)
        implements Facts {}
