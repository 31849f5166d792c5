package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** An image on the host. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CloudImageFacts(
        @JsonPropertyDescription("Volume on the host, for example local:import/debian-13.qcow2.") @Nullable
        String volumeId,

        @JsonPropertyDescription("File on the host.") @Nullable
        String path,

        @JsonPropertyDescription("Size of the file.") @Nullable
        ByteSize size)
        implements Facts {}
