package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** The keys of a Secret, never the values. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SecretFacts(
        @JsonPropertyDescription("Keys of the Secret, never the values.")
        List<String> keys) implements Facts {

    public SecretFacts {
        keys = Lists.copy(keys);
    }
}
